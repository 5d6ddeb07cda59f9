"""Sound and pictures as they travel between rooms: int16 little-endian mono PCM with its rate, and encoded pictures."""

import io
import wave
from collections.abc import Sequence
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


def wav_of(pieces: Sequence[Pcm]) -> bytes:
    """One WAV file of all the pieces, which must share a rate: int16 mono. Empty for no pieces."""
    if not pieces:
        return b""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(SAMPLE_WIDTH)
        out.setframerate(pieces[0].rate)
        out.writeframes(b"".join(piece.samples for piece in pieces))
    return file.getvalue()


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
