"""Read text: a picture in, the lines written on it out. Asked of this machine only."""

from dataclasses import dataclass
from typing import Protocol

from bmo.capabilities.media import Box, Picture
from bmo.capabilities.provider import Provider


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of writing."""

    text: str
    score: float
    """0 to 1."""
    box: Box


@dataclass(frozen=True, slots=True)
class Reading:
    """All lines, from top to bottom."""

    lines: tuple[TextLine, ...]
    engine: str


class ReadText(Provider, Protocol):
    """Reads what is written on pictures."""

    def read(self, picture: Picture) -> Reading:
        """Raises `Unavailable`, or `Refused` for a picture that is none."""
