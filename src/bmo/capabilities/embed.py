"""Embed text: sentences in, vectors out. Vectors of different models are never compared."""

from dataclasses import dataclass
from typing import Protocol

from bmo.capabilities.provider import Patience, Provider


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences or passages to embed."""

    texts: tuple[str, ...]
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """One vector for each text, in their order, each of length 1."""

    vectors: tuple[tuple[float, ...], ...]
    model: str
    """Whose space they are in."""
    tokens: int = 0
    """Of all texts together, where the model tells."""


class EmbedText(Provider, Protocol):
    """Turns texts into vectors."""

    def embed(self, texts: Texts) -> Vectors:
        """Raises `Unavailable` or `Refused`."""
