"""Dice by words: what is understood, what is not, and what is said."""

import pytest

from bmo.assistant.intents import Intents
from bmo.capabilities.action import Asked
from bmo.skills.dice.skill import Thrown, Way, dice_skill


def throw(dice: str, _way: Way) -> Thrown:
    return Thrown(dice, (3, 5), 11)


@pytest.mark.parametrize(
    ("sentence", "dice", "way"),
    [
        ("Roll 2d6 plus 3.", "2d6+3", "none"),
        ("roll two d six plus three", "2d6+3", "none"),
        ("BMO, roll a d20 with advantage", "1d20", "advantage"),
        ("throw a d twenty with disadvantage", "1d20", "disadvantage"),
        ("roll me three dice", "3d6", "none"),
        ("roll a die", "1d6", "none"),
        ("roll d100", "d100", "none"),
        ("roll 1d8 + 1d6 - 1", "1d8+1d6-1", "none"),
    ],
)
def test_what_people_say_for_dice(sentence: str, dice: str, way: str) -> None:
    [[reading]] = Intents(dice_skill(throw).actions).understand(sentence)

    assert (reading.arguments.dice, reading.arguments.way) == (dice, way)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("sentence", "dice", "way"),
    [("Würfle 3w6", "3d6", "none"), ("wirf mir mal einen w20 mit Nachteil", "1d20", "disadvantage")],
)
def test_what_people_say_for_dice_in_german(sentence: str, dice: str, way: str) -> None:
    [[reading]] = Intents(dice_skill(throw).actions, "de").understand(sentence)

    assert (reading.arguments.dice, reading.arguments.way) == (dice, way)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "sentence",
    [
        "roll the credits",
        "roll over",
        "throw a party",
        "roll me a joke",
        "roll",
        "throw 2 plus 3",
        "roll d",
        "roll 2d6 times",
    ],
)
def test_what_is_no_dice_is_left_to_somebody_else(sentence: str) -> None:
    assert not Intents(dice_skill(throw).actions).understand(sentence)


def test_the_faces_are_told_with_the_total() -> None:
    [action] = dice_skill(throw).actions

    done = action.run(action.arguments.model_validate({"dice": "2d6+3"}), Asked())

    assert done.sentence == "You rolled 11: 3, 5."
    assert done.data == {"dice": "2d6+3", "faces": [3, 5], "total": 11}


def test_a_single_die_is_told_once() -> None:
    [action] = dice_skill(lambda dice, _way: Thrown(dice, (17,), 17)).actions

    done = action.run(action.arguments.model_validate({"dice": "1d20"}), Asked())

    assert done.sentence == "You rolled 17."
