"""The content that comes with BMO: counted, valid in every record, mended, and found however it is asked for."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.core.errors import NotFound
from bmo.dnd.content import (
    Armour,
    ArmourKind,
    CharacterClass,
    Creature,
    Economy,
    Item,
    Kind,
    Library,
    Record,
    Spell,
    attribution,
    mending,
    naming,
    package,
)
from bmo.dnd.dice.grammar import parse
from bmo.dnd.rules.slots import Caster
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition, Skill


@cache
def library(edition: Edition = Edition.SRD_5_2) -> Library:
    return Library.standard(edition)


@cache
def every(kind: Kind) -> tuple[Record, ...]:
    return tuple(library().every(kind))


def creatures() -> list[Creature]:
    return [one for one in every(Kind.CREATURE) if isinstance(one, Creature)]


def spells() -> list[Spell]:
    return [one for one in every(Kind.SPELL) if isinstance(one, Spell)]


def items() -> list[Item]:
    return [one for one in every(Kind.ITEM) if isinstance(one, Item)]


def raw(name: str) -> list[dict[str, str]]:
    """The texts of the package as they are before they are mended."""
    return package._rows(name)


def test_everything_of_the_package_is_there() -> None:
    counted = {kind: sum(1 for _ in package.entries(kind)) for kind in Kind}

    assert counted[Kind.CREATURE] == 330
    assert counted[Kind.SPELL] == 339
    assert counted[Kind.CLASS] == 12
    # 38 weapons, 13 rows of armour, 236 magic items, and 6 that ran on inside others.
    assert counted[Kind.ITEM] == 38 + 13 + 236 + 6


def test_ours_are_there() -> None:
    assert sum(1 for one in items() if one.source == "BMO's digest") >= 150
    assert sum(1 for _ in library().rules()) >= 120
    for edition in Edition:
        told = [library(edition).condition(one).edition for one in [*Condition, "exhaustion"]]
        assert told == [edition] * 15


@pytest.mark.parametrize("kind", list(Kind))
def test_every_record_is_valid_says_where_it_is_from_and_is_found_by_its_name(kind: Kind) -> None:
    for record in every(kind):
        assert record.source in ("SRD 5.2.1", "BMO's digest")
        assert type(record).model_validate_json(record.model_dump_json()) == record
        assert library()._one(kind, record.name, type(record)) is record


def test_every_creature_s_dice_can_be_rolled_and_its_numbers_agree() -> None:
    for one in creatures():
        parse(one.hit_dice)
        assert set(one.abilities) == set(Ability)
        assert abs(average(one.hit_dice) - one.hp) <= 1, one.name
        assert all(type(save) is int for save in map(one.save, Ability))
        for action in one.actions:
            for roll in (*action.damage, *action.save_damage):
                parse(roll.dice)
                assert roll.type is not None, (one.name, action.name)


def test_every_attack_of_a_creature_is_read_out_of_its_words() -> None:
    for one in creatures():
        for action in one.actions:
            if "Attack Roll" in action.text and action.economy is Economy.ACTION:
                assert action.attack is not None, (one.name, action.name)
                assert action.attack.melee or action.attack.ranged
                assert action.attack.reach or action.attack.range, (one.name, action.name)


def test_attacks_and_saves_are_those_that_the_package_found_itself() -> None:
    """It lost two attacks whose words are in another order, and one that ran on in another."""
    lost = []
    for told in package._rows("creatures"):
        own = {action.name: action for action in library().creature(told["name"]).actions}
        for place in ("actions", "bonus_actions", "reactions", "legendary_actions"):
            for one in told.get(place) or ():
                action = own[one["name"]]
                if "attack_bonus" not in one and action.attack:
                    lost.append((told["name"], action.name))
                    continue
                assert (action.attack.bonus if action.attack else None) == one.get("attack_bonus")
                assert (action.save.dc if action.save else None) == one.get("save_dc")

    assert sorted(lost) == [("Goblin Boss", "Scimitar"), ("Young Blue Dragon", "Rend")]


def test_every_spell_s_damage_can_be_rolled_and_does_not_shrink_with_the_slot() -> None:
    dealing = [one for one in spells() if one.damage]

    assert len(dealing) >= 80
    for one in dealing:
        steps = (1, 5, 11, 17) if one.level == 0 else range(one.level, 10)
        amounts = [sum(average(roll.dice) for roll in one.damage_at(step)) for step in steps]
        assert amounts == sorted(amounts), one.name
        assert amounts[0] > 0, one.name


def average(dice: str) -> float:
    """Of "2d6+3" and its like."""
    total = 0.0
    for part in dice.replace("-", "+-").split("+"):
        count, _, sides = part.partition("d")
        total += float(count) * (int(sides) + 1) / 2 if sides else float(part)
    return total


@pytest.mark.parametrize(
    ("name", "slot", "dice"),
    [
        ("Fireball", 3, ["8d6 fire"]),
        ("Fireball", 5, ["10d6 fire"]),
        ("Flame Strike", 6, ["6d6 fire", "6d6 radiant"]),
        ("Ice Storm", 5, ["3d10 bludgeoning", "4d6 cold"]),
        ("Fire Bolt", 4, ["1d10 fire"]),
        ("Fire Bolt", 11, ["3d10 fire"]),
        ("Magic Missile", 2, ["1d4+1 force"]),
        ("Disintegrate", 7, ["13d6+40 force"]),
        ("Prismatic Spray", 7, []),
        ("Chromatic Orb", 2, ["4d8 None"]),
    ],
)
def test_damage_by_slot(name: str, slot: int, dice: list[str]) -> None:
    assert [f"{roll.dice} {roll.type}" for roll in library().spell(name).damage_at(slot)] == dice


def test_what_spells_do_is_told_apart() -> None:
    fireball, missile = library().spell("Fireball"), library().spell("Magic Missile")
    cure, beam = library().spell("Cure Wounds"), library().spell("Eldritch Blast")

    assert (fireball.save, fireball.save_halves, fireball.attack) == (Ability.DEXTERITY, True, False)
    assert (fireball.area.shape.value, fireball.area.size) == ("sphere", 20) if fireball.area else False
    assert [missile.shots_at(slot) for slot in (1, 2, 3)] == [3, 4, 5]
    assert [beam.shots_at(level) for level in (1, 5, 17)] == [1, 2, 4]
    healing = cure.healing_at(2)
    assert healing is not None
    assert (healing.dice, healing.adds_modifier) == ("4d8", True)
    assert library().spell("Hunter's Mark").concentration
    assert library().spell("Detect Magic").ritual


RAN_ON = ("Fireball", "Giant Insect", "Prismatic Spray", "Prismatic Wall", "Summon Dragon")
ALSO_FOUND = ("Animate Objects", "Antipathy/Sympathy", "Find Steed", "Find the Path", "Reincarnate", "Telekinesis")


def test_the_spells_that_run_on_are_found_by_structure_and_mended() -> None:
    mended = mending.spells({row["name"]: row["description"] for row in raw("spells")})

    assert mended.changed == {*RAN_ON, *ALSO_FOUND}
    assert library().spell("Fireball").higher == "The damage increases by 1d6 for each spell slot level above 3."
    for name in (*RAN_ON, *ALSO_FOUND):
        text = library().spell(name).text + library().spell(name).higher
        assert "MOD SAVE" not in text
        assert text.endswith((".", ")")), name


def test_a_stat_block_that_ran_on_goes_to_the_spell_that_brings_the_creature() -> None:
    bringing = {one.name: one.stat_block.split(" Large ")[0] for one in spells() if one.stat_block}

    assert {"Find Steed", "Giant Insect", "Summon Dragon", "Animate Objects"} == set(bringing)
    assert bringing["Find Steed"] == "Otherworldly Steed"


def test_a_table_keeps_its_rows_and_its_head_once() -> None:
    spray = library().spell("Prismatic Spray").text

    assert spray.count("1d8 Ray") == 1
    assert [row[0] for row in spray.split("\n")[2:]] == [str(number) for number in range(1, 9)]


def test_an_item_that_ran_on_inside_another_is_an_item_of_its_own() -> None:
    assert "Feather Token" not in library().item("Eyes of the Eagle").text
    assert "1d6 + 5 Force damage" in library().item("Feather Token").text
    assert "10d4 + 20" in library().item("healing potion").text


def test_creatures_end_where_the_next_heading_begins() -> None:
    for one in creatures():
        for text in [action.text for action in one.actions] + [trait.text for trait in one.traits]:
            assert text.endswith((".", ")", "”", ":")) or "/Day" in text or "At Will" in text, (one.name, text[-60:])
    assert [one.name for one in library().creature("Gibbering Mouther").traits] == ["Aberrant Ground", "Gibbering"]


def test_exhaustion_is_that_of_its_edition() -> None:
    assert "half the maximum" in library(Edition.SRD_5_1).condition("exhaustion").text
    assert "lowered by twice the level" in library(Edition.SRD_5_2).condition("exhaustion").text


def test_weapons_armour_and_gear_have_their_numbers() -> None:
    longbow, dagger, club = (library().item(name).weapon for name in ("longbow", "daggers", "Club"))

    assert longbow is not None
    assert dagger is not None
    assert club is not None
    assert (longbow.range, longbow.long_range, longbow.ammunition, longbow.martial) == (150, 600, "arrow", True)
    assert (dagger.range, dagger.properties, dagger.mastery) == (20, ("finesse", "light", "thrown"), "nick")
    assert (club.damage.dice, club.damage.type) == ("1d4", DamageType.BLUDGEONING) if club.damage else False
    assert library().item("Longsword").weapon.two_handed == "1d10"  # type: ignore[union-attr]
    assert library(Edition.SRD_5_1).item("rope").edition is Edition.SRD_5_2
    assert (library().item("rope").price, library().item("arrows").quantity) == ("1 gp", 20)


def test_armour_counts_dexterity_as_far_as_it_may() -> None:
    def armour(name: str) -> Armour:
        found = library().item(name).armour
        assert found is not None
        return found

    assert [armour("leather armour").ac(dexterity) for dexterity in (-1, 4)] == [10, 15]
    assert [armour("breastplate").ac(dexterity) for dexterity in (1, 4)] == [15, 16]
    assert [armour("plate").ac(dexterity) for dexterity in (-1, 4)] == [18, 18]
    assert (armour("shield").type, armour("shield").ac(3)) == (ArmourKind.SHIELD, 2)


def test_classes_have_what_a_character_is_made_of() -> None:
    fighter, warlock, bard = (library().class_(name) for name in ("fighters", "Warlock", "bard"))

    assert (fighter.hit_die, fighter.saves) == (10, (Ability.STRENGTH, Ability.CONSTITUTION))
    assert (fighter.skill_choices, Skill.ATHLETICS in fighter.skills, Skill.ARCANA in fighter.skills) == (
        2,
        True,
        False,
    )
    assert levels(fighter, "Ability Score Improvement") == [4, 6, 8, 12, 14, 16]
    assert (warlock.caster, warlock.ability) == (Caster.PACT, Ability.CHARISMA)
    assert (bard.skill_choices, len(bard.skills)) == (3, 18)
    assert fighter.subclasses == ("Champion",)


def levels(of: CharacterClass, feature: str) -> list[int]:
    return [one.level for one in of.features if one.name == feature]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("goblin", "Goblin Warrior"),
        ("Dire wolves", "Dire Wolf"),
        ("ZOMBIES", "Zombie"),
        ("red dragon, adult", "Adult Red Dragon"),
        ("will o wisp", "Will-o’-Wisp"),
        ("thugs", "Tough"),
    ],
)
def test_creatures_are_found_however_they_are_written(asked: str, name: str) -> None:
    assert library().creature(asked).name == name


@pytest.mark.parametrize(
    ("asked", "name"),
    [("fire balls", "Fireball"), ("hunter's mark", "Hunter’s Mark"), ("MAGIC MISSILES", "Magic Missile")],
)
def test_spells_are_found_however_they_are_written(asked: str, name: str) -> None:
    assert library().spell(asked).name == name


def test_what_is_not_there_is_a_sentence_with_what_is_like_it() -> None:
    with pytest.raises(
        NotFound, match=r'No creature here is called "gobln". Did you mean Goblin Boss, Goblin Minion or'
    ):
        library().creature("gobln")
    with pytest.raises(
        NotFound, match=r'No spell here is called "xyzzy". More spells can be imported: bmo dnd import-srd.'
    ):
        library().spell("xyzzy")


@given(st.text(max_size=300))
def test_any_name_is_found_or_refused_with_a_sentence(name: str) -> None:
    for look in (library().creature, library().spell, library().item, library().class_, library().rule):
        sentence = refused(look, name)

        assert len(sentence) < 600
        assert sentence.isprintable()


def refused(look: Callable[[str], Record], name: str) -> str:
    """The sentence with which a name is refused; empty where it is found."""
    try:
        look(name)
    except NotFound as fault:
        return fault.sentence
    return ""


@pytest.mark.parametrize("kind", list(Kind))
def test_no_two_names_of_a_kind_mean_the_same(kind: Kind) -> None:
    names = [record.name for record in every(kind)]

    assert len({naming.key(name) for name in names}) == len(names)


def test_rules_name_their_section_and_how_players_ask() -> None:
    for rule in library().rules():
        assert rule.section.startswith(f"SRD {rule.edition} ")
        assert rule.also, rule.name
        assert len(rule.text) < 400, rule.name
    assert "knocked over" in library().condition("prone").also


def test_an_edition_s_own_come_first() -> None:
    both = {edition: library(edition).rule("Dash").edition for edition in Edition}

    assert both == {Edition.SRD_5_1: Edition.SRD_5_1, Edition.SRD_5_2: Edition.SRD_5_2}
    assert library(Edition.SRD_5_1).creature("Aboleth").source == "SRD 5.2.1"


def test_the_attribution_is_in_the_notice_as_the_srds_ask() -> None:
    notice = " ".join((Path(__file__).parents[4] / "NOTICE").read_text("utf-8").split())

    for sentence in (attribution.SRD_5_1, attribution.SRD_5_2, attribution.DNDWRIGHT):
        assert sentence in notice


def test_our_data_is_well_formed() -> None:
    assert json.dumps([one.model_dump(mode="json") for one in library().rules()])
