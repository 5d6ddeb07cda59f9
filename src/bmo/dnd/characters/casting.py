"""The numbers of somebody who casts: DC, attack, slots, and how many spells are known or ready."""

from dataclasses import dataclass

from bmo.dnd.characters import progression
from bmo.dnd.characters.build import Build, caster_levels
from bmo.dnd.rules.slots import Caster, multiclass_slots, save_difficulty, slots, spell_attack
from bmo.dnd.rules.terms import Ability


@dataclass(frozen=True, slots=True)
class SpellLine:
    """Of one class that casts."""

    by: str
    ability: Ability
    dc: int
    attack: int
    cantrips: int
    """How many are known."""
    prepared: int
    """How many spells of level 1 and above are ready at once (or known, where the class knows its spells)."""
    highest: int
    """Spell level that may be learned or prepared: what this class alone would have slots for."""


def spell_lines(built: Build) -> tuple[SpellLine, ...]:
    """One for each class that has spells at its level. SRD 5.1 "Spellcasting Ability", "Multiclassing"."""
    lines = []
    for one, record in built.classes:
        if record.caster is Caster.NONE or record.ability is None:
            continue
        own = slots(record.caster, one.level, built.edition)
        if not own:
            continue
        name, have = one.name.casefold(), built.modifiers[record.ability]
        lines.append(
            SpellLine(
                by=record.name,
                ability=record.ability,
                dc=save_difficulty(have, built.proficiency),
                attack=spell_attack(have, built.proficiency),
                cantrips=progression.cantrips(name, one.level),
                prepared=progression.prepared(name, one.level, have, built.edition),
                highest=max(own),
            )
        )
    return tuple(lines)


def spell_slots(built: Build) -> dict[int, int]:
    """By spell level, without a warlock's. SRD 5.1 "Multiclassing: Spell Slots"."""
    levels: dict[Caster, int] = {
        kind: level for kind, level in caster_levels(built).items() if kind in (Caster.FULL, Caster.HALF)
    }
    casters = [(record.caster, one.level) for one, record in built.classes if record.caster in levels]
    if len(casters) == 1:
        return slots(*casters[0], built.edition)
    return multiclass_slots(levels, built.edition)


def pact_slots(built: Build) -> dict[int, int]:
    """A warlock's, by spell level: they come back on a short rest. SRD 5.1 "Pact Magic"."""
    level = caster_levels(built).get(Caster.PACT, 0)
    return slots(Caster.PACT, level, built.edition) if level else {}
