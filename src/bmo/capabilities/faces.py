"""Find faces: a picture in, faces with their vectors out. Asked of this machine only: whose face it is is private."""

from dataclasses import dataclass
from typing import Protocol

from bmo.capabilities.media import Box, Picture
from bmo.capabilities.provider import Provider


@dataclass(frozen=True, slots=True)
class Face:
    """A face on a picture."""

    box: Box
    score: float
    """0 to 1."""
    vector: tuple[float, ...]
    """In the space of `Faces.engine`."""


@dataclass(frozen=True, slots=True)
class Faces:
    """Every face on a picture, largest first."""

    faces: tuple[Face, ...]
    engine: str
    """Vectors of different engines are never compared."""


class FindFaces(Provider, Protocol):
    """Finds faces."""

    def find(self, picture: Picture) -> Faces:
        """Raises `Unavailable`, or `Refused` for a picture that is none."""
