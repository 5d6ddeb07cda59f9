"""The game's dice for whoever asks for some by word or button."""

from bmo.dnd.dice import Advantage, SystemLuck, roll
from bmo.skills.dice.skill import Thrown, Way


def throw(dice: str, way: Way) -> Thrown:
    """Throw them, with real luck. Raises `DiceError`."""
    thrown = roll(dice, SystemLuck(), advantage=Advantage(way))
    return Thrown(thrown.expression, tuple(face for die in thrown.dice for face in die.faces), thrown.total)
