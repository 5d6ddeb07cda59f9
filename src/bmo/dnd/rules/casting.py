"""What a caster needs, and what may be cast beside it in one turn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bmo.core.errors import Refused
from bmo.dnd.rules.terms import Edition

CastingTime: TypeAlias = Literal["action", "bonus", "reaction", "longer"]


@dataclass(frozen=True, slots=True)
class Cast:
    """One spell of a turn."""

    level: int
    """0 for a cantrip."""
    time: CastingTime = "action"
    slot: bool = True
    """Whether it takes a spell slot: cantrips and spells of magic items take none."""


def check_turn(before: Iterable[Cast], now: Cast, edition: Edition = Edition.SRD_5_1) -> None:
    """Raises `Refused` where `now` cannot be cast in the same turn of one's own as those `before`.

    SRD 5.1 "Bonus Action": beside a spell cast as a bonus action only cantrips of one action. SRD 5.2.1 "Casting
    Spells": only one spell slot a turn.
    """
    earlier = list(before)
    if edition is Edition.SRD_5_2:
        if _takes_slot(now) and any(map(_takes_slot, earlier)):
            raise Refused("One spell slot a turn: another spell took it.", code="second_slot")
        return
    for one, other in ((one, now) for one in earlier):
        hindered = (one.time == "bonus" and not _quick(other)) or (other.time == "bonus" and not _quick(one))
        if hindered:
            raise Refused(
                "Beside a spell cast as a bonus action only a cantrip of one action is cast in a turn.",
                code="bonus_action_spell",
            )


def _takes_slot(spell: Cast) -> bool:
    return spell.slot and spell.level > 0


def _quick(spell: Cast) -> bool:
    return spell.level == 0 and spell.time == "action"


@dataclass(frozen=True, slots=True)
class Components:
    """What a spell asks for. SRD 5.1 "Components"."""

    verbal: bool = False
    somatic: bool = False
    material: bool = False
    costly: str | None = None
    """A material with a price: no pouch and no focus stands for it."""


@dataclass(frozen=True, slots=True)
class Caster:
    """What somebody can offer for them."""

    speaks: bool = True
    """Neither gagged nor in silence."""
    free_hand: bool = True
    focus: bool = True
    """A component pouch or spellcasting focus, or the very materials. It may be in the hand that gestures."""
    owned: frozenset[str] = frozenset()
    """Costly materials."""
    used_to_armor: bool = True
    """Proficient with (SRD 5.2.1: trained in) the armor that is worn."""


def check_components(spell: Components, caster: Caster) -> None:
    """Raises `Refused` with what is missing. SRD 5.1 "Verbal (V)", "Somatic (S)", "Material (M)", "Casting in
    Armor"."""
    if not caster.used_to_armor:
        raise Refused("Nobody casts in armor that they are not used to.", code="armor")
    if spell.verbal and not caster.speaks:
        raise Refused("This spell has to be spoken, and the caster cannot speak.", code="no_voice")
    if (spell.somatic or spell.material or spell.costly) and not caster.free_hand:
        raise Refused("This spell takes a free hand.", code="no_hand")
    if spell.costly and spell.costly not in caster.owned:
        raise Refused(f"This spell takes {spell.costly}, which nothing stands for.", code="no_material")
    if spell.material and not spell.costly and not caster.focus:
        raise Refused("This spell takes its materials, a component pouch or a focus.", code="no_material")
