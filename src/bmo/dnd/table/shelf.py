"""Content and characters as the table needs them: stat blocks, sheets and spells become `Combatant` and `SpellRule`."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bmo.dnd.characters.derived import derived
from bmo.dnd.characters.schema import Character
from bmo.dnd.content import Creature, Library, Spell
from bmo.dnd.content.creature import Action
from bmo.dnd.content.record import DamageRoll
from bmo.dnd.rules.terms import Condition, DamageType, Edition
from bmo.dnd.table.combatant import AreaOf, AttackLine, Casting, Combatant, SpellRule

_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ATTACKS = re.compile(r"\b(one|two|three|four|five|six) (?:[A-Z][\w' -]*? |other )?attacks?\b")
_AFFLICTS = re.compile(r"saving throw or (?:have the |be(?:come)? )([a-z]+)", re.IGNORECASE)
_AGAIN = re.compile(r"end of each of its turns", re.IGNORECASE)
_PRICED = re.compile(r"^(?:an? )?(.+?),? worth", re.IGNORECASE)
_LASTS = re.compile(r"(\d+) (round|minute|hour|day)", re.IGNORECASE)
_ROUNDS = {"round": 1, "minute": 10, "hour": 600, "day": 14_400}
_CASTING = {"action": "action", "bonus action": "bonus", "reaction": "reaction"}


class Shelf:
    """A content library as the table's."""

    def __init__(self, content: Library) -> None:
        self._content = content

    def combatant(self, name: str) -> Combatant:
        """A creature's numbers. Raises `NotFound`."""
        return of_creature(self._content.creature(name))

    def spell(self, name: str) -> SpellRule:
        """What a spell does, as far as its record has numbers. Raises `NotFound`."""
        return of_spell(self._content.spell(name))


def of_creature(block: Creature) -> Combatant:
    """A stat block."""
    return Combatant.model_validate(
        {
            "name": block.name, "max_hp": block.hp, "ac": block.ac, "size": block.size,
            "speed": max(block.speeds.walk, block.speeds.fly, block.speeds.swim, block.speeds.burrow),
            "scores": dict(block.abilities), "proficiency": block.proficiency_bonus, "saves": dict(block.saves),
            "skills": dict(block.skills), "initiative": block.initiative,
            "attacks": tuple(line for action in block.actions for line in _lines(action)),
            "attacks_per_action": _per_action(block.actions), "resistances": block.resistances,
            "vulnerabilities": block.vulnerabilities, "immunities": block.immunities,
            "condition_immunities": block.condition_immunities, "challenge": block.rating, "source": block.source,
        }
    )  # fmt: skip


def _lines(action: Action) -> Iterator[AttackLine]:
    """Each way in which an action attacks."""
    attack = action.attack
    if attack is None:
        return
    kind = action.damage[0].type if action.damage else None
    common = {"bonus": attack.bonus, "damage": _dice(action.damage) or "0", "type": kind or DamageType.BLUDGEONING}
    if attack.melee:
        yield AttackLine.model_validate({"name": action.name, "reach": attack.reach or 5, **common})
    if attack.ranged:
        name = f"{action.name} (ranged)" if attack.melee else action.name
        far = {"range": attack.range, "long_range": attack.long_range or attack.range}
        yield AttackLine.model_validate({"name": name[:80], "ranged": True, **far, **common})


def _dice(rolls: Sequence[DamageRoll]) -> str:
    return "+".join(f"({one.dice})[{one.type}]" if one.type else f"({one.dice})" for one in rolls)


def _per_action(actions: Sequence[Action]) -> int:
    """Of the first sentence: what may be put in an attack's place comes after it."""
    several = next((one for one in actions if one.name.casefold() == "multiattack"), None)
    if several is None:
        return 1
    return max(1, sum(_NUMBERS[number] for number in _ATTACKS.findall(several.text.split(". ")[0])))


