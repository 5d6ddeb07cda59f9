"""What the properties of weapons do to an attack. SRD 5.1 and 5.2.1 "Weapon Properties"."""

from dataclasses import dataclass

from bmo.core.errors import Refused
from bmo.dnd.rules.terms import Edition, Size

HEAVY_LEAST = 13
"""Strength for a heavy melee weapon, Dexterity for a heavy ranged one. SRD 5.2.1 "Heavy"."""


@dataclass(frozen=True, slots=True)
class Weapon:
    """As far as these rules ask."""

    name: str
    light: bool = False
    ranged: bool = False
    nick: bool = False
    """Its mastery, which the attacker has. SRD 5.2.1 "Nick"."""


def too_heavy(size: Size, strength: int, dexterity: int, *, ranged: bool, edition: Edition = Edition.SRD_5_1) -> bool:
    """Whether a heavy weapon gives disadvantage: to the Small and smaller in SRD 5.1, to scores below 13 in 5.2.1.

    SRD 5.1 and 5.2.1 "Heavy".
    """
    if edition is Edition.SRD_5_2:
        return (dexterity if ranged else strength) < HEAVY_LEAST
    return size.larger_by(Size.SMALL) <= 0


def second_weapon(
    first: Weapon, second: Weapon, *, same: bool = False, nicked: bool = False, edition: Edition = Edition.SRD_5_1
) -> bool:
    """Whether the attack with the second weapon costs the bonus action; with Nick it belongs to the action, once a turn
    (`nicked`: it did already). `same`: it is the one weapon that attacked first.

    Raises `Refused` where the weapons do not go together: both are light and different, in SRD 5.1 melee too.
    SRD 5.1 "Two-Weapon Fighting", SRD 5.2.1 "Light", "Nick".
    """
    for one in (first, second):
        if not one.light or (one.ranged and edition is Edition.SRD_5_1):
            kind = "light melee weapon" if edition is Edition.SRD_5_1 else "light weapon"
            raise Refused(f"The {one.name} is no {kind}, so there is no second attack.", code="not_light")
    if same:
        raise Refused("The second attack needs another weapon.", code="same_weapon")
    nick = edition is Edition.SRD_5_2 and (first.nick or second.nick)
    return nicked or not nick


def two_weapon_bonus(modifier: int, *, fighting_style: bool = False) -> int:
    """What the ability adds to the damage of the second weapon: nothing unless it is negative, or the fighting style is
    known. SRD 5.1 "Two-Weapon Fighting", SRD 5.2.1 "Light", "Two Weapon Fighting"."""
    return modifier if fighting_style else min(0, modifier)
