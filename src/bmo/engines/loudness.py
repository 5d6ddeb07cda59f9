"""Voice activity by loudness alone: what is left when no model can be had."""

import numpy as np

from bmo.capabilities.wake import ACTIVITY_CHUNK
from bmo.engines.onnx import int16_chunk

THRESHOLD = 500.0
"""Root mean square of int16 values from which a sound counts as somebody speaking."""


class Loudness:
    """Calls every loud sound speech (`capabilities.wake.VoiceActivity`): a radio never lets a command end."""

    def __init__(self, threshold: float = THRESHOLD, name: str = "loudness") -> None:
        self.name = name
        self._threshold = threshold

    def reset(self) -> None:
        """There is nothing to forget."""

    def score(self, samples: bytes) -> float:
        """1 for 512 int16 samples at 16 kHz that are loud, else 0. Raises `Refused` for another length."""
        chunk = int16_chunk(samples, ACTIVITY_CHUNK)
        return float(np.sqrt(np.mean(np.square(chunk, dtype=np.float64))) >= self._threshold)
