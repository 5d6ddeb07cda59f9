"""How much each sign of an answer counts, and when there is none.

The weights were found on a third of `tests/sets/srd_questions.jsonl`, then drawn towards each other so that no sign
decides alone; `benchmarks/srd_search.py` scores them on the two thirds that nobody looked at.
"""

from dataclasses import dataclass

import numpy as np

from bmo.dnd.find.seams import Floats


@dataclass(frozen=True, slots=True)
class Weights:
    """For each of the signs of `signals.Signals`."""

    meaning_text: float = 0.10
    meaning_said: float = 0.20
    told_text: float = 0.12
    told_said: float = 0.25
    words_text: float = 0.08
    words_said: float = 0.05
    both_text: float = 0.06
    both_said: float = 0.06
    rules_text: float = 0.05
    rules_said: float = 0.03


WITH_MEANING = Weights()
BY_WORDS = Weights(
    0, 0, 0, 0, words_text=0.15, words_said=0.25, both_text=0.2, both_said=0.2, rules_text=0.1, rules_said=0.1
)
"""Where there is no model."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A logistic regression: how likely it is that a question is answered at all."""

    nearer: float
    """By how much the question is nearer to some entry than to anything that no entry answers."""
    name: float
    """It has a name of another book."""
    known: float
    """So many phrases (three at most) are table talk for rules words."""
    bias: float

    def certainty(self, nearer: float, name: bool, known: int) -> float:
        """From 0 to 1."""
        told = self.nearer * nearer + self.name * name + self.known * min(known, 3) + self.bias
        return float(1.0 / (1.0 + np.exp(-told)))


DOUBT_WITH_MEANING = Doubt(nearer=8.2, name=-3.4, known=0.63, bias=-1.0)
DOUBT_BY_WORDS = Doubt(nearer=8.2, name=-3.0, known=0.65, bias=-0.6)
ENOUGH = 0.35
"""A certainty below means: nothing found."""


def fused(signals: Floats, weights: Weights) -> Floats:
    """One score for each entry; `signals` has shape (entries, 10)."""
    told = np.array([getattr(weights, name) for name in Weights.__slots__], np.float32)
    scores: Floats = signals @ told
    return scores
