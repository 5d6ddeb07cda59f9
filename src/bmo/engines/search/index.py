"""One index: the arrays of a generation, and the exact ranking of a query over them.

digests, starts    terms by the 64-bit digest of their name, in order; where each term's postings begin
rows, impacts      the postings, term after term: passage, and what the term adds to its lexical score (BM25F)
highest            each term's highest impact
worth              each term's inverse document frequency, with its weight
column_terms       the commonest terms
columns            and their impacts once more, a number for every passage
placed             each term's row of term_places, or -1
term_places        the latent space's right singular vectors
passage_places     each passage in that space, of length 1
vectors            each passage's embedding, of length 1; only where a model was installed
    embedded           the digest of what was embedded
texts, sources, headings, source_of, heading_of    what is shown
"""

import json
import threading
from collections import Counter
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from bmo.capabilities.search import Passage
from bmo.engines.search.arrays import Array
from bmo.engines.search.digest import digest
from bmo.engines.search.ranking import Ranking
from bmo.engines.search.terms import Terms

LARGE = 20_000
"""With more passages, only the lexically best are ranked by meaning."""
POOL = 500
"""So many of them."""
_ROUNDING = 1.0 - 1e-5
_QUICKER = 16
"""Adding to so many passages takes as long as looking one up."""
_WORTH_A_LOOK = 3
"""Looking for a floor among a term's postings takes as long as adding so many times more."""
NEAR_LATENT = 0.5
NEAR_EMBEDDED = 0.3
"""A passage that shares no term with the query is an answer only from these cosines on. Of MiniLM's, those between
texts that have nothing to do with each other stay below 0.2."""

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
_terms = Terms()


