"""A character sheet as lines of plain text."""

from collections.abc import Iterator, Mapping

from bmo.dnd.characters.attacks import AttackLine
from bmo.dnd.characters.derived import Derived
from bmo.dnd.characters.schema import Character
from bmo.dnd.rules.terms import Ability, Skill


def sheet(character: Character, numbers: Derived) -> str:
    """All of it, derived numbers included."""
    return "\n".join([*_head(character, numbers), *_body(numbers), *_fight(numbers), *_magic(character, numbers),
                      *_rest(character, numbers)])  # fmt: skip


def _head(character: Character, numbers: Derived) -> Iterator[str]:
    yield character.name
    classes = " / ".join(
        f"{one.name} {one.level}" + (f" ({one.subclass})" if one.subclass else "") for one in character.classes
    )
    yield ", ".join(filter(None, (character.species, classes, character.background)))
    if character.player:
        yield f"Player: {character.player}"
    dice = " + ".join(f"{count}d{sides}" for sides, count in numbers.hit_dice.items())
    yield ""
    yield f"AC {numbers.armor_class}   HP {numbers.hit_points} ({dice})   Speed {numbers.speed} feet"
    yield f"Initiative {numbers.initiative:+d}   Proficiency {numbers.proficiency:+d}   XP {character.xp:,}"


def _body(numbers: Derived) -> Iterator[str]:
    yield ""
    yield "  ".join(f"{one.upper()} {numbers.scores[one]} ({numbers.modifiers[one]:+d})" for one in Ability)
    yield "Saves: " + _bonuses({one.upper(): bonus for one, bonus in numbers.saves.items()})
    yield "Skills: " + _bonuses({one.value: numbers.skills[one] for one in Skill})
    yield "Passive: " + ", ".join(f"{one} {number}" for one, number in numbers.passive.items())
    if numbers.darkvision:
        yield f"Darkvision {numbers.darkvision} feet"
    if numbers.resistances:
        yield "Resistances: " + ", ".join(numbers.resistances)


def _bonuses(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:+d}" for name, number in numbers.items())


def _fight(numbers: Derived) -> Iterator[str]:
    yield ""
    often = "" if numbers.attacks_per_action == 1 else f" ({numbers.attacks_per_action} an action)"
    yield f"Attacks{often}:"
    yield from (f"  {_attack(one)}" for one in numbers.attacks)
    if numbers.sneak_attack:
        yield f"  Sneak Attack {numbers.sneak_attack}"


def _attack(one: AttackLine) -> str:
    far = f"range {one.range}/{one.long_range}" if one.ranged and one.range else f"reach {one.reach}"
    more = [*one.notes, *(["bonus action"] if one.bonus_action else [])]
    more += [f"critical from {one.critical_from}"] if one.critical_from < 20 else []
    return f"{one.name} {one.bonus:+d}, {one.damage}, {far} feet" + (f" ({'; '.join(more)})" if more else "")


def _magic(character: Character, numbers: Derived) -> Iterator[str]:
    if not numbers.spells and not character.spells:
        return
    yield ""
    for one in numbers.spells:
        ability = f"{one.attack:+d} ({one.ability.upper()})"
        counts = f"{one.cantrips} cantrips, {one.prepared} ready, up to level {one.highest}"
        yield f"{one.by} spells: DC {one.dc}, attack {ability}, {counts}"
    if numbers.slots:
        yield "Slots: " + _slots(numbers.slots)
    if numbers.pact_slots:
        yield "Pact slots: " + _slots(numbers.pact_slots)
    yield "Spells: " + ", ".join(one.name + ("" if one.prepared else " (not ready)") for one in character.spells)


def _slots(slots: Mapping[int, int]) -> str:
    return ", ".join(f"{count} of level {level}" for level, count in slots.items())


def _rest(character: Character, numbers: Derived) -> Iterator[str]:
    yield ""
    if numbers.features:
        yield "Features: " + ", ".join(numbers.features)
    yield "Training: " + ", ".join((*numbers.armors, *numbers.weapons, *numbers.tools))
    if character.equipment.items:
        yield "Equipment: " + ", ".join(
            one.name + (f" ×{one.quantity}" if one.quantity > 1 else "") for one in character.equipment.items
        )
    purse = [f"{number} {kind}" for kind, number in character.coins.model_dump().items() if number]
    if purse:
        yield "Coins: " + ", ".join(purse)
    loaded = f", {numbers.encumbrance}" if numbers.encumbrance else ""
    yield f"Carries {numbers.carried:g} of {numbers.capacity:g} pounds{loaded}"
    yield from numbers.warnings
