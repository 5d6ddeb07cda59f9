"""Holding a spell: what breaks it. SRD 5.1 "Concentration"."""

from collections.abc import Collection

from bmo.dnd.dice import Advantage, Luck
from bmo.dnd.rules.checks import Tested, save
from bmo.dnd.rules.conditions import incapacitated
from bmo.dnd.rules.terms import Condition, Edition

LEAST = 10
MOST_5_2 = 30
"""SRD 5.2.1 caps the difficulty."""


def difficulty(damage: int, edition: Edition = Edition.SRD_5_1) -> int:
    """Of the Constitution save after damage: 10, or half the damage if that is more; at most 30 in SRD 5.2.1."""
    needed = max(LEAST, damage // 2)
    return min(MOST_5_2, needed) if edition is Edition.SRD_5_2 else needed


def held(
    bonus: int,
    damage: int,
    luck: Luck,
    advantage: Advantage = Advantage.NONE,
    edition: Edition = Edition.SRD_5_1,
) -> Tested | None:
    """The save after damage from one source; None where there was no damage. Each source asks for a save of its own."""
    return save(bonus, difficulty(damage, edition), luck, advantage) if damage > 0 else None


def ended_by(conditions: Collection[Condition], *, dead: bool = False) -> bool:
    """Whether concentration ends without a save: being incapacitated or killed."""
    return dead or incapacitated(conditions)
