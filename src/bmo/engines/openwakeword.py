"""The wake word: openWakeWord's three ONNX files run directly, without its package.

Sound becomes mel frames, mel frames become embeddings (one per 80 ms), and the last 16 embeddings become a score.
The models expect int16 *values* (not -1 to 1), and silence before the first sound and after every reset.
"""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from bmo.capabilities.media import SPEECH_RATE
from bmo.capabilities.wake import WAKE_CHUNK
from bmo.core.errors import Broken
from bmo.engines.onnx import int16_chunk, quiet_session

Floats = npt.NDArray[np.float32]

_MELS = 32
_FRAMES = 76
"""Mel frames that one embedding looks at."""
_STEP = 8
"""Mel frames between two embeddings: 80 ms."""
_OVERLAP = 480
"""Samples before a chunk that its first mel frames need."""
_EMBEDDING = 96
"""Numbers in an embedding."""
MOST = 64
"""Embeddings that a phrase model may look at: 5 s."""


class OpenWakeWord:
    """Hears one phrase (`capabilities.wake.WakeWord`); 2.3 to 2.8 ms CPU per 80 ms."""

    def __init__(self, folder: Path, head: Path | None = None, name: str = "openwakeword") -> None:
        """`folder` holds melspectrogram.onnx, embedding_model.onnx and hey_jarvis_v0.1.onnx.

        `head` is another model in the place of the last one, which makes a score of embeddings. Raises `Broken`.
        """
        self.name = name
        self._mel = quiet_session(folder / "melspectrogram.onnx")
        self._embed = quiet_session(folder / "embedding_model.onnx")
        self._phrase = quiet_session(head or folder / "hey_jarvis_v0.1.onnx", called=head.name if head else "")
        self._input, self._count = self._looked_at(head)
        self._silent_frames, self._silent_features = self._silence()
        self.reset()

    def reset(self) -> None:
        """Forget what was heard: as if it had been silent for a while."""
        self._tail = np.zeros(_OVERLAP, np.float32)
        self._frames = self._silent_frames
        self._features = self._silent_features

    def score(self, samples: bytes) -> float:
        """0 to 1 for the phrase ending in these 1,280 int16 samples at 16 kHz. Raises `Refused` for another length."""
        sound = np.concatenate((self._tail, int16_chunk(samples, WAKE_CHUNK)))
        self._tail = sound[-_OVERLAP:]
        self._frames = np.concatenate((self._frames, self._mel_frames(sound)))[-_FRAMES:]
        feature = self._embeddings(self._frames[None])
        self._features = np.concatenate((self._features, feature))[-self._count :]
        return float(self._phrase.run(None, {self._input: self._features[None]})[0].ravel()[0])

    def _looked_at(self, head: Path | None) -> tuple[str, int]:
        """The name of the phrase model's input, and how many embeddings it looks at."""
        (wanted, *more), told = self._phrase.get_inputs(), self._phrase.get_outputs()
        shape = wanted.shape
        fits = len(shape) == 3 and isinstance(shape[1], int) and 1 <= shape[1] <= MOST and shape[2] == _EMBEDDING
        if more or len(told) != 1 or wanted.type != "tensor(float)" or not fits:
            raise Broken(
                f"The model {head.name if head else 'hey_jarvis'} is no openWakeWord phrase: it takes {shape}, "
                f"not [1, n, {_EMBEDDING}]. Put a good one in its place, or set `voice.wake_word: hey_jarvis`.",
                code="model_broken",
            )
        return wanted.name, shape[1]

    def _mel_frames(self, sound: Floats) -> Floats:
        """float32 of int16 values, shape (n,) -> shape (frames, 32), in the scale the embedding was trained with."""
        frames: Floats = self._mel.run(None, {"input": sound[None]})[0]
        return (frames.reshape(-1, _MELS) / 10 + 2).astype(np.float32)

    def _embeddings(self, windows: Floats) -> Floats:
        """Shape (n, 76, 32) -> (n, 96)."""
        features: Floats = self._embed.run(None, {"input_1": windows[..., None]})[0]
        return features.reshape(len(windows), -1)

    def _silence(self) -> tuple[Floats, Floats]:
        """The mel frames and embeddings of a silence that fills every window."""
        frames = self._mel_frames(np.zeros(WAKE_CHUNK * self._count + SPEECH_RATE, np.float32))
        starts = range(0, len(frames) - _FRAMES + 1, _STEP)
        windows = np.stack([frames[start : start + _FRAMES] for start in starts])
        return frames[-_FRAMES:], self._embeddings(windows)[-self._count :]
