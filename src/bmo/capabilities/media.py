"""Sound as it travels between rooms: int16 little-endian mono PCM with its rate."""

from dataclasses import dataclass, field

SAMPLE_WIDTH = 2
"""Bytes per sample."""
SPEECH_RATE = 16_000
"""Hz; what the wake word, voice activity and speech-to-text models expect."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """A piece of sound."""

    samples: bytes = field(repr=False)
    """int16 little-endian mono."""
    rate: int
    """Hz."""

    @property
    def seconds(self) -> float:
        return len(self.samples) / (SAMPLE_WIDTH * self.rate)
