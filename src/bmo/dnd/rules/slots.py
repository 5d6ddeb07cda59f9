"""Spell slots: how many, which one a spell takes, and the numbers of a caster."""

from collections.abc import Mapping
from enum import StrEnum

from bmo.core.errors import Refused
from bmo.dnd.rules.terms import Edition

_FULL = (
    (2,), (3,), (4, 2), (4, 3), (4, 3, 2), (4, 3, 3), (4, 3, 3, 1), (4, 3, 3, 2), (4, 3, 3, 3, 1), (4, 3, 3, 3, 2),
    (4, 3, 3, 3, 2, 1), (4, 3, 3, 3, 2, 1), (4, 3, 3, 3, 2, 1, 1), (4, 3, 3, 3, 2, 1, 1), (4, 3, 3, 3, 2, 1, 1, 1),
    (4, 3, 3, 3, 2, 1, 1, 1), (4, 3, 3, 3, 2, 1, 1, 1, 1), (4, 3, 3, 3, 3, 1, 1, 1, 1), (4, 3, 3, 3, 3, 2, 1, 1, 1),
    (4, 3, 3, 3, 3, 2, 2, 1, 1),
)  # fmt: skip
"""By caster level, from 1: SRD 5.1 "Multiclass Spellcaster" table, which is that of a full caster."""
_PACT = ((1, 1), (2, 1), (2, 2), (2, 2), (2, 3), (2, 3), (2, 4), (2, 4), (2, 5), (2, 5), (3, 5), (3, 5), (3, 5),
         (3, 5), (3, 5), (3, 5), (4, 5), (4, 5), (4, 5), (4, 5))  # fmt: skip
"""Number and level of a warlock's slots by warlock level. SRD 5.1 "Pact Magic"."""


class Caster(StrEnum):
    """How much of a caster a class is."""

    NONE = "none"
    FULL = "full"
    HALF = "half"
    """Paladin, ranger."""
    PACT = "pact"


def slots(kind: Caster, level: int, edition: Edition = Edition.SRD_5_1) -> dict[int, int]:
    """Slots by spell level of somebody with one class; half casters begin at level 2, in SRD 5.2.1 at 1. SRD 5.1 and
    5.2.1, the tables of the classes.

    Raises `Refused` for a level that is not 1 to 20.
    """
    if not 1 <= level <= 20:
        raise Refused(f"A level is 1 to 20, not {level}.", code="bad_level")
    if kind is Caster.PACT:
        number, at = _PACT[level - 1]
        return {at: number}
    if kind is Caster.NONE or (kind is Caster.HALF and level < 2 and edition is Edition.SRD_5_1):
        return {}
    return _table(level if kind is Caster.FULL else -(-level // 2))


def multiclass_slots(levels: Mapping[Caster, int], edition: Edition = Edition.SRD_5_1) -> dict[int, int]:
    """Of somebody with several classes that cast: levels of full casters and half of those of half casters, rounded
    down (SRD 5.2.1: up), are added up. A warlock's slots are apart. SRD 5.1 "Spellcasting" of "Multiclassing"."""
    half = levels.get(Caster.HALF, 0)
    total = levels.get(Caster.FULL, 0) + (half // 2 if edition is Edition.SRD_5_1 else -(-half // 2))
    return _table(min(20, total)) if total else {}


def _table(level: int) -> dict[int, int]:
    return dict(enumerate(_FULL[level - 1], 1))


def save_difficulty(modifier: int, proficiency: int) -> int:
    """Of the saves against somebody's spells. SRD 5.1 "Spell Save DC"."""
    return 8 + modifier + proficiency


def spell_attack(modifier: int, proficiency: int) -> int:
    """Bonus of a spell attack. SRD 5.1 "Attack Rolls" of spells."""
    return modifier + proficiency


def slot_for(spell_level: int, left: Mapping[int, int], wanted: int | None = None) -> int | None:
    """The level of the slot that a spell takes: the `wanted` one, else the lowest that is left; None for a cantrip.

    Raises `Refused` when there is none, or the wanted one is too low. SRD 5.1 "Casting a Spell at a Higher Level".
    """
    if spell_level == 0:
        return None
    if wanted is not None and wanted < spell_level:
        raise Refused(f"A spell of level {spell_level} needs a slot of that level or above.", code="slot_too_low")
    fitting = sorted(level for level, count in left.items() if level >= (wanted or spell_level) and count > 0)
    if not fitting or (wanted is not None and fitting[0] != wanted):
        raise Refused(f"There is no spell slot of level {wanted or spell_level} left.", code="no_slot")
    return fitting[0]


def cantrip_dice(level: int) -> int:
    """How many dice a damage cantrip of a character of this level throws: 1, 2 from 5, 3 from 11, 4 from 17."""
    return 1 + (level >= 5) + (level >= 11) + (level >= 17)
