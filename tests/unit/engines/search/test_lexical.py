"""The lexical side alone: weighted words against passages."""

from bmo.capabilities.search import Passage
from bmo.engines.search.lexical import LexicalIndex, LexicalMaker

PASSAGES = [
    Passage("", ("Prone",), "The creature lies on the floor."),
    Passage("", ("Grappled",), "The creature is held."),
    Passage("", (), "A horse runs."),
]


def index() -> LexicalIndex:
    made = LexicalMaker()
    return made.open(made.arrays(PASSAGES), len(PASSAGES))


def test_a_passage_scores_by_its_words_and_its_heading() -> None:
    assert index().scores({"horses": 1.0}).argmax() == 2
    assert index().scores({"grappled": 1.0}).argmax() == 1
    assert index().scores({"dragon": 1.0}).max() == 0


def test_a_word_counts_once_with_its_highest_weight() -> None:
    once = index().scores({"prone floor": 1.0})

    assert (index().scores({"prone floor": 1.0, "prone": 0.5}) == once).all()
    assert (index().scores({"prone floor": 0.5}) * 2 == once).all()


def test_worth_lies_in_rare_words_and_tells_unknown_ones_apart() -> None:
    whole, known = index().worth("the horse")
    more, same = index().worth("the horse and the dragon")

    assert whole == known > index().worth("creature")[1]
    assert same == known
    assert more > whole + known


def test_an_index_of_nothing_finds_nothing() -> None:
    made = LexicalMaker()

    assert len(made.open(made.arrays([]), 0).scores({"prone": 1.0})) == 0
