"""Transcribe: speech in, text out."""

from dataclasses import dataclass
from typing import Protocol

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience, Provider


@dataclass(frozen=True, slots=True)
class Recording:
    """Something somebody said."""

    sound: Pcm
    """16 kHz mono int16."""
    hint: str = "BMO"
    """Words likely to occur, for engines that take a hint."""
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was understood; empty text means nobody spoke."""

    text: str
    language: str = "en"
    no_speech: float = 0.0
    """0 to 1: how sure the engine is that nobody spoke."""
    model: str = ""


class Transcribe(Provider, Protocol):
    """Writes down what was said."""

    def transcribe(self, recording: Recording) -> Transcript:
        """The whole recording at once. Raises `Unavailable` or `Refused`."""
