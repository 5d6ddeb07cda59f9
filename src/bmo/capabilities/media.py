"""Sound and pictures as they travel between rooms: int16 little-endian mono PCM with its rate, and encoded pictures."""

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


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture, as a camera or a file gave it; nothing about it has been checked yet."""

    data: bytes = field(repr=False)
    """JPEG, PNG or WebP."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of a picture as people see it, which is turned as its EXIF orientation says; `right` and
    `bottom` are just outside."""

    left: float
    top: float
    right: float
    bottom: float
