"""Voice activity by Silero VAD v6: its ONNX file run directly, without torch.

One thread and no spinning: it listens all day, and idle cores must stay idle.
"""

from pathlib import Path

import numpy as np

from bmo.capabilities.media import SPEECH_RATE
from bmo.capabilities.wake import ACTIVITY_CHUNK
from bmo.engines.onnx import FULL_SCALE, int16_chunk, quiet_session

_CONTEXT = 64
"""Samples of the previous chunk that the model wants to see again."""


class Silero:
    """Tells speech from everything else (`capabilities.wake.VoiceActivity`); 0.3 ms CPU per 32 ms."""

    def __init__(self, model: Path, name: str = "silero") -> None:
        """`model`: silero_vad.onnx. Raises `Broken` when it cannot be loaded."""
        self.name = name
        self._session = quiet_session(model)
        self._rate = np.array(SPEECH_RATE, np.int64)
        self.reset()

    def reset(self) -> None:
        """Forget what was heard."""
        self._state = np.zeros((2, 1, 128), np.float32)
        self._context = np.zeros((1, _CONTEXT), np.float32)

    def score(self, samples: bytes) -> float:
        """0 to 1 that somebody speaks in these 512 int16 samples at 16 kHz. Raises `Refused` for another length."""
        chunk = int16_chunk(samples, ACTIVITY_CHUNK) / np.float32(FULL_SCALE)
        sound = np.concatenate((self._context, chunk[None]), axis=1)
        self._context = sound[:, -_CONTEXT:]
        output, self._state = self._session.run(None, {"input": sound, "state": self._state, "sr": self._rate})
        return float(output[0, 0])
