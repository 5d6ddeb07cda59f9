"""The lexical side alone, for a search that ranks by signs of its own (`bmo.dnd.find`)."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bmo.capabilities.search import Passage
from bmo.engines.search.arrays import Array
from bmo.engines.search.digest import digest
from bmo.engines.search.ranking import RANKING, Ranking
from bmo.engines.search.terms import Terms

Floats = npt.NDArray[np.float32]
_terms = Terms()


class LexicalIndex:
    """BM25F scores of a query whose words have weights, for every passage. Immutable and thread-safe."""

    def __init__(self, arrays: Mapping[str, Array], passages: int) -> None:
        """`arrays` as `lexical_arrays` made them of so many passages."""
        self._digests, self._starts = arrays["digests"], arrays["starts"]
        self._rows, self._impacts, self._worth = arrays["rows"], arrays["impacts"], arrays["worth"]
        self._passages = passages
        self._unknown = float(np.log1p(passages + 0.5))
        """The worth of a word that occurs nowhere."""

    def scores(self, words: Mapping[str, float]) -> Floats:
        """What the words, each counted with its weight, add up to in each passage: shape (passages,)."""
        scores = np.zeros(self._passages, np.float32)
        for term, weight in self._weights(words).items():
            place = slice(self._starts[term], self._starts[term + 1])
            np.add.at(scores, self._rows[place], self._impacts[place] * np.float32(weight))
        return scores

    def worth(self, text: str) -> tuple[float, float]:
        """How much the text's words could tell (the sum of their inverse document frequencies), and how much of that
        lies in words that occur here."""
        whole = known = 0.0
        for stem in dict.fromkeys(_terms.of(text)[0]):
            at = self._at(stem)
            worth = self._unknown if at is None else float(self._worth[at])
            whole += worth
            known += 0.0 if at is None else worth
        return whole, known

    def _weights(self, words: Mapping[str, float]) -> dict[int, float]:
        """A term that several of the words have counts once, with its highest weight."""
        found: dict[int, float] = {}
        for text, weight in words.items():
            stems, pairs = _terms.of(text)
            for term in (*stems, *pairs):
                at = self._at(term)
                if at is not None:
                    found[at] = max(weight, found.get(at, 0.0))
        return found

    def _at(self, term: str) -> int | None:
        wanted = np.uint64(digest(term))
        at = int(np.searchsorted(self._digests, wanted))
        return at if at < len(self._digests) and self._digests[at] == wanted else None


def lexical_arrays(passages: Sequence[Passage], ranking: Ranking = RANKING) -> dict[str, Array]:
    """What `LexicalIndex` needs of the passages."""
    from bmo.engines.search import build  # scipy takes half a second, and only building needs it

    return build.postings(passages, ranking)


class LexicalMaker:
    """Builds and opens lexical indexes (`bmo.dnd.find.seams.MakesLexical`)."""

    def arrays(self, passages: Sequence[Passage]) -> dict[str, Array]:
        """To be kept."""
        return lexical_arrays(passages)

    def open(self, arrays: Mapping[str, Array], passages: int) -> LexicalIndex:
        """As kept."""
        return LexicalIndex(arrays, passages)
