"""Keep objects: files that outlive a machine, such as map pictures, game data and voice references."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bmo.capabilities.provider import Provider
from bmo.core.errors import Refused

MOST_KEY = 512
"""Bytes of a key as UTF-8 (S3 takes 1,024); a part between two `/` has at most 200."""
_MOST_PART = 200
_FORBIDDEN = frozenset("\\%")
"""A backslash is a folder elsewhere, and somebody on the way may decode what follows a `%`."""
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


def check_key(key: str) -> tuple[str, ...]:
    """The parts of a key between its `/`. Raises `Refused` unless it names a place inside any store.

    Refused are absolute keys, empty parts, parts that begin with a dot (so `..` too), control characters, `%` and
    backslashes.
    """
    parts = tuple(key.split("/"))
    if not key.isprintable() or len(key.encode()) > MOST_KEY or not _FORBIDDEN.isdisjoint(key):
        raise _bad_key(key)
    if any(not part or part.startswith(".") or len(part.encode()) > _MOST_PART for part in parts):
        raise _bad_key(key)
    return parts


def _bad_key(key: str) -> Refused:
    return Refused(
        f"{key[:60]!r} cannot be the key of an object: use names with / between them, such as maps/cave.webp.",
        code="bad_key",
    )


class Objects(Provider, Protocol):
    """A store of files by key.

    All methods raise `Unavailable` when the store cannot be reached or answers nonsense, `Refused` for a bad key, and
    `Broken` when this machine cannot read or write its own files.
    """

    def put(self, key: str, file: Path, progress: Progress | None = None) -> Stored:
        """Keep a file in place of what had this key. An interrupted `put` leaves what was there; the next one of the
        same file goes on where it stopped, where the store can do that."""

    def get(self, key: str, into: Path, progress: Progress | None = None) -> Stored:
        """Write the object to `into`, whole and checked or not at all; its folder must exist. Raises `NotFound`, and
        `Malformed` when the content is not what was kept."""

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """Objects whose key begins with this, by key."""

    def delete(self, key: str) -> None:
        """Forget an object; one that is not there is no fault."""

    def link(self, key: str, seconds: float) -> str:
        """An address that gives the object to whoever holds it, for so long. Raises `NotFound`, and `Refused` where
        a store has no addresses."""
