"""Light, sight and hiding. SRD 5.1 "Vision and Light", "Hiding"; SRD 5.2.1 "Rules Glossary: Hide"."""

from dataclasses import dataclass
from enum import IntEnum

from bmo.core.errors import Refused
from bmo.dnd.dice import Advantage, Luck
from bmo.dnd.rules.checks import Tested, check
from bmo.dnd.rules.cover import Cover
from bmo.dnd.rules.terms import Edition

HIDE_DIFFICULTY = 15
"""SRD 5.2.1."""


class Obscured(IntEnum):
    """How badly something is seen: dim light, patchy fog and moderate foliage obscure lightly; darkness and thick fog
    heavily."""

    NOT = 0
    LIGHTLY = 1
    HEAVILY = 2


@dataclass(frozen=True, slots=True)
class Senses:
    """Of somebody who looks; ranges in feet."""

    darkvision: float = 0
    blindsight: float = 0
    truesight: float = 0
    blinded: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at."""

    distance: float
    light: Obscured = Obscured.NOT
    """By darkness: dim light, darkness."""
    magical: bool = False
    """Darkness made by magic, which darkvision does not pierce."""
    veiled: Obscured = Obscured.NOT
    """By fog, leaves and the like, which only blindsight pierces."""
    invisible: bool = False
    cover: Cover = Cover.NONE


def seen(eyes: Senses, sight: Sight) -> Obscured:
    """How it looks to them; `HEAVILY` means unseen, and attacks as if blinded.

    Darkvision makes darkness dim, and dim light bright; truesight sees in any darkness and what is invisible;
    blindsight needs no light. Nothing is seen behind total cover. SRD 5.1 "Blindsight", "Darkvision", "Truesight".
    """
    if sight.cover is Cover.TOTAL:
        return Obscured.HEAVILY
    if sight.distance <= eyes.blindsight:
        return Obscured.NOT
    true = sight.distance <= eyes.truesight
    if eyes.blinded or (sight.invisible and not true):
        return Obscured.HEAVILY
    return max(sight.veiled, Obscured.NOT if true else _in_light(eyes, sight))


def _in_light(eyes: Senses, sight: Sight) -> Obscured:
    if sight.distance > eyes.darkvision or sight.magical:
        return sight.light
    return Obscured(max(0, sight.light - 1))


def hide(
    bonus: int,
    luck: Luck,
    advantage: Advantage = Advantage.NONE,
    *,
    clearly_seen: bool = False,
    obscured: Obscured = Obscured.NOT,
    cover: Cover = Cover.NONE,
    edition: Edition = Edition.SRD_5_1,
) -> Tested:
    """A Dexterity (Stealth) check; its total is what others have to reach to find the hidden one.

    In SRD 5.1 it always counts and `difficulty` is 0; in 5.2.1 it takes 15, and heavy obscurement or at least
    three-quarters cover. Raises `Refused` before an enemy that sees one clearly. SRD 5.1 "Hiding".
    """
    if clearly_seen:
        raise Refused("Nobody hides from somebody who sees them clearly.", code="seen")
    if edition is Edition.SRD_5_1:
        rolled = check(bonus, 0, luck, advantage)
        return Tested(rolled.roll, 0, True)
    if obscured is not Obscured.HEAVILY and cover < Cover.THREE_QUARTERS:
        raise Refused("Hiding takes heavy obscurement, or three-quarters or total cover.", code="no_hiding_place")
    return check(bonus, HIDE_DIFFICULTY, luck, advantage)


def found(stealth: int, perception: int, edition: Edition = Edition.SRD_5_1) -> bool:
    """Whether a Perception check, or the passive score of those who do not search, finds somebody hidden.

    In SRD 5.1 the two are a contest, and a tie leaves the hidden one hidden (SRD 5.1 "Contests"); in 5.2.1 the Stealth
    total is the DC.
    """
    return perception >= stealth if edition is Edition.SRD_5_2 else perception > stealth
