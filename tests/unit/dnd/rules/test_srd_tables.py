"""Our tables beside those of the SRD's own data, where the folder is."""

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bmo.dnd.rules.checks import proficiency_bonus
from bmo.dnd.rules.encounter import xp_of
from bmo.dnd.rules.slots import Caster, slots
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition, Skill

DATA = Path(os.environ.get("BMO_BENCH_DATA") or Path(__file__).parents[4] / ".." / "shared" / "data") / "srd"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data/srd here")
CASTERS = {
    "bard": Caster.FULL, "cleric": Caster.FULL, "druid": Caster.FULL, "sorcerer": Caster.FULL, "wizard": Caster.FULL,
    "paladin": Caster.HALF, "ranger": Caster.HALF, "warlock": Caster.PACT,
}  # fmt: skip


MISPRINTED = {"Brass Dragon Wyrmling", "Deep Gnome (Svirfneblin)", "Dretch", "Riding Horse"}
"""Slips of SRD 5.1 or of the folder: such as challenge 1, but 100 XP."""


def entries(edition: Edition, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / edition.value / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("edition", Edition)
def test_every_class_has_the_slots_of_its_table_at_every_level(edition: Edition) -> None:
    seen = 0
    for row in entries(edition, "Levels"):
        kind, casting = CASTERS.get(row["class"]["index"]), row.get("spellcasting")
        if row.get("subclass") or kind is None or casting is None:
            continue
        there = {level: casting.get(f"spell_slots_level_{level}", 0) for level in range(1, 10)}
        seen += 1

        assert slots(kind, row["level"], edition) == {level: count for level, count in there.items() if count}, row
    assert seen >= 8 * 19


@pytest.mark.parametrize("edition", Edition)
def test_the_proficiency_bonus_is_that_of_every_level(edition: Edition) -> None:
    rows = [row for row in entries(edition, "Levels") if row.get("prof_bonus")]

    assert len(rows) >= 240
    assert all(proficiency_bonus(row["level"]) == row["prof_bonus"] for row in rows)


@pytest.mark.parametrize("edition", Edition)
def test_every_monster_is_worth_the_experience_of_its_rating(edition: Edition) -> None:
    for monster in entries(edition, "Monsters"):
        rating = Fraction(monster["challenge_rating"])
        printed = monster["xp"]

        assert xp_of(rating) == printed or monster["name"] in MISPRINTED or printed == rating == 0, monster["name"]
        assert proficiency_bonus(float(rating)) == monster["proficiency_bonus"], monster["name"]


@pytest.mark.parametrize("edition", Edition)
def test_skills_conditions_and_types_of_damage_are_those_of_the_srd(edition: Edition) -> None:
    skills = {one["name"].lower(): one["ability_score"]["index"] for one in entries(edition, "Skills")}

    assert skills == {skill.value: skill.ability.value for skill in Skill}
    assert {one["index"] for one in entries(edition, "Conditions")} == {*Condition, "exhaustion"}
    assert {one["index"] for one in entries(edition, "Damage-Types")} == set(DamageType)


def test_ability_words_are_the_srds() -> None:
    assert {one["index"] for one in entries(Edition.SRD_5_1, "Ability-Scores")} == set(Ability)
