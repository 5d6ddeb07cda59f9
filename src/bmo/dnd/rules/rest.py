"""Short and long rests: what comes back. SRD 5.1 "Resting"."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bmo.core.errors import Refused
from bmo.dnd.dice import Luck, Roll, roll
from bmo.dnd.rules.damage import HitPoints, heal
from bmo.dnd.rules.terms import Edition

SHORT_HOURS, LONG_HOURS = 1, 8
BETWEEN_HOURS = 16


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


def spend_hit_die(
    points: HitPoints, dice: HitDice, constitution: int, luck: Luck, edition: Edition = Edition.SRD_5_1
) -> Recovered:
    """At the end of a short rest: the die and the Constitution modifier, never less than 0 (SRD 5.2.1: than 1).

    Raises `Refused` when none is left. SRD 5.1 "Short Rest".
    """
    if dice.left < 1:
        raise Refused(f"There is no d{dice.sides} hit die left: a long rest brings some back.", code="no_hit_die")
    rolled = roll(f"1d{dice.sides}{constitution:+d}", luck)
    least = 1 if edition is Edition.SRD_5_2 else 0
    return Recovered(rolled, heal(points, max(least, rolled.total)), HitDice(dice.sides, dice.left - 1, dice.total))


class Disturbance(StrEnum):
    """What may come between somebody and a rest."""

    INITIATIVE = "a fight"
    SPELL = "a spell that is no cantrip"
    DAMAGE = "damage"
    EXERTION = "walking or hard work"


@dataclass(frozen=True, slots=True)
class Disturbed:
    """What a disturbance leaves of a rest."""

    broken: bool
    """Nothing comes of it, unless it is begun again or gone on with."""
    short_rest: bool = False
    """It was long enough to be a short one."""
    hours_more: int = 0
    """That a long rest takes when it is gone on with at once."""


def disturbed(
    kind: Disturbance, *, long: bool, rested: float, lasting: float = 0, edition: Edition = Edition.SRD_5_1
) -> Disturbed:
    """A rest of which `rested` hours are over is disturbed for `lasting` hours.

    In SRD 5.1 an hour of any of these breaks a long rest, which is then begun again, and a short one takes nothing more
    strenuous than eating. In 5.2.1 a fight, a spell or damage breaks either at once, an hour of hard work a long one.
    SRD 5.1 "Short Rest", "Long Rest"; SRD 5.2.1 "Rules Glossary: Long Rest".
    """
    if edition is Edition.SRD_5_1:
        return Disturbed(lasting >= 1 if long else True)
    if kind is Disturbance.EXERTION and not (long and lasting >= 1):
        return Disturbed(False)
    return Disturbed(True, long and rested >= SHORT_HOURS, 1 if long else 0)


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


def may_rest_again(hours: float) -> bool:
    """Whether a long rest may begin so many hours after the end of the last: 16 in SRD 5.2.1; in 5.1 one may end every
    24 hours and takes 8 of them, which is the same. SRD 5.1 "Long Rest"."""
    return hours >= BETWEEN_HOURS
