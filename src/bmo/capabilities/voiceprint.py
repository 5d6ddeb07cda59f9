"""Embed a voice: speech in, a vector of who spoke out. Asked of this machine only: whose voice it is is private."""

from dataclasses import dataclass
from typing import Protocol

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Provider


@dataclass(frozen=True, slots=True)
class Voiceprint:
    """The sound of a person's voice."""

    vector: tuple[float, ...]
    """256 numbers, of length 1."""
    engine: str
    """Vectors of different engines are never compared."""
    seconds: float = 0.0
    """How much speech it was made of; 0 when that is not known."""


class EmbedVoice(Provider, Protocol):
    """Tells voices apart."""

    def embed(self, sound: Pcm) -> Voiceprint:
        """`sound` at 16 kHz. Raises `Unavailable`, or `Refused` for sound without speech."""
