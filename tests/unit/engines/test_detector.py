"""What comes after the model, whichever it is."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.detect import Look
from bmo.capabilities.media import Picture
from bmo.core.errors import Malformed, Refused
from bmo.engines.detector import Array, Candidates, OnnxDetector, without_doubles
from bmo.engines.pictures import Shown
from pictures import encoded, made

CORNER = st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(1, 40), st.integers(1, 40))
BOXES = st.lists(st.tuples(CORNER, st.integers(0, 2)), max_size=25)


class Session:
    """Stands where ONNX Runtime's session does; answers nothing, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails

    def get_inputs(self) -> list[Any]:
        return [type("Input", (), {"name": "image"})]

    def get_providers(self) -> list[str]:
        return ["CPUExecutionProvider"]

    def run(self, _outputs: None, _entry: dict[str, Array]) -> list[Array]:
        if self.fails:
            raise RuntimeError("out of memory")
        return []


class Told:
    """A decoder that finds what it is told."""

    side = 64

    def __init__(self, *candidates: tuple[list[float], float, int]) -> None:
        boxes, scores, classes = zip(*candidates, strict=True) if candidates else ((), (), ())
        self.candidates = Candidates(
            np.array(boxes, float).reshape(-1, 4), np.array(scores, float), np.array(classes, int)
        )

    def entered(self, picture: Shown) -> Array:
        return np.zeros(1)

    def found(self, outputs: list[Array], picture: Shown) -> Candidates:
        return self.candidates

    def label(self, number: int) -> str:
        return ("cat", "dog", "")[number]


def sight(*candidates: tuple[list[float], float, int], least: float = 0.3) -> list[tuple[str, float]]:
    seen = OnnxDetector(Session(), Told(*candidates), "m").detect(Look(Picture(encoded(made(64, 48))), least))
    for thing in seen.things:
        assert 0 <= thing.box.left < thing.box.right <= 64
        assert 0 <= thing.box.top < thing.box.bottom <= 48
    return [(thing.label, thing.score) for thing in seen.things]


def test_the_surest_comes_first_and_the_unsure_not_at_all() -> None:
    assert sight(([0, 0, 9, 9], 0.4, 0), ([20, 20, 30, 30], 0.9, 1), ([40, 0, 50, 9], 0.29, 0)) == [
        ("dog", 0.9),
        ("cat", 0.4),
    ]


def test_one_thing_is_told_once_but_a_cat_on_a_dog_is_two() -> None:
    assert sight(([0, 0, 20, 20], 0.9, 0), ([1, 1, 21, 21], 0.8, 0), ([0, 0, 20, 20], 0.7, 1)) == [
        ("cat", 0.9),
        ("dog", 0.7),
    ]


def test_boxes_end_where_the_picture_does_and_one_that_lies_outside_is_none() -> None:
    assert sight(([-9, -9, 99, 99], 0.9, 0), ([70, 0, 80, 9], 0.8, 0)) == [("cat", 0.9)]


def test_what_is_no_number_is_nothing() -> None:
    nan, inf = float("nan"), float("inf")

    assert sight(([nan, 0, 9, 9], 0.9, 0), ([0, 0, 9, 9], nan, 0), ([-inf, -inf, inf, inf], 0.5, 1)) == [("dog", 0.5)]


def test_a_class_without_a_name_is_left_out() -> None:
    assert sight(([0, 0, 9, 9], 0.9, 2)) == []


def test_nothing_found_is_an_answer() -> None:
    assert sight() == []


def test_a_model_that_finds_everything_everywhere_is_bounded() -> None:
    everywhere = [([x % 60, x // 60, x % 60 + 1, x // 60 + 1], 0.9, 0) for x in range(2_000)]

    assert len(sight(*everywhere, least=0)) == 100


def test_a_model_that_fails_is_somebody_elses_turn() -> None:
    with pytest.raises(Malformed):
        OnnxDetector(Session(fails=True), Told(), "m").detect(Look(Picture(encoded(made()))))


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(Refused):
        OnnxDetector(Session(), Told(), "m").detect(Look(Picture(b"no picture")))


@given(BOXES)
def test_of_two_that_overlap_the_surer_stays_and_nothing_else_is_lost(told: list[tuple[Any, int]]) -> None:
    boxes = np.array([(x, y, x + w, y + h) for (x, y, w, h), _ in told], float).reshape(-1, 4)
    classes = np.array([kind for _, kind in told], int)
    kept = without_doubles(boxes, classes)

    assert kept == sorted(kept)
    for at in range(len(boxes)):
        surer = [other for other in kept if other < at and classes[other] == classes[at]]
        assert (at in kept) == all(overlap(boxes[other], boxes[at]) <= 0.5 for other in surer)


def overlap(one: Array, other: Array) -> float:
    """Intersection over union, worked out the slow way: by counting pixels."""
    grid = np.zeros((2, 100, 100), bool)
    for layer, (left, top, right, bottom) in zip(grid, (one, other), strict=True):
        layer[int(top) : int(bottom), int(left) : int(right)] = True
    return float(grid.all(0).sum() / grid.any(0).sum())
