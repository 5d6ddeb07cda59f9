"""Dice of tags: read strictly, rolled by luck that is passed in."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.assistant.dice import Cup, Dice, dice_of
from bmo.capabilities.action import Asked
from bmo.capabilities.turn import Tagged
from bmo.core.errors import Refused


@pytest.mark.parametrize(
    ("text", "dice"),
    [
        ("d20", Dice(1, 20)),
        ("2d6", Dice(2, 6)),
        ("1D8 + 3", Dice(1, 8, 3)),
        ("3d4-1", Dice(3, 4, -1)),
        ("40d1000", Dice(40, 1000)),
    ],
)
def test_dice_are_read(text: str, dice: Dice) -> None:
    assert dice_of(text) == dice


@pytest.mark.parametrize("text", ["", "d", "d1", "0d6", "41d6", "1d1001", "1d6+1001", "1d6*2", "1d6+d4", "٣d٦", "1d6;"])
def test_what_is_no_dice_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        dice_of(text)


@given(st.integers(1, 40), st.integers(2, 1000), st.integers(-1000, 1000), st.randoms(use_true_random=False))
def test_every_roll_is_what_its_dice_can_show(count: int, sides: int, plus: int, luck: random.Random) -> None:
    dice = Dice(count, sides, plus)
    rolled = Cup(luck).roll(Tagged(str(dice), "roll"), Asked())

    assert dice_of(str(dice)) == dice
    assert len(rolled.rolls) == count
    assert all(1 <= face <= sides for face in rolled.rolls)
    assert rolled.total == sum(rolled.rolls) + plus
