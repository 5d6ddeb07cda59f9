"""What the search is handed from outside: a feature knows no adapter."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from bmo.capabilities.search import Passage

Floats: TypeAlias = npt.NDArray[np.float32]
Arrays: TypeAlias = dict[str, npt.NDArray[Any]]
Told: TypeAlias = Callable[[int, int], None]
"""Told how many texts of how many are done while an index is built."""


class Lexical(Protocol):
    """Words against passages."""

    def scores(self, words: Mapping[str, float]) -> Floats:
        """What the words, each counted with its weight, add up to in each passage."""

    def worth(self, text: str) -> tuple[float, float]:
        """How much the text's words could tell, and how much of that lies in words that occur at all."""


class MakesLexical(Protocol):
    """Builds and opens lexical indexes."""

    def arrays(self, passages: Sequence[Passage]) -> Arrays:
        """To be kept."""

    def open(self, arrays: Mapping[str, npt.NDArray[Any]], passages: int) -> Lexical:
        """As kept."""
