"""Stat blocks of the SRD's JSON layout."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bmo.dnd.content import wording
from bmo.dnd.content.creature import Action, Creature, Economy, Speeds
from bmo.dnd.content.package_creatures import action, known_types, notes
from bmo.dnd.content.record import Feature
from bmo.dnd.rules.checks import modifier
from bmo.dnd.rules.terms import Ability, Condition, Edition, Size, Skill

Told = Mapping[str, Any]
_ECONOMIES = {
    "actions": Economy.ACTION,
    "bonus_actions": Economy.BONUS_ACTION,
    "reactions": Economy.REACTION,
    "legendary_actions": Economy.LEGENDARY,
}
_SAVE, _SKILL = "saving-throw-", "skill-"
_WAYS = ("walk", "burrow", "climb", "fly", "swim")


def creature(told: Told, edition: Edition) -> Creature:
    """One entry of `Monsters.json`. Raises `ValueError` and its like for what makes no sense."""
    abilities = {one: told[one.name.casefold()] for one in Ability}
    bonuses = {one["proficiency"]["index"]: one["value"] for one in told["proficiencies"]}
    senses = dict(told["senses"])
    conditions = [one["index"] for one in told["condition_immunities"]]
    types = {kind: told[f"damage_{kind}"] for kind in ("resistances", "immunities", "vulnerabilities")}
    return Creature(
        name=told["name"],
        source=f"SRD {edition}",
        edition=edition,
        size=Size(told["size"].casefold()),
        type=told["type"],
        subtype=told.get("subtype") or "",
        alignment=told["alignment"],
        ac=told["armor_class"][0]["value"],
        hp=told["hit_points"],
        hit_dice=wording.plain_dice(told["hit_points_roll"]),
        initiative=modifier(abilities[Ability.DEXTERITY]),
        speeds=Speeds(
            hover=bool(told["speed"].get("hover")), **{way: feet(told["speed"].get(way, 0)) for way in _WAYS}
        ),
        abilities=abilities,
        saves={Ability(one.removeprefix(_SAVE)): bonus for one, bonus in bonuses.items() if one.startswith(_SAVE)},
        skills={
            Skill(one.removeprefix(_SKILL).replace("-", " ")): bonus
            for one, bonus in bonuses.items()
            if one.startswith(_SKILL)
        },
        passive_perception=senses.pop("passive_perception"),
        senses={one: feet(value) for one, value in senses.items()},
        languages=tuple(filter(None, (one.strip() for one in told["languages"].split(",")))),
        **{kind: known_types(words) for kind, words in types.items()},
        defence_notes=tuple(notes(types, ())),
        condition_immunities=tuple(one for one in Condition if one in conditions),
        immune_to_exhaustion="exhaustion" in conditions,
        cr=told["challenge_rating"],
        xp=told["xp"],
        proficiency_bonus=told["proficiency_bonus"],
        traits=tuple(
            Feature(name=_name(one), text=one["desc"], uses=_uses(one)) for one in told.get("special_abilities") or ()
        ),
        actions=tuple(_actions(told)),
    )


def feet(written: object) -> int:
    """From 30, "30 ft." or "60 ft. (blind beyond this radius)"; 0 where there is no number."""
    found = re.match(r"\d+", str(written))
    return int(found[0]) if found else 0


def _actions(told: Told) -> Iterator[Action]:
    for place, economy in _ECONOMIES.items():
        for one in told.get(place) or ():
            usage = one.get("usage") or {}
            yield action(_name(one), one["desc"], economy, uses=_uses(one), recharge=usage.get("min_value"))


def _name(told: Told) -> str:
    """Without the markup that a few have."""
    return str(told["name"]).strip("*_ ")


def _uses(told: Told) -> str:
    usage = told.get("usage") or {}
    return f"{usage['times']}/Day" if usage.get("type") == "per day" else ""
