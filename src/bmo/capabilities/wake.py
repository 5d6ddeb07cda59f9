"""Wake and voice activity: the two tiny models that listen all the time."""

from typing import Literal, Protocol, TypeAlias

from bmo.capabilities.provider import Provider

WAKE_CHUNK = 1_280
"""Samples per call of a wake word detector: 80 ms at 16 kHz."""
ACTIVITY_CHUNK = 512
"""Samples per call of a voice activity detector: 32 ms at 16 kHz."""

WakeEngine: TypeAlias = Literal["openwakeword", "microwakeword"]
"""Who hears the wake word: the thorough one, or the one with a tenth of the work."""


class WakeWord(Provider, Protocol):
    """Hears one phrase. Keeps state between calls: one instance per microphone."""

    def score(self, samples: bytes) -> float:
        """0 to 1 for the phrase ending in this chunk of `WAKE_CHUNK` int16 samples at 16 kHz mono."""

    def reset(self) -> None:
        """Forget what was heard; call it after playback and before a new microphone."""


class VoiceActivity(Provider, Protocol):
    """Tells speech from everything else. Keeps state between calls: one instance per microphone."""

    def score(self, samples: bytes) -> float:
        """0 to 1 that somebody speaks in this chunk of `ACTIVITY_CHUNK` int16 samples at 16 kHz mono."""

    def reset(self) -> None:
        """Forget what was heard."""
