"""Detectors that go by loudness: a shout is the wake word, a normal voice is speech, a whisper is nothing."""

import math
from array import array

SHOUT = 12_000.0
"""Root mean square of int16 samples from which a chunk is the wake word."""
VOICE = 500.0
"""... and from which it is speech."""


class FakeWakeWord:
    """Hears its phrase in a loud chunk; the closer to `SHOUT`, the higher the score."""

    name = "fake"

    def __init__(self) -> None:
        self.resets = 0

    def score(self, samples: bytes) -> float:
        return min(1.0, loudness(samples) / SHOUT)

    def reset(self) -> None:
        self.resets += 1


class FakeVoiceActivity:
    """Somebody speaks when it is not quiet."""

    name = "fake"

    def __init__(self) -> None:
        self.resets = 0

    def score(self, samples: bytes) -> float:
        return 0.95 if loudness(samples) >= VOICE else 0.02

    def reset(self) -> None:
        self.resets += 1


def loudness(samples: bytes) -> float:
    """Root mean square of int16 samples; 0 for none."""
    values = array("h", samples)
    return math.sqrt(sum(value * value for value in values) / len(values)) if values else 0.0