def of_spell(spell: Spell) -> SpellRule:
    """A spell. Its condition is taken over only where the words are "a saving throw or have the ... condition"."""
    steps = {level: _dice(rolls) for level, rolls in spell.damage.items() if rolls}
    healing = {level: one.dice for level, one in spell.healing.items()}
    price = _PRICED.match(spell.components.material)
    first = next(iter(spell.damage.values()), ())
    said: dict[str, Any] = {
        "name": spell.name, "level": spell.level, "casting": _CASTING.get(spell.casting.value, "longer"),
        "range": spell.range_feet, "concentration": spell.concentration, "rounds": _lasts(spell.duration),
        "verbal": spell.components.verbal, "somatic": spell.components.somatic,
        "material": price[1][:80] if price else None, "focus": bool(spell.components.material) and not price,
        "consumed": bool(price) and "consume" in spell.components.material,
        "attack": _attack(spell), "save": spell.save, "half": spell.save_halves,
        "damage": next(iter(steps.values()), None), "steps": steps or healing,
        "type": (first[0].type if first else None) or DamageType.FORCE,
        "healing": next(iter(healing.values()), None) if not steps else None,
        "adds_modifier": any(one.adds_modifier for one in spell.healing.values()),
        "shots": dict(spell.shots), **_afflicts(spell),
        "targets": 100 if spell.area is None and not (spell.attack or spell.damage or spell.save) else 10,
    }  # fmt: skip
    if spell.area is not None:
        said["area"] = _area(spell)
    return SpellRule.model_validate(said)


def _attack(spell: Spell) -> str | None:
    if not spell.attack:
        return None
    return "melee" if "melee spell attack" in spell.text.lower() else "ranged"


def _area(spell: Spell) -> AreaOf:
    area = spell.area
    assert area is not None
    size = {"shape": area.shape.value, "size": area.size}
    return AreaOf.model_validate(size | ({"width": area.other, "height": area.other} if area.other else {}))


def _lasts(duration: str) -> int:
    found = _LASTS.search(duration)
    return min(1_000_000, int(found[1]) * _ROUNDS[found[2].lower()]) if found else 0


def _afflicts(spell: Spell) -> dict[str, Any]:
    found = _AFFLICTS.search(spell.text)
    if found is None or found[1].lower() not in list(Condition) or spell.save is None:
        return {}
    return {"condition": found[1].lower(), "save_again": bool(_AGAIN.search(spell.text))}


def of_character(character: Character, library: Library, edition: Edition | None = None) -> Combatant:
    """A character's numbers, computed now. Raises what `characters.derived` raises."""
    has = derived(character, library, edition)
    best = max(has.spells, key=lambda line: line.dc, default=None)
    known = tuple(spell.name for spell in character.spells if spell.prepared)
    slots = dict(has.slots)
    for level, count in has.pact_slots.items():
        slots[level] = slots.get(level, 0) + count
    casting = (
        Casting(dc=best.dc, attack=best.attack, modifier=has.modifiers[best.ability], spells=known) if best else None
    )
    lines = tuple(
        AttackLine(
            name=line.name, bonus=line.bonus, damage=line.damage, type=line.type, ranged=line.ranged, reach=line.reach,
            range=line.range, long_range=line.long_range, critical_from=line.critical_from, heavy=line.heavy,
        )
        for line in has.attacks
    )  # fmt: skip
    return Combatant(
        name=character.name[:80], max_hp=max(1, has.hit_points), ac=has.armor_class, size=has.size, speed=has.speed,
        scores=has.scores, proficiency=has.proficiency, saves=has.saves, skills=has.skills, initiative=has.initiative,
        attacks=lines, attacks_per_action=has.attacks_per_action, casting=casting, slots=slots,
        pact=bool(has.pact_slots) and not has.slots, hit_dice=has.hit_dice, resistances=has.resistances,
        death_saves=True, level=has.level,
    )  # fmt: skip