class Index:
    """Immutable and thread-safe: any number of queries at a time."""

    def __init__(self, arrays: Mapping[str, Array], ranking: Ranking) -> None:
        self._ranking = ranking
        self._digests = arrays["digests"]
        self._starts = arrays["starts"]
        self._rows = arrays["rows"]
        self._impacts = arrays["impacts"]
        self._worth = arrays["worth"]
        self._highest = arrays["highest"]
        self._columns = dict(zip(arrays["column_terms"].tolist(), arrays["columns"], strict=True))
        self._placed = arrays["placed"]
        self._term_places = arrays["term_places"]
        self._passage_places = arrays["passage_places"]
        self._vectors = arrays.get("vectors")
        self._shown = arrays
        self._own = threading.local()
        self._headings: dict[int, tuple[str, ...]] = {}
        self.passages = len(arrays["source_of"])
        self.terms = len(self._digests)

    def search(self, text: str, most: int, vector: Floats | None = None) -> tuple[Passage, ...]:
        """The best passages; `vector` is the query's embedding, by the model whose vectors the index holds."""
        terms = self._known(text)
        candidates, lexical = self._lexical(terms)
        latent = self._latent(terms, lexical, candidates)
        embedded = self._embedded(vector, candidates)
        shares = (
            (self._ranking.lexical, _to_one(lexical)),
            (self._ranking.latent, latent),
            (self._ranking.embedding, embedded),
        )
        fused, weights, found = np.zeros_like(lexical), 0.0, lexical > 0
        for weight, score in shares:
            if score is not None:
                fused += np.float32(weight) * score
                weights += weight
        fused /= np.float32(weights)
        for score, near in ((latent, NEAR_LATENT), (embedded, NEAR_EMBEDDED)):
            if score is not None:
                found |= score >= near
        candidates, fused = candidates[found], fused[found]
        return tuple(self._passage(int(candidates[at]), float(fused[at])) for at in best(fused, most))

    def _known(self, text: str) -> dict[int, int]:
        """The query's terms that occur here, with how often it says them."""
        stems, pairs = _terms.of(text)
        said = Counter(digest(term) for term in (*stems, *pairs))
        asked = np.fromiter(said, np.uint64, len(said))
        at = np.searchsorted(self._digests, asked)
        here = np.flatnonzero(at < self.terms)
        here = here[self._digests[at[here]] == asked[here]]
        return {int(at[number]): said[int(asked[number])] for number in here}

    def _lexical(self, terms: Mapping[int, int]) -> tuple[Rows, Floats]:
        """The passages that are ranked by meaning too, in ascending order, with their lexical scores: all passages,
        or of many the lexically best."""
        if self.passages <= LARGE:
            scores = np.zeros(self.passages, np.float32)
            for term, often in terms.items():
                self._add(scores, term, often)
            return np.arange(self.passages), scores
        scores = self._scratch()
        able = self._promising(terms, scores)
        kept = able[best(scores[able], POOL)] if len(able) > POOL else able
        return np.sort(kept), scores[np.sort(kept)]

    def _scratch(self) -> Floats:
        """Zeros for every passage, this thread's own: fresh memory costs more than a query's rarest terms."""
        scores: Floats | None = getattr(self._own, "scores", None)
        if scores is None:
            scores = self._own.scores = np.zeros(self.passages, np.float32)
        scores.fill(0)
        return scores

    def _add(self, scores: Floats, term: int, often: int) -> None:
        postings = slice(self._starts[term], self._starts[term + 1])
        impacts = self._impacts[postings]
        # Three times as quick as indexing with rows of 32 bits, which are made 64 bits wide first.
        np.add.at(scores, self._rows[postings], impacts if often == 1 else impacts * np.float32(often))

    def _promising(self, terms: Mapping[int, int], scores: Floats) -> Rows:
        """At least the POOL best passages (of those with a score), their scores complete; the others' need not be.

        The rarest terms come first. Once what is left cannot lift a passage over those found, it is looked up for the
        promising ones only; the rarest term with enough passages tells what is found. MaxScore (Turtle and Flood,
        "Query evaluation: strategies and optimizations", 1995).
        """
        widths = {term: int(self._starts[term + 1] - self._starts[term]) for term in terms}
        ranked = sorted(terms.items(), key=lambda item: widths[item[0]])
        most = [float(self._highest[term]) * often for term, often in ranked]
        watched = next((at for at, (term, _) in enumerate(ranked) if widths[term] >= POOL), len(ranked))
        for at, (term, often) in enumerate(ranked):
            self._add(scores, term, often)
            left = sum(most[at + 1 :])
            to_come = sum(widths[later] for later, _ in ranked[at + 1 :])
            worth_a_look = at >= watched and to_come > _WORTH_A_LOOK * widths[ranked[watched][0]]
            floor = self._floor(scores, ranked[watched][0]) if worth_a_look else 0.0
            if floor > left:
                able = np.flatnonzero(scores >= floor - left)
                for later, times in ranked[at + 1 :]:
                    self._add_to(able, scores, later, times)
                return able[scores[able] >= floor]
        floor = self._floor(scores, ranked[watched][0]) if watched < len(ranked) else 0.0
        return np.flatnonzero(scores >= floor if floor > 0 else scores > 0)

    def _floor(self, scores: Floats, term: int) -> float:
        """A score that at least POOL passages with this term reach; a little less, for rounding."""
        postings = self._rows[self._starts[term] : self._starts[term + 1]]
        reached = scores[postings]
        return float(np.partition(reached, len(reached) - POOL)[len(reached) - POOL]) * _ROUNDING

    def _add_to(self, able: Rows, scores: Floats, term: int, often: int) -> None:
        """`_add` for these passages at least."""
        column = self._columns.get(term)
        if column is not None:
            scores[able] += column[able] * np.float32(often)
            return
        postings = self._rows[self._starts[term] : self._starts[term + 1]]
        if len(postings) < _QUICKER * len(able):
            self._add(scores, term, often)
            return
        at = np.minimum(np.searchsorted(postings, able.astype(np.int32)), len(postings) - 1)
        here = postings[at] == able
        scores[able[here]] += self._impacts[self._starts[term] + at[here]] * np.float32(often)

    def _latent(self, terms: Mapping[int, int], lexical: Floats, candidates: Rows) -> Floats | None:
        """The cosines of the candidates in the latent space; None when the query has no place there."""
        place = np.zeros(self._term_places.shape[1], np.float32)
        for term, often in terms.items():
            if self._placed[term] >= 0:
                place += self._term_places[self._placed[term]] * self._worth[term] * np.float32(often)
        length = float(np.linalg.norm(place))
        if length == 0.0:
            return None
        place /= length
        places = self._passage_places if len(candidates) == self.passages else self._passage_places[candidates]
        ranking = self._ranking
        first = np.float32(ranking.lexical) * _to_one(lexical)
        first += np.float32(ranking.latent) * np.maximum(places @ place, 0)
        nearest = places[best(first, ranking.drawn_to)].mean(axis=0)
        place += ranking.drawn * nearest / max(float(np.linalg.norm(nearest)), 1e-12)
        cosines: Floats = np.maximum(places @ place / max(float(np.linalg.norm(place)), 1e-12), 0)
        return cosines

    def _embedded(self, vector: Floats | None, candidates: Rows) -> Floats | None:
        if vector is None or self._vectors is None or len(vector) != self._vectors.shape[1]:
            return None
        vectors = self._vectors if len(candidates) == self.passages else self._vectors[candidates]
        cosines: Floats = np.maximum(vectors @ vector, 0)
        return cosines

    def _passage(self, row: int, score: float) -> Passage:
        number = int(self._shown["heading_of"][row])
        heading = self._headings.get(number)
        if heading is None:
            heading = self._headings[number] = tuple(json.loads(self._string("headings", number)))
        source = self._string("sources", int(self._shown["source_of"][row]))
        return Passage(source, heading, self._string("texts", row), round(score, 6))

    def _string(self, name: str, number: int) -> str:
        starts = self._shown[f"{name}_starts"]
        return bytes(self._shown[name][starts[number] : starts[number + 1]]).decode()


def best(scores: Floats, most: int) -> Rows:
    """Where the highest scores are, best first; of equals, the earlier first."""
    if len(scores) > most:
        bar = np.partition(scores, len(scores) - most)[len(scores) - most]
        able = np.flatnonzero(scores >= bar)
    else:
        able = np.arange(len(scores))
    return able[np.argsort(-scores[able], kind="stable")[:most]]


def _to_one(scores: Floats) -> Floats:
    """Brought to at most 1."""
    highest = float(scores.max(initial=0.0))
    return scores / np.float32(highest) if highest > 0 else scores
