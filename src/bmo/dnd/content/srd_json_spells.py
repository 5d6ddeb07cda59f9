"""Spells of the SRD's JSON layout."""

from collections.abc import Mapping
from typing import Any

from bmo.dnd.content import spell_wording, wording
from bmo.dnd.content.record import Area, DamageRoll, Shape
from bmo.dnd.content.spell import Components, Healing, School, Spell
from bmo.dnd.rules.terms import Ability, Edition

Told = Mapping[str, Any]
_SHAPES = {"emanation": Shape.EMANATION, **{one.value: one for one in Shape}}


def spell(told: Told, edition: Edition) -> Spell:
    """One entry of `Spells.json`. What the entry does not tell apart is read out of its words.

    Raises `ValueError` and its like for what makes no sense.
    """
    text = told.get("desc") or told.get("description") or ""
    text = "\n".join(text) if isinstance(text, list) else text
    effect = spell_wording.effect(told["level"], text, "\n".join(told.get("higher_level") or ()))
    dc, area = told.get("dc"), told.get("area_of_effect")
    written = told["components"]
    return Spell(
        name=told["name"],
        source=f"SRD {edition}",
        edition=edition,
        level=told["level"],
        school=School(told["school"]["index"]),
        classes=tuple(one["name"] for one in told["classes"]),
        casting=spell_wording.casting(told["casting_time"]),
        casting_time=told["casting_time"],
        ritual=told["ritual"],
        range=told["range"],
        range_feet=spell_wording.range_feet(told["range"]),
        components=Components(
            verbal="V" in written,
            somatic="S" in written,
            material=(told.get("material") or "something of worth") if "M" in written else "",
        ),
        duration=told["duration"],
        concentration=told["concentration"],
        text=effect.text,
        higher=effect.higher,
        attack=bool(told.get("attack_type")) or effect.attack,
        save=Ability(dc["dc_type"]["index"]) if dc else effect.save,
        save_halves=dc["dc_success"] == "half" if dc else effect.save_halves,
        damage=_damage(told.get("damage") or {}) or effect.damage,
        healing=_healing(told.get("heal_at_slot_level") or {}) or effect.healing,
        shots={} if told.get("damage") else effect.shots,
        area=Area(shape=_SHAPES[area["type"]], size=area["size"]) if area else wording.area(effect.text),
    )


def _damage(told: Told) -> dict[int, tuple[DamageRoll, ...]]:
    steps = told.get("damage_at_slot_level") or told.get("damage_at_character_level") or {}
    kind = wording.damage_type((told.get("damage_type") or {}).get("index", ""))
    return {
        int(step): (DamageRoll(dice=wording.plain_dice(dice), type=kind),)
        for step, dice in steps.items()
        if "MOD" not in dice
    }


def _healing(steps: Mapping[str, str]) -> dict[int, Healing]:
    return {
        int(step): Healing(dice=wording.plain_dice(dice.partition("+ MOD")[0]), adds_modifier="MOD" in dice)
        for step, dice in steps.items()
    }
