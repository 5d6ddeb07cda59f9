"""Keep objects: files that outlive a machine, such as map pictures, game data and voice references."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bmo.capabilities.provider import Provider

Progress = Callable[[int, int], None]
"""Bytes done, bytes in all."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the store lists it."""

    key: str
    """A relative path with `/`, such as `maps/cave.webp`."""
    size: int
    """Bytes."""
    sha256: str
    """Of the content, in hex; empty where the store does not know it."""
    changed: datetime
    """In UTC."""


class Objects(Provider, Protocol):
    """A store of files by key. All methods raise `Unavailable` when it cannot be reached, `Refused` for a bad key."""

    def put(self, key: str, file: Path, progress: Progress | None = None) -> Stored:
        """Keep a file; an interrupted one is gone on with by the next `put` of the same file."""

    def get(self, key: str, into: Path, progress: Progress | None = None) -> Stored:
        """Write the object to `into`, whole and checked or not at all. Raises `NotFound`."""

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """Objects whose key begins with this, by key."""

    def delete(self, key: str) -> None:
        """Forget an object; one that is not there is no fault."""

    def link(self, key: str, seconds: float) -> str:
        """An address that gives the object to whoever holds it, for so long. Raises `NotFound`."""
