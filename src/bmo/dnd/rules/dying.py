"""At 0 hit points: death saving throws, becoming stable, damage while down. SRD 5.1 "Death Saving Throws"."""

from dataclasses import dataclass
from enum import StrEnum

from bmo.dnd.dice import Advantage, Critical, Luck, Roll
from bmo.dnd.rules.checks import d20

DIFFICULTY = 10
THREE = 3
"""Successes or failures that decide."""


class Fate(StrEnum):
    """How it stands."""

    DYING = "dying"
    STABLE = "stable"
    DEAD = "dead"
    BACK = "back"
    """Conscious again, with 1 hit point."""


@dataclass(frozen=True, slots=True)
class Saves:
    """Death saving throws so far."""

    successes: int = 0
    failures: int = 0

    @property
    def fate(self) -> Fate:
        """What they come to."""
        if self.failures >= THREE:
            return Fate.DEAD
        return Fate.STABLE if self.successes >= THREE else Fate.DYING


@dataclass(frozen=True, slots=True)
class Saved:
    """One death saving throw."""

    roll: Roll
    saves: Saves
    fate: Fate


def death_save(before: Saves, luck: Luck, advantage: Advantage = Advantage.NONE, bonus: int = 0) -> Saved:
    """10 or more is a success, a natural 1 two failures, a natural 20 brings the creature back with 1 hit point."""
    rolled = d20(bonus, luck, advantage)
    if rolled.critical is Critical.HIT:
        return Saved(rolled, Saves(), Fate.BACK)
    if rolled.critical is Critical.MISS:
        after = Saves(before.successes, min(THREE, before.failures + 2))
    elif rolled.total >= DIFFICULTY:
        after = Saves(before.successes + 1, before.failures)
    else:
        after = Saves(before.successes, before.failures + 1)
    return Saved(rolled, Saves() if after.fate is Fate.STABLE else after, after.fate)


def hurt_while_down(before: Saves, damage: int, maximum: int, *, critical: bool = False) -> tuple[Saves, Fate]:
    """Damage at 0 hit points is a failure, a critical hit two, and death at once from as much as the maximum.

    `damage` is what temporary hit points left of it. Whoever was stable is dying again. SRD 5.1 "Damage at 0 Hit
    Points".
    """
    if damage <= 0:
        return before, before.fate
    if damage >= maximum > 0:
        return Saves(before.successes, THREE), Fate.DEAD
    after = Saves(before.successes, min(THREE, before.failures + (2 if critical else 1)))
    return after, after.fate


STABILISE_DIFFICULTY = 10
"""Wisdom (Medicine), to stabilise somebody else, or in SRD 5.2.1 to wake who was knocked out. SRD 5.1 "Stabilizing a
Creature"."""


def hours_until_awake(luck: Luck) -> int:
    """A stable creature that is not healed has 1 hit point after 1d4 hours. SRD 5.1 "Stabilizing a Creature"."""
    return luck.roll(4)
