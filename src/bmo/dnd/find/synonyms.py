"""Table talk as rules words: "knocked over" also looks for "prone"."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LONGEST = 5
"""Words of a phrase at most."""
_MOST_WORDS = 200
"""Of a question; what comes after them is not translated."""


class Synonyms:
    """Phrases of players and what they stand for."""

    def __init__(self, pairs: Mapping[str, tuple[str, ...]]) -> None:
        self.pairs = pairs

    def of(self, question: str) -> tuple[str, ...]:
        """The rules words for every phrase in the question, in its order; each once. The longest phrase at a place
        counts."""
        words = [word.casefold().replace("’", "'") for word in _WORD.findall(question)[:_MOST_WORDS]]
        found: list[str] = []
        at = 0
        while at < len(words):
            length = next((size for size in range(_LONGEST, 0, -1) if " ".join(words[at : at + size]) in self.pairs), 0)
            found += self.pairs[" ".join(words[at : at + length])] if length else ()
            at += length or 1
        return tuple(dict.fromkeys(found))


@cache
def standard() -> Synonyms:
    """Those that BMO ships."""
    return Synonyms(read(files("bmo.dnd.find").joinpath("synonyms.txt").read_text(encoding="utf-8")))


def read(text: str) -> Mapping[str, tuple[str, ...]]:
    """Lines `said, said = meant`. Raises `ValueError` with the line's number for one that is no such line."""
    pairs: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        said, equals, meant = line.partition("=")
        if not equals or not said.strip() or not meant.strip():
            raise ValueError(f"line {number} is no pair of what is said and what is meant")
        for one in said.split(","):
            key = " ".join(word.casefold() for word in _WORD.findall(one))
            pairs[key] = tuple(dict.fromkeys((*pairs.get(key, ()), meant.strip())))
    return pairs
