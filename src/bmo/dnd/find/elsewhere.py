"""What the SRD does not answer: names out of other books, and questions that are none about its rules."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LETTERS = re.compile(r"[^\w']+")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The two lists of `elsewhere.txt`."""

    names: tuple[str, ...]
    asked: tuple[str, ...]
    """Questions that these entries do not answer; compared like any other way to ask."""


@cache
def standard() -> Elsewhere:
    """What BMO ships."""
    names, asked = files("bmo.dnd.find").joinpath("elsewhere.txt").read_text(encoding="utf-8").split("[asked]")
    lines = names.partition("[names]")[2].splitlines()
    return Elsewhere(
        tuple(name.strip() for line in lines for name in line.split(",") if name.strip()),
        tuple(line.strip() for line in asked.splitlines() if line.strip()),
    )


def unmentioned(names: Iterable[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that no text has: a person who indexed a book of his own is answered out of it."""
    every = "\n".join(map(spaced, texts))
    return tuple(name for name in names if spaced(name) not in every)


class Names:
    """Looks for names in questions."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {spaced(name).strip(): name for name in names}
        self._longest = max((len(name.split()) for name in self._names), default=0)

    def of(self, question: str) -> str:
        """The longest of the names that the question has as whole words; empty for none."""
        found: list[str] = []
        for text in (question, question.casefold().replace("'s ", " ").replace("’s ", " ")):
            words = spaced(text).split()
            for size in range(1, self._longest + 1):
                pieces = (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
                found += [self._names[piece] for piece in pieces if piece in self._names]
        return max(found, key=len, default="")


def spaced(text: str) -> str:
    """Words with one blank on either side: what contains another contains it as whole words."""
    return f" {_LETTERS.sub(' ', text.casefold().replace('’', chr(39))).strip()} "
