"""A question in, the entries that answer it out, best first, each with source and heading; or nothing."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bmo.capabilities.embed import EmbedText, Texts
from bmo.core.errors import Busy, Refused, TooLarge, Unavailable
from bmo.dnd.find import elsewhere, synonyms
from bmo.dnd.find.entry import Entry
from bmo.dnd.find.index import RulesIndex
from bmo.dnd.find.ranking import (
    BY_WORDS,
    DOUBT_BY_WORDS,
    DOUBT_WITH_MEANING,
    ENOUGH,
    WITH_MEANING,
    fused,
)
from bmo.dnd.find.seams import Floats

log = logging.getLogger(__name__)

MOST_SIGNS = 1_000
"""Characters of a question."""
MOST_FOUND = 50
_SILENT = "The rules do not say."
_RULES_WORTH = 10.0
"""About what the rules words for one phrase add up to."""
_TRANSLATED = 0.5
"""How much a rules word counts beside one that was said."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry that was found."""

    entry: Entry
    score: float
    """Higher fits better; comparable within one answer."""

    @property
    def place(self) -> str:
        """Source and headings: "SRD 5.1 > Spells > Fireball"."""
        return " > ".join((self.entry.source, *self.entry.heading))


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; nothing is an answer."""

    findings: tuple[Finding, ...]
    certainty: float
    """How likely it is that the question is answered here at all, from 0 to 1."""
    elsewhere: str = ""
    """The name of another book that the question has."""
    by_meaning: bool = False
    """Whether embeddings took part."""

    @property
    def sentence(self) -> str:
        """What is said when nothing was found; empty otherwise."""
        if self.findings:
            return ""
        return f"The rules do not say. {self.elsewhere.title()} is of another book." if self.elsewhere else _SILENT


class Finder:
    """Searches one index. Thread-safe."""

    def __init__(self, index: RulesIndex, embed: EmbedText | None = None) -> None:
        """`embed` is asked only where the index holds vectors of its model."""
        self.index = index
        self._embed = embed
        self._synonyms = synonyms.standard()
        self._names = elsewhere.Names(index.meta.names)
        self._columns = len(index.meta.entries) + 1
        self._places = index.entry_of.astype(np.int64) + self._columns * index.said

    def find(self, question: str, most: int = 5, *, wanted: Callable[[Entry], bool] | None = None) -> Answer:
        """The best entries, of those that are wanted.

        Raises `TooLarge` for a question of more than 1,000 characters, `Refused` for none or a senseless `most`.
        """
        text = question.strip()
        if not text:
            raise Refused("Ask something: `what happens when I am knocked over`.")
        if len(text) > MOST_SIGNS:
            raise TooLarge(f"A question has at most {MOST_SIGNS:,} characters.")
        if not 1 <= most <= MOST_FOUND:
            raise Refused(f"Ask for 1 to {MOST_FOUND} entries.")
        meant = self._synonyms.of(text)
        vectors = self._vectors(text, meant)
        scores, nearer = self._scores(text, meant, vectors)
        name = self._names.of(text)
        doubt = DOUBT_BY_WORDS if vectors is None else DOUBT_WITH_MEANING
        certainty = doubt.certainty(nearer, bool(name), len(meant))
        by_meaning = vectors is not None
        if certainty < ENOUGH:
            return Answer((), certainty, name, by_meaning)
        return Answer(self._best(scores, most, wanted), certainty, name, by_meaning)

    def ranked(self, question: str, most: int) -> tuple[Finding, ...]:
        """The best entries whether the question is answered or not."""
        meant = self._synonyms.of(question)
        return self._best(self._scores(question, meant, self._vectors(question, meant))[0], most, None)

    def _best(self, scores: Floats, most: int, wanted: Callable[[Entry], bool] | None) -> tuple[Finding, ...]:
        found: list[Finding] = []
        for at in np.argsort(-scores, kind="stable"):
            if len(found) == most or scores[at] <= 0:
                break
            entry = self.index.meta.entries[at]
            if wanted is None or wanted(entry):
                found.append(Finding(entry, round(float(scores[at]), 4)))
        return tuple(found)

    def _vectors(self, text: str, meant: tuple[str, ...]) -> tuple[Floats, Floats] | None:
        """The question's vector, and that of the question with the rules words; None where the model is not there."""
        if self._embed is None or self.index.vectors is None:
            return None
        translated = f"{text} ({', '.join(meant)})" if meant else text
        try:
            answer = self._embed.embed(Texts(tuple(dict.fromkeys((text, translated)))))
        except (Unavailable, Busy) as fault:
            log.warning("searching the rules without embeddings: %s", fault)
            return None
        if answer.model != self.index.meta.model:
            return None
        made = [np.asarray(one, np.float32) for one in answer.vectors]
        return made[0], made[-1]

    def _scores(self, text: str, meant: tuple[str, ...], vectors: tuple[Floats, Floats] | None) -> tuple[Floats, float]:
        """Every entry's score; and by how much the nearest entry is nearer than what no entry answers."""
        lexical = self.index.lexical
        whole = max(lexical.worth(text)[0], 1e-6)
        words = self._by_entry(lexical.scores({text: 1.0})) / whole
        both = self._by_entry(lexical.scores({**dict.fromkeys(meant, _TRANSLATED), text: 1.0})) / whole
        rules = self._by_entry(lexical.scores(dict.fromkeys(meant, 1.0))) / _RULES_WORTH
        if vectors is None or self.index.vectors is None:
            nothing = np.zeros_like(words)
            signs = np.concatenate((nothing, nothing, words, both, rules))
            compared, weights = both, BY_WORDS
        else:
            # One pass over the vectors for both: they are more than a processor's cache holds.
            cosines = self.index.vectors @ np.stack(vectors, axis=1)
            meaning, told = self._by_entry(cosines[:, 0]), self._by_entry(cosines[:, 1])
            signs = np.concatenate((meaning, told, words, both, rules))
            compared, weights = meaning, WITH_MEANING
        nearest = compared[:, :-1].max(initial=0.0)
        return fused(signs[:, :-1].T, weights), float(nearest - compared[1, -1])

    def _by_entry(self, scores: Floats) -> Floats:
        """The best unit of every entry, in the book's words and in players': shape (2, entries + 1). The last column
        is what no entry answers."""
        best = np.zeros(2 * self._columns, np.float32)
        np.maximum.at(best, self._places, scores)
        return best.reshape(2, self._columns)
