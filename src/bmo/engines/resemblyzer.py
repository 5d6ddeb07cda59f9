"""Tells voices apart by Resemblyzer's network as ONNX: 256 numbers a voice, no torch.

What goes in is made as the network was trained (Resemblyzer 0.1.4, `audio.py`, `hparams.py` and `voice_encoder.py`):
loud enough, silence cut out, mel spectra, overlapping windows of 1.6 s, the mean of their vectors. One thing differs:
Silero decides what is speech, because webrtcvad takes a humming refrigerator for a person.
"""

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.voiceprint import Voiceprint
from bmo.capabilities.wake import ACTIVITY_CHUNK, VoiceActivity
from bmo.core.errors import Malformed, Refused, WrongType
from bmo.engines.onnx import FULL_SCALE, quiet_session

Samples = npt.NDArray[np.float32]

_MELS = 40
_WINDOW, _HOP = SPEECH_RATE * 25 // 1_000, SPEECH_RATE * 10 // 1_000
"""Samples of a spectrum, and from one to the next."""
_FRAMES = 160
"""Spectra the network looks at at a time: 1.6 s."""
_RATE = 1.3
"""Looks a second."""
_COVERED = 0.75
"""The last look is left out when less of it than this is sound."""
_LOUDNESS = -30.0
"""dB of full scale; what is softer is raised to it."""
_SPEECH = 0.5
"""Probability from which a chunk is speech."""
_AROUND = 3
"""Chunks of 32 ms beside speech that are kept with it: the softest consonants are at its edges."""
_LINEAR_TO, _LOG_FROM, _LOG_STEP = 1_000.0, 15.0, float(np.log(6.4)) / 27
"""Slaney's mel scale: 15 mels to 1 kHz, in equal steps of Hz; above, 27 mels for every factor of 6.4."""
_LEAST = 0.5
"""Seconds of speech; from less nothing can be told."""
_MOST = 60
"""Seconds of a recording that are looked at."""


class Resemblyzer:
    """One network in memory, for any number of threads at a time (`capabilities.voiceprint.EmbedVoice`)."""

    def __init__(self, model: Path, speech: VoiceActivity, *, threads: int = 1, name: str = "resemblyzer") -> None:
        """`model` is the ONNX file that `catalogue.conversions` makes; `speech` is asked by this engine alone.

        Raises `Broken` when the model cannot be loaded.
        """
        self.name = name
        self._speech = speech
        self._session = quiet_session(model, threads)
        self._mels = mel_filters()
        self._one = threading.Lock()

    def embed(self, sound: Pcm) -> Voiceprint:
        """As `EmbedVoice.embed`; of a long recording the first minute counts. 26 to 32 ms CPU for 3 s."""
        if sound.rate != SPEECH_RATE:
            raise WrongType(f"A recording has {SPEECH_RATE} Hz, not {sound.rate}.")
        samples = np.frombuffer(sound.samples, "<i2")[: _MOST * SPEECH_RATE].astype(np.float32)
        voiced = self._voiced(_loud_enough(samples / np.float32(FULL_SCALE)))
        seconds = len(voiced) / SPEECH_RATE
        if seconds < _LEAST:
            raise Refused("Nobody speaks in this recording.", code="no_speech")
        mean = self._vectors(voiced).mean(axis=0, dtype=np.float64)
        length = float(np.linalg.norm(mean))
        if not length > 0:  # also when it is no number
            raise Malformed(f"The voice model {self.name} failed.")
        return Voiceprint(tuple(map(float, mean / length)), self.name, round(seconds, 2))

    def _voiced(self, samples: Samples) -> Samples:
        """The chunks with speech in them and those beside, laid end to end."""
        count = len(samples) // ACTIVITY_CHUNK
        if not count:
            return samples[:0]
        chunks = samples[: count * ACTIVITY_CHUNK].reshape(count, ACTIVITY_CHUNK)
        whole = np.clip(np.rint(chunks * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype("<i2")
        with self._one:  # the detector remembers what it heard before
            self._speech.reset()
            spoken = np.array([self._speech.score(chunk.tobytes()) >= _SPEECH for chunk in whole], bool)
        beside = np.lib.stride_tricks.sliding_window_view(np.pad(spoken, _AROUND), 2 * _AROUND + 1)
        near = beside[:count].any(axis=1)
        voiced: Samples = chunks[near].reshape(-1)
        return voiced

    def _vectors(self, voiced: Samples) -> Samples:
        """One vector a look, each of length 1; shape (looks, 256)."""
        starts = looks(len(voiced))
        end = (starts[-1] + _FRAMES) * _HOP
        spectra = self._spectra(np.pad(voiced, (0, max(0, end - len(voiced)))))
        seen = np.stack([spectra[start : start + _FRAMES] for start in starts])
        try:
            vectors: Samples = self._session.run(None, {"mels": seen})[0]
        except Exception as fault:  # onnxruntime's faults have no common class
            raise Malformed(f"The voice model {self.name} failed.") from fault
        return vectors

    def _spectra(self, samples: Samples) -> Samples:
        """Power in 40 mel bands every 10 ms; shape (frames, 40)."""
        padded = np.pad(samples, _WINDOW // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
        hann = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)).astype(np.float32)
        power = np.abs(np.fft.rfft(frames * hann, axis=1)) ** 2
        bands: Samples = (power @ self._mels.T).astype(np.float32)
        return bands


def looks(samples: int) -> list[int]:
    """The first spectrum of each look at a recording of so many samples (`compute_partial_slices`)."""
    step = round(SPEECH_RATE / _RATE / _HOP)
    frames = -(-(samples + 1) // _HOP)
    starts = list(range(0, max(1, frames - _FRAMES + step + 1), step))
    covered = (samples - starts[-1] * _HOP) / (_FRAMES * _HOP)
    return starts[:-1] if covered < _COVERED and len(starts) > 1 else starts


def mel_filters() -> Samples:
    """Weights of shape (40, 201): triangles of equal area on Slaney's mel scale ("Auditory Toolbox", 1998), which is
    what `librosa.filters.mel` makes unless told otherwise."""
    hertz = np.fft.rfftfreq(_WINDOW, 1 / SPEECH_RATE)
    top = _LOG_FROM + np.log(SPEECH_RATE / 2 / _LINEAR_TO) / _LOG_STEP
    edges = _hertz(np.linspace(0, top, _MELS + 2))
    widths = np.diff(edges)
    slopes = edges[:, None] - hertz[None]
    rising, falling = -slopes[:-2] / widths[:-1, None], slopes[2:] / widths[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    filters: Samples = (triangles * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)
    return filters


def _hertz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    linear = mels * _LINEAR_TO / _LOG_FROM
    return np.where(mels >= _LOG_FROM, _LINEAR_TO * np.exp(_LOG_STEP * (mels - _LOG_FROM)), linear)


def _loud_enough(samples: Samples) -> Samples:
    """A soft recording raised to the loudness the network knows; a loud one as it is."""
    power = float(np.mean(samples.astype(np.float64) ** 2)) if len(samples) else 0.0
    missing = _LOUDNESS - 10 * np.log10(power + 1e-24)
    if missing <= 0:
        return samples
    raised: Samples = samples * np.float32(10 ** (missing / 20))
    return raised
