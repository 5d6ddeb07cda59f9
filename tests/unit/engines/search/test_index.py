"""The index against a scorer that does the same in the plainest way, on small random collections."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.search import Passage
from bmo.engines.search import arrays, build, index
from bmo.engines.search.index import Index
from bmo.engines.search.ranking import RANKING, Ranking
from bmo.engines.search.terms import Terms

LEXICAL = replace(RANKING, latent=0.0, lexical=1.0)
WORDS = ["oak", "pine", "elm", "ash", "birch", "cedar", "fir", "larch", "walnut", "maple"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=0, max_size=8).map(" ".join)
PASSAGES = st.lists(
    st.builds(lambda text, heading: (text, heading), SENTENCES, st.lists(SENTENCES, max_size=2).map(tuple)),
    min_size=1,
    max_size=12,
).map(lambda parts: [Passage(f"s{number}", heading, text) for number, (text, heading) in enumerate(parts)])
terms = Terms()


def made(passages: Sequence[Passage], folder: Path, ranking: Ranking = LEXICAL) -> Index:
    """The index as it comes back from disk."""
    path = folder / "index-1.npz"
    with path.open("wb") as file:
        arrays.write(file, build.arrays(passages, ranking))
    return Index(arrays.read(path), ranking)


def naive(passages: Sequence[Passage], query: str, ranking: Ranking = LEXICAL) -> dict[str, float]:
    """BM25F by its formula, passage by passage; the best has 1."""
    bodies = [terms.of(one.text) for one in passages]
    heads = [[terms.of(part) for part in one.heading] for one in passages]
    body_lengths = [len(stems) for stems, _ in bodies]
    head_lengths = [sum(len(stems) for stems, _ in parts) for parts in heads]
    counts = [
        (Counter([*body[0], *body[1]]), Counter(term for part in head for kind in part for term in kind))
        for body, head in zip(bodies, heads, strict=True)
    ]
    usual_body = max(1.0, sum(body_lengths) / len(passages))
    usual_head = max(1.0, sum(head_lengths) / len(passages))
    stems, pairs = terms.of(query)
    scores: dict[str, float] = {}
    for term, often in Counter([*stems, *pairs]).items():
        having = sum(bool(body[term] + head[term]) for body, head in counts)
        compound = term in pairs
        if not having or (compound and having < 2):
            continue
        idf = math.log(1 + (len(passages) - having + 0.5) / (having + 0.5)) * (ranking.compound if compound else 1)
        for at, (body, head) in enumerate(counts):
            frequency = body[term] / (1 - ranking.b + ranking.b * body_lengths[at] / usual_body)
            frequency += (
                ranking.heading * head[term] / (1 - ranking.b / 2 + ranking.b / 2 * head_lengths[at] / usual_head)
            )
            if frequency:
                source = passages[at].source
                scores[source] = scores.get(source, 0) + often * idf * frequency / (ranking.k1 + frequency)
    highest = max(scores.values(), default=1.0)
    return {source: score / highest for source, score in scores.items()}


@given(passages=PASSAGES, query=SENTENCES)
def test_the_mapped_index_gives_what_a_naive_scorer_gives(
    tmp_path_factory: pytest.TempPathFactory, passages: list[Passage], query: str
) -> None:
    found = made(passages, tmp_path_factory.mktemp("index")).search(query, 100)

    assert {one.source: one.score for one in found} == pytest.approx(naive(passages, query), abs=2e-6)
    assert list(found) == sorted(found, key=lambda one: -one.score)


@given(passages=PASSAGES, query=SENTENCES, pool=st.integers(1, 6))
def test_many_passages_are_pruned_without_losing_one_of_the_best(
    tmp_path_factory: pytest.TempPathFactory, passages: list[Passage], query: str, pool: int
) -> None:
    expected = sorted(naive(passages, query).values(), reverse=True)[:pool]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "LARGE", 0)
        patch.setattr(index, "POOL", pool)
        patch.setattr(index, "_QUICKER", 1)
        found = made(passages, tmp_path_factory.mktemp("index")).search(query, 100)

    assert [one.score for one in found] == pytest.approx(expected, abs=3e-5)


def test_a_large_collection_is_pruned_to_the_same_answer(tmp_path: Path) -> None:
    luck = np.random.default_rng(1)
    likely = 1 / np.arange(1, 401)
    texts = luck.choice(400, (3_000, 20), p=likely / likely.sum())
    passages = [Passage(f"s{row}", (), " ".join(f"w{word}" for word in words)) for row, words in enumerate(texts)]
    opened = made(passages, tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "LARGE", 1_000)
        patch.setattr(index, "POOL", 50)
        for words in luck.choice(400, (60, 4)):
            query = " ".join(f"w{word}" for word in words)
            expected = sorted(naive_scores(opened, query), reverse=True)[:10]

            assert [one.score for one in opened.search(query, 10)] == pytest.approx(expected, abs=3e-5)


def naive_scores(opened: Index, query: str) -> list[float]:
    """Of all passages, without pruning."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "LARGE", 1_000_000)
        return [one.score for one in opened.search(query, 100)]


def test_words_in_a_heading_count_more(tmp_path: Path) -> None:
    passages = [Passage("body", ("Trees",), "An oak by the road."), Passage("head", ("Oak",), "A tree by the road.")]

    assert made(passages, tmp_path).search("oak", 2)[0].source == "head"


def test_words_side_by_side_count_more_than_apart(tmp_path: Path) -> None:
    apart = "The layer of paint marks the boundary clearly today."
    together = "The boundary layer of paint marks it clearly today."
    passages = [Passage("apart", (), apart), Passage("a", (), together), Passage("b", (), together)]

    assert {one.source for one in made(passages, tmp_path).search("boundary-layer", 2)} == {"a", "b"}


def test_a_passage_is_found_by_what_it_is_about_without_sharing_a_word(tmp_path: Path) -> None:
    ships = [f"The ship and its sail and mast number {number} left the harbour." for number in range(15)]
    boats = [f"The boat and its sail and mast number {number} left the harbour." for number in range(15)]
    cooks = [f"The cook stirs soup number {number} with a spoon in the kitchen." for number in range(15)]
    passages = [Passage(f"s{row}", (), text) for row, text in enumerate((*ships, *boats, *cooks))]

    found = made(passages, tmp_path, RANKING).search("ship", 30)
    assert any("boat" in one.text for one in found)
    assert not any("cook" in one.text for one in found)


@pytest.mark.parametrize("query", ["", "   ", "the of and", "?!", "zzzz", "\0", "\ud800"])
def test_nothing_to_look_for_finds_nothing(tmp_path: Path, query: str) -> None:
    assert made([Passage("s", (), "oak")], tmp_path).search(query, 5) == ()


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    assert made([], tmp_path).search("oak", 5) == ()


def test_the_same_passages_always_make_the_same_index() -> None:
    passages = [Passage(f"s{number}", (), f"oak {number} pine {number % 7} elm") for number in range(60)]
    first, second = build.arrays(passages, RANKING), build.arrays(passages, RANKING)

    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_vectors_lift_what_means_the_same() -> None:
    passages = [Passage("tree", (), "An oak."), Passage("car", (), "A lorry.")]
    made_with = build.arrays(passages, RANKING) | {"vectors": np.array([[1, 0], [0, 1]], np.float32)}

    found = Index(made_with, RANKING).search("truck", 2, np.array([0, 1], np.float32))
    assert [one.source for one in found] == ["car"]
