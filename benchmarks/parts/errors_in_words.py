"""Word error rate: words left out, put in or mistaken, by words said."""

import re
from collections.abc import Sequence

from parts.reached import Reached
from parts.utterances import Utterance

_NUMBERS = {"1": "one", "3": "three", "5": "five", "10": "ten"}


def word_errors(said: Sequence[Utterance], reached: Sequence[Reached]) -> float:
    """0 for every word right."""
    pairs = [(_words(one.text), _words(turn.heard)) for one, turn in zip(said, reached, strict=True)]
    return sum(_distance(*pair) for pair in pairs) / sum(len(wanted) for wanted, _ in pairs)


def _words(text: str) -> list[str]:
    return [_NUMBERS.get(word, word) for word in re.findall(r"[a-z0-9']+", text.lower())]


def _distance(wanted: list[str], heard: list[str]) -> int:
    """Levenshtein's, in words."""
    row = list(range(len(heard) + 1))
    for count, word in enumerate(wanted, 1):
        before, row[0] = row[0], count
        for at, other in enumerate(heard, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]
