"""What all providers share: a name, and how long somebody waits for them."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

T = TypeVar("T")
Stream: TypeAlias = Generator[T, None, None]
"""Chunks as they come. Closing it (barge-in, deadline) closes whoever makes them."""


class Provider(Protocol):
    """One way to serve a capability."""

    @property
    def name(self) -> str:
        """Who it is on badges and in logs: "cloud", "here", ..."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the asker waits before the next provider is asked instead."""

    connect: float
    """Seconds until there is a connection."""
    first: float
    """Seconds until the first useful piece: a token, a sample, the transcript. Keep-alives do not count."""
    between: float = 10.0
    """Seconds between two useful pieces, once it has started."""
