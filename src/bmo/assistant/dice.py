"""Dice that a model may ask for in an answer, such as `2d6+1`. The number is luck's, never the model's.

A game has a larger grammar of its own; this one is what fits into a tag.
"""

import re
from dataclasses import dataclass
from random import Random

from bmo.capabilities.action import Asked
from bmo.capabilities.turn import Rolled, Tagged
from bmo.core.errors import Refused

MOST_DICE, MOST_SIDES, MOST_PLUS = 40, 1_000, 1_000
_DICE = re.compile(r"(\d{0,3})d(\d{1,4})(?:([+-])(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Dice:
    """So many dice of so many sides, and a number added to their sum."""

    count: int
    sides: int
    plus: int = 0

    def __str__(self) -> str:
        return f"{self.count}d{self.sides}{self.plus:+d}" if self.plus else f"{self.count}d{self.sides}"

    def roll(self, luck: Random) -> Rolled:
        """Throw them."""
        rolls = tuple(luck.randint(1, self.sides) for _ in range(self.count))
        return Rolled(str(self), rolls, sum(rolls) + self.plus)


def dice_of(text: str) -> Dice:
    """Reads `d20`, `2d6`, `1d8 + 3`. Raises `Refused` for what is no dice, or too much of it."""
    found = _DICE.fullmatch("".join(text.casefold().split()))
    if found is None or not found[0].isascii():
        raise Refused(f"I cannot roll {text!r}. Dice look like 2d6+1.")
    count, sides = int(found[1] or 1), int(found[2])
    plus = int(f"{found[3]}{found[4]}") if found[3] else 0
    if not (1 <= count <= MOST_DICE and 2 <= sides <= MOST_SIDES and abs(plus) <= MOST_PLUS):
        raise Refused(f"I roll at most {MOST_DICE} dice, of 2 to {MOST_SIDES:,} sides.")
    return Dice(count, sides, plus)


class Cup:
    """Rolls the dice of tags; a `TagHandler` by its method `roll`."""

    def __init__(self, luck: Random) -> None:
        self._luck = luck

    def roll(self, tagged: Tagged, _asked: Asked) -> Rolled:
        """Roll what the tag says. Raises `Refused`."""
        return dice_of(tagged.tag).roll(self._luck)
