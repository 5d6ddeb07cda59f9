"""Classes of the SRD's JSON layout, which tells them in three files: classes, their features, their levels."""

from collections.abc import Iterable, Mapping
from typing import Any

from bmo.dnd.content.entries import CharacterClass, ClassFeature
from bmo.dnd.rules.slots import Caster
from bmo.dnd.rules.terms import Ability, Edition, Skill

Told = Mapping[str, Any]
_CASTERS = {"warlock": Caster.PACT, "paladin": Caster.HALF, "ranger": Caster.HALF}


def character_class(told: Told, features: Iterable[Told], edition: Edition) -> CharacterClass:
    """One entry of `Classes.json` with its entries of `Features.json`.

    Raises `ValueError` and its like for what makes no sense.
    """
    casts = told.get("spellcasting")
    names = [one["name"] for one in told["proficiencies"] if not one["index"].startswith("saving-throw")]
    choices = [one for one in told.get("proficiency_choices") or () if "skill-" in str(one)]
    skills = tuple(one for one in Skill if f"skill-{one.replace(' ', '-')}'" in str(choices[:1]))
    own = [_feature(one) for one in features if one["class"]["index"] == told["index"]]
    return CharacterClass(
        name=told["name"],
        source=f"SRD {edition}",
        edition=edition,
        hit_die=told["hit_die"],
        primary=(told.get("primary_ability") or {}).get("desc", ""),
        saves=tuple(Ability(one["index"]) for one in told["saving_throws"]),
        skill_choices=choices[0]["choose"] if choices else 0,
        skills=skills or tuple(Skill),
        weapons=", ".join(one for one in names if "rmor" not in one and one != "Shields"),
        armour=", ".join(one for one in names if "rmor" in one or one == "Shields"),
        equipment="; ".join(one["desc"] for one in told.get("starting_equipment_options") or ()),
        caster=_CASTERS.get(told["index"], Caster.FULL) if casts else Caster.NONE,
        ability=Ability(casts["spellcasting_ability"]["index"]) if casts else None,
        subclass_level=min((one.level for one in own if one.subclass), default=3),
        features=tuple(sorted(own, key=lambda one: one.level)),
    )


def _feature(told: Told) -> ClassFeature:
    level, text = told["level"], told.get("desc") or told.get("description") or ""
    return ClassFeature(
        level=level if isinstance(level, int) else int(level["name"].split()[-1]),
        name=told["name"],
        text="\n".join(text) if isinstance(text, list) else text,
        subclass=(told.get("subclass") or {}).get("name", ""),
    )
