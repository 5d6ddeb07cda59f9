"""Where faces come from: the system's randomness in life, a script in tests and replays."""

import secrets
from collections.abc import Iterable
from typing import Protocol

from bmo.dnd.dice.errors import DiceError

_SYSTEM = secrets.SystemRandom()


class Luck(Protocol):
    """Throws one die at a time."""

    def roll(self, sides: int) -> int:
        """A face, 1 to `sides`."""


class SystemLuck:
    """Unpredictable and fair: the operating system's generator for secrets."""

    def roll(self, sides: int) -> int:
        """A face, 1 to `sides`, each as likely."""
        return _SYSTEM.randint(1, sides)


class ScriptedLuck:
    """Faces that were decided before: by a test, or by dice on a real table."""

    def __init__(self, faces: Iterable[int]) -> None:
        """`faces` in the order in which dice are thrown."""
        self._faces = list(faces)
        self._next = 0

    @property
    def left(self) -> int:
        """Faces that nobody threw yet."""
        return len(self._faces) - self._next

    def roll(self, sides: int) -> int:
        """The next face. Raises `DiceError` when there is none, or when this die does not have it."""
        if not self.left:
            raise DiceError(f"A d{sides} has to be thrown, but no face is left in the script.", code="no_face_left")
        face = self._faces[self._next]
        if not 1 <= face <= sides:
            raise DiceError(f"A d{sides} has no face {face}.", code="no_such_face")
        self._next += 1
        return face
