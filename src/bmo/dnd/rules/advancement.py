"""Experience and levels. SRD 5.1 "Beyond 1st Level: Character Advancement"."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping

from bmo.core.errors import Refused
from bmo.dnd.dice import Luck
from bmo.dnd.rules.terms import Ability

XP_FOR_LEVEL = (0, 300, 900, 2_700, 6_500, 14_000, 23_000, 34_000, 48_000, 64_000, 85_000, 100_000, 120_000, 140_000,
                165_000, 195_000, 225_000, 265_000, 305_000, 355_000)  # fmt: skip
"""Experience that each level from 1 asks for."""
HIGHEST_LEVEL = len(XP_FOR_LEVEL)
MULTICLASS_LEAST = 13
"""In the abilities of both classes. SRD 5.1 "Multiclassing: Prerequisites"."""


def level_of(xp: int) -> int:
    """The level that so much experience makes. Raises `Refused` below 0."""
    if xp < 0:
        raise Refused("Experience is never below 0.", code="bad_xp")
    return bisect_right(XP_FOR_LEVEL, xp)


def first_hit_points(hit_die: int, constitution: int) -> int:
    """At level 1: the highest face and the Constitution modifier, at least 1."""
    return max(1, hit_die + constitution)


def more_hit_points(hit_die: int, constitution: int, luck: Luck | None = None) -> int:
    """At each level after: the die, or without `luck` its average rounded up, and the Constitution modifier; at least
    1."""
    gained = luck.roll(hit_die) if luck else hit_die // 2 + 1
    return max(1, gained + constitution)


def ability_points(total_before: int, raised_by: int, highest: int = 20) -> int:
    """A score after an Ability Score Improvement. Raises `Refused` above `highest`, which is 20, and 30 for the epic
    boons of SRD 5.2.1. SRD 5.1 and 5.2.1 "Ability Score Improvement"."""
    after = total_before + raised_by
    if raised_by not in (1, 2) or after > highest:
        raise Refused(f"A score is raised by 1 or 2, to {highest} at most.", code="bad_increase")
    return after


def check_multiclass(scores: Mapping[Ability, int], needed: Iterable[Collection[Ability]]) -> None:
    """Raises `Refused` when an ability is too low to take a level of another class. `needed` holds, for the old class
    and the new one, groups of abilities of which one has to be 13: a fighter asks for ({str, dex},), a paladin for
    ({str}, {cha}). SRD 5.1 and 5.2.1, the classes' multiclassing prerequisites."""
    for group in needed:
        if not any(scores.get(ability, 0) >= MULTICLASS_LEAST for ability in group):
            names = " or ".join(ability.name.capitalize() for ability in sorted(group))
            raise Refused(f"That takes {names} of {MULTICLASS_LEAST} or more.", code="multiclass")
