"""Speak: text in, sound out, a piece at a time."""

from dataclasses import dataclass
from typing import Protocol

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience, Provider, Stream


@dataclass(frozen=True, slots=True)
class Utterance:
    """One clause or sentence to say aloud."""

    text: str
    """Plain words: no markup, no emoji; at most 1,000 characters."""
    voice: str = "bmo"
    """A voice's name; an unknown name is refused."""
    speed: float = 1.0
    """0.5 (slow) to 2.0 (fast)."""
    patience: Patience | None = None
    """None waits for ever."""


class Speak(Provider, Protocol):
    """Says text aloud."""

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """Pieces of sound, all of one rate. Raises `Unavailable` (also in mid-stream) or `Refused`."""
