"""Detect: a picture in, the things on it out."""

from dataclasses import dataclass, replace
from typing import Protocol

from bmo.capabilities.chain import Chain
from bmo.capabilities.media import Box, Picture
from bmo.capabilities.provider import Patience, Provider

PATIENCE = Patience(connect=1.5, first=3.0)


@dataclass(frozen=True, slots=True)
class Look:
    """A picture to look at."""

    picture: Picture
    least: float = 0.3
    """Scores below this are left out; 0 to 1."""
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that was seen."""

    label: str
    """One of the model's classes, such as `person`."""
    score: float
    """0 to 1."""
    box: Box


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that was seen, surest first."""

    things: tuple[Thing, ...]
    width: int
    """Pixels of the picture as people see it, turned as its EXIF orientation says; boxes are in these."""
    height: int
    model: str = ""


class Detect(Provider, Protocol):
    """Finds things in pictures."""

    def detect(self, look: Look) -> Sight:
        """Raises `Unavailable`, or `Refused` for a picture that is none."""


class ChainedDetect:
    """Several detectors that look like one."""

    name = "detect"

    def __init__(self, chain: Chain[Detect]) -> None:
        self._chain = chain

    def detect(self, look: Look) -> Sight:
        """What whoever answers first sees."""
        return self._chain.ask(lambda eyes, patience: eyes.detect(replace(look, patience=patience)))
