"""Short and long rests: what comes back. SRD 5.1 "Resting"."""

from collections.abc import Mapping
from dataclasses import dataclass

from bmo.core.errors import Refused
from bmo.dnd.dice import Luck, Roll, roll
from bmo.dnd.rules.damage import HitPoints, heal
from bmo.dnd.rules.terms import Edition

SHORT_HOURS, LONG_HOURS = 1, 8


@dataclass(frozen=True, slots=True)
class HitDice:
    """Of one kind."""

    sides: int
    left: int
    total: int


@dataclass(frozen=True, slots=True)
class Recovered:
    """One hit die spent."""

    roll: Roll
    points: HitPoints
    dice: HitDice


def spend_hit_die(points: HitPoints, dice: HitDice, constitution: int, luck: Luck) -> Recovered:
    """On a short rest: the die and the Constitution modifier, never less than 0 (SRD 5.2.1: than 1).

    Raises `Refused` when none is left.
    """
    if dice.left < 1:
        raise Refused(f"There is no d{dice.sides} hit die left: a long rest brings some back.", code="no_hit_die")
    rolled = roll(f"1d{dice.sides}{constitution:+d}", luck)
    return Recovered(rolled, heal(points, max(0, rolled.total)), HitDice(dice.sides, dice.left - 1, dice.total))


@dataclass(frozen=True, slots=True)
class Rested:
    """What somebody is after a long rest."""

    points: HitPoints
    dice: tuple[HitDice, ...]
    slots: dict[int, int]
    exhaustion: int


def long_rest(
    points: HitPoints,
    dice: tuple[HitDice, ...],
    slots: Mapping[int, int],
    exhaustion: int,
    *,
    fed: bool = True,
    edition: Edition = Edition.SRD_5_1,
) -> Rested:
    """All hit points and spell slots, half of all hit dice (at least one; all of them in SRD 5.2.1), and one level less
    of exhaustion, in SRD 5.1 for who has eaten and drunk. `slots` are all that somebody has.

    Raises `Refused` for somebody with 0 hit points: they gain nothing from a rest.
    """
    if points.current < 1:
        raise Refused("Somebody with 0 hit points gains nothing from a long rest.", code="no_rest_at_0")
    better = exhaustion - 1 if exhaustion and (fed or edition is Edition.SRD_5_2) else exhaustion
    back = sum(one.total for one in dice) if edition is Edition.SRD_5_2 else max(1, sum(one.total for one in dice) // 2)
    full = HitPoints(points.maximum, points.maximum)
    return Rested(full, _regained(dice, back), dict(slots), better)


def _regained(dice: tuple[HitDice, ...], back: int) -> tuple[HitDice, ...]:
    """The largest first: that is what everybody would choose."""
    regained = {}
    for one in sorted(dice, key=lambda one: -one.sides):
        given = min(back, one.total - one.left)
        back -= given
        regained[one.sides] = HitDice(one.sides, one.left + given, one.total)
    return tuple(regained[one.sides] for one in dice)


def rest_again_after(hours: float) -> bool:
    """Whether enough time has gone by for another long rest: one in 24 hours."""
    return hours >= 24
