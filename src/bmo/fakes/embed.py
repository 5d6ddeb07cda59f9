"""An embedder that knows words, and nothing of what they mean."""

import math
import re
from hashlib import sha256

from bmo.capabilities.embed import Texts, Vectors
from bmo.core.errors import BmoError

SIZE = 64
_WORD = re.compile(r"\w+")


class FakeEmbed:
    """Counts words into 64 numbers, so that texts with words in common are close; `asked` keeps what it was given."""

    def __init__(self, name: str = "fake", *, failure: BmoError | None = None) -> None:
        """`failure` is raised every time."""
        self.name = name
        self.failure = failure
        self.asked: list[Texts] = []

    def embed(self, texts: Texts) -> Vectors:
        self.asked.append(texts)
        if self.failure is not None:
            raise self.failure
        words = [_WORD.findall(text.lower()) for text in texts.texts]
        return Vectors(tuple(map(_vector, words)), self.name, sum(map(len, words)))


def _vector(words: list[str]) -> tuple[float, ...]:
    counts = [0.0] * SIZE
    for word in words or [""]:
        counts[sha256(word.encode()).digest()[0] % SIZE] += 1.0
    length = math.hypot(*counts)
    return tuple(number / length for number in counts)
