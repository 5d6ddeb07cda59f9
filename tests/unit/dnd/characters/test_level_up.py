"""Levels 1 to 20: what each asks for, what it refuses, and what stays true whatever was chosen."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adventurers import CLASSES, answers, library
from bmo.core.errors import Refused
from bmo.dnd.characters import progression
from bmo.dnd.characters.advance import level_up
from bmo.dnd.characters.choices import ChoiceKind, LevelUp, choices_for
from bmo.dnd.characters.derived import derived
from bmo.dnd.characters.importing import import_character
from bmo.dnd.characters.own import export
from bmo.dnd.characters.preparing import prepare
from bmo.dnd.characters.schema import Abilities, Character
from bmo.dnd.rules.terms import Ability, Edition, Skill

DATA = Path(os.environ.get("BMO_BENCH_DATA") or Path(__file__).parents[4] / ".." / "shared" / "data") / "srd"
OLD, NEW = Edition.SRD_5_1, Edition.SRD_5_2
NOBODY = Character(name="Tess", abilities=Abilities(str=15, dex=15, con=14, int=14, wis=15, cha=15))


def asked(who: Character, class_name: str, edition: Edition = NEW) -> dict[str, int]:
    """Kind of choice to how many."""
    counts: dict[str, int] = {}
    for choice in choices_for(who, class_name, library(edition), edition):
        counts[choice.kind.value] = counts.get(choice.kind.value, 0) + choice.count
    return counts


def raised(class_name: str, level: int, edition: Edition = NEW, who: Character = NOBODY) -> Character:
    """Somebody at this level of a class."""
    for step in range(level):
        who = level_up(who, answers(who, class_name, edition, step), library(edition))
    return who


FIRST: list[tuple[str, Edition, str, dict[str, int]]] = [
    # class, edition, section, what level 1 asks for
    ("Barbarian", NEW, "Barbarian", {"skills": 2}),
    ("Bard", NEW, "Bard", {"skills": 3, "cantrips": 2, "spells": 4}),
    ("Cleric", NEW, "Cleric", {"skills": 2, "features": 1, "cantrips": 3, "spells": 4}),
    ("Cleric", OLD, "The Cleric", {"subclass": 1, "skills": 2, "cantrips": 3}),
    ("Druid", NEW, "Druid", {"skills": 2, "features": 1, "cantrips": 2, "spells": 4}),
    ("Fighter", NEW, "Fighter", {"skills": 2, "features": 1}),
    ("Monk", OLD, "The Monk", {"skills": 2}),
    ("Paladin", NEW, "Paladin", {"skills": 2, "spells": 2}),
    ("Paladin", OLD, "The Paladin", {"skills": 2}),
    ("Ranger", NEW, "Ranger", {"skills": 3, "spells": 2}),
    ("Rogue", NEW, "Rogue", {"skills": 4, "expertise": 2}),
    ("Sorcerer", OLD, "The Sorcerer", {"subclass": 1, "skills": 2, "cantrips": 4, "spells": 2}),
    ("Warlock", NEW, "Warlock", {"skills": 2, "features": 1, "cantrips": 2, "spells": 2}),
    ("Wizard", OLD, "The Wizard", {"skills": 2, "cantrips": 3, "spells": 6}),
]


@pytest.mark.parametrize(("class_name", "edition", "section", "wanted"), FIRST)
def test_the_first_level_asks_for_what_the_book_says(
    class_name: str, edition: Edition, section: str, wanted: dict[str, int]
) -> None:
    assert asked(NOBODY, class_name, edition) == wanted, section


LATER: list[tuple[str, int, Edition, str, dict[str, int]]] = [
    # class, level, edition, section, what that level asks for
    ("Fighter", 3, NEW, "Fighter Subclass", {"subclass": 1}),
    ("Fighter", 6, NEW, "Ability Score Improvement", {"improvement": 1}),
    ("Fighter", 7, NEW, "Champion: Additional Fighting Style", {"features": 1}),
    ("Fighter", 10, OLD, "Champion: Additional Fighting Style", {"features": 1}),
    ("Rogue", 6, NEW, "Expertise", {"expertise": 2}),
    ("Rogue", 10, OLD, "Ability Score Improvement", {"improvement": 1}),
    ("Bard", 3, OLD, "College of Lore: Bonus Proficiencies", {"subclass": 1, "skills": 3, "expertise": 2, "spells": 1}),
    ("Bard", 6, OLD, "Additional Magical Secrets", {"spells": 3}),
    ("Barbarian", 3, NEW, "Primal Knowledge", {"subclass": 1, "skills": 1}),
    ("Wizard", 2, NEW, "Scholar", {"expertise": 1, "spells": 2}),
    ("Wizard", 2, OLD, "Arcane Tradition", {"subclass": 1, "spells": 2}),
    ("Sorcerer", 2, NEW, "Metamagic", {"features": 2, "spells": 2}),
    ("Warlock", 5, NEW, "Eldritch Invocations", {"features": 2, "spells": 1}),
    ("Warlock", 11, NEW, "Mystic Arcanum", {"arcanum": 1, "spells": 1}),
    ("Cleric", 5, NEW, "Cleric Features", {"spells": 2}),
    ("Cleric", 5, OLD, "The Cleric", {}),
    ("Barbarian", 19, NEW, "Epic Boon", {"improvement": 1}),
    ("Monk", 20, NEW, "Body and Mind", {}),
]


@pytest.mark.parametrize(("class_name", "level", "edition", "section", "wanted"), LATER)
def test_a_later_level_asks_for_what_the_book_says(
    class_name: str, level: int, edition: Edition, section: str, wanted: dict[str, int]
) -> None:
    assert asked(raised(class_name, level - 1, edition), class_name, edition) == wanted, section


def _refused(who: Character, chosen: LevelUp, edition: Edition = NEW) -> str:
    before = export(who)

    with pytest.raises(Refused) as caught:
        level_up(who, chosen, library(edition))

    assert export(who) == before
    return str(caught.value)


def test_a_missing_subclass_is_named() -> None:
    who = raised("Fighter", 2)

    assert _refused(who, LevelUp(class_name="Fighter")) == (
        "Level 3 of fighter: 1 to choose (a subclass) is missing, such as Champion."
    )


def test_a_missing_improvement_is_named() -> None:
    who = raised("Fighter", 3)

    sentence = _refused(who, LevelUp(class_name="Fighter"))
    assert "an Ability Score Improvement (2 points in `abilities`) or a feat is missing" in sentence


REFUSED: list[tuple[str, LevelUp, str]] = [
    # what is wrong, what was chosen by a fighter of level 3, a word of the sentence
    ("too many points", LevelUp(class_name="Fighter", abilities={Ability.STRENGTH: 2, Ability.WISDOM: 1}), "not by 3"),
    ("too few points", LevelUp(class_name="Fighter", abilities={Ability.STRENGTH: 1}), "is missing"),
    ("no such feat", LevelUp(class_name="Fighter", feat="Lucky"), "Lucky cannot be taken"),
    ("a boon too early", LevelUp(class_name="Fighter", feat="Boon of Fate"), "cannot be taken"),
    ("a feat's own point", LevelUp(class_name="Fighter", feat="Grappler"), "raises one of STR, DEX"),
    ("a second subclass", LevelUp(class_name="Fighter", subclass="Champion", feat="Alert"), "nothing to choose"),
    ("spells of a fighter", LevelUp(class_name="Fighter", spells=("Fireball",), feat="Alert"), "nothing to choose"),
    ("a d10 with 11", LevelUp(class_name="Fighter", hit_points=11, feat="Alert"), "d10 does not show 11"),
    ("skills", LevelUp(class_name="Fighter", skills=(Skill.ARCANA,), feat="Alert"), "nothing to choose"),
]


@pytest.mark.parametrize(("what", "chosen", "says"), REFUSED, ids=[row[0] for row in REFUSED])
def test_what_a_level_does_not_allow_is_refused(what: str, chosen: LevelUp, says: str) -> None:
    assert says in _refused(raised("Fighter", 3), chosen), what


def test_a_spell_of_another_list_is_refused() -> None:
    chosen = answers(NOBODY, "Wizard", NEW, 1)
    wrong = chosen.model_copy(update={"spells": (*chosen.spells[:-1], "Cure Wounds")})

    assert "Cure Wounds is not among" in _refused(NOBODY, wrong)


def test_a_spell_of_too_high_a_level_is_refused() -> None:
    chosen = answers(NOBODY, "Wizard", NEW, 1)
    wrong = chosen.model_copy(update={"spells": (*chosen.spells[:-1], "Fireball")})

    assert "Fireball is not among" in _refused(NOBODY, wrong)


def test_the_same_spell_twice_is_refused() -> None:
    chosen = answers(NOBODY, "Wizard", NEW, 1)
    wrong = chosen.model_copy(update={"spells": (*chosen.spells[:-1], chosen.spells[0].upper())})

    assert "chosen twice" in _refused(NOBODY, wrong)


def test_expertise_needs_proficiency() -> None:
    chosen = answers(NOBODY, "Rogue", NEW, 1)
    others = tuple(skill for skill in library().class_("Rogue").skills if skill not in chosen.skills)

    assert "needs proficiency" in _refused(NOBODY, chosen.model_copy(update={"expertise": others[:2]}))


def test_no_ability_goes_above_20() -> None:
    who = raised("Fighter", 3, who=NOBODY.model_copy(update={"abilities": Abilities(str=19)}))

    assert "20 at most" in _refused(who, LevelUp(class_name="Fighter", abilities={Ability.STRENGTH: 2}))


def test_a_second_class_needs_the_abilities_of_both() -> None:
    who = raised("Fighter", 1, who=NOBODY.model_copy(update={"abilities": Abilities(str=15, int=12)}))

    assert "wizard needs INT of 13" in _refused(who, LevelUp(class_name="wizard")).casefold().replace("int", "INT")


def test_there_is_no_level_21() -> None:
    assert "the highest" in _refused(raised("Rogue", 20), LevelUp(class_name="Rogue"))


def test_a_second_class_starts_without_its_first_skills() -> None:
    who = raised("Fighter", 1)

    assert asked(who, "Rogue") == {"skills": 1, "expertise": 2}
    assert asked(who, "Monk") == {}


def test_species_and_background_give_their_skills_with_the_first_level() -> None:
    who = Character(name="Tess", species="Human", background="Soldier", abilities=NOBODY.abilities)

    made = level_up(who, answers(who, "Fighter", NEW, 1), library())
    assert {Skill.ATHLETICS, Skill.INTIMIDATION} <= set(made.proficiencies.skills)
    assert len(made.proficiencies.skills) == 2 + 2 + 1
    assert made.has("Savage Attacker")


def test_a_thaumaturge_learns_one_more_cantrip() -> None:
    chosen = LevelUp(class_name="Cleric", features=("Thaumaturge",))
    cantrips = next(
        one for one in choices_for(NOBODY, "Cleric", library(), None, chosen) if one.kind is ChoiceKind.CANTRIPS
    )

    assert cantrips.count == 4


def test_twenty_levels_of_a_barbarian_end_beyond_20() -> None:
    who = raised("Barbarian", 20, who=Character(name="Tess", abilities=Abilities(str=20, con=20)))

    assert (who.abilities.str, who.abilities.con) == (24, 24)


def test_a_wizards_book_holds_more_than_is_ready() -> None:
    who = raised("Wizard", 5)

    book = [one for one in who.spells if library().spell(one.name).level]
    assert len(book) == 6 + 4 * 2
    assert sum(one.prepared for one in book) == 9


def test_a_sorcerer_gives_up_a_spell_for_another() -> None:
    who = raised("Sorcerer", 4)
    old = next(one.name for one in who.spells if library().spell(one.name).level)
    plain = answers(who, "Sorcerer", NEW, 9)
    options = next(one for one in choices_for(who, "Sorcerer", library()) if one.kind is ChoiceKind.SPELLS).options
    another = next(one for one in options if one not in plain.spells)
    chosen = plain.model_copy(update={"forget": old, "spells": (*plain.spells, another)})

    after = level_up(who, chosen, library())

    assert another in {one.name for one in after.spells}
    assert old not in {one.name for one in after.spells}
    assert len(after.spells) == len(who.spells) + len(plain.spells) + len(plain.cantrips)


def test_only_who_may_gives_up_a_spell() -> None:
    assert "gives up no spell" in _refused(raised("Wizard", 2), LevelUp(class_name="Wizard", forget="Shield"))
    assert "is no spell that Tess knows" in _refused(raised("Bard", 2), LevelUp(class_name="Bard", forget="Wish"))


def test_a_cleric_of_2014_prepares_from_the_whole_list() -> None:
    who = raised("Cleric", 5, OLD)

    ready = prepare(who, "cleric", ["bless", "Spirit Guardians", "Aid"], library(OLD))

    assert [one.name for one in ready.spells if library(OLD).spell(one.name).level] == [
        "Bless",
        "Spirit Guardians",
        "Aid",
    ]
    assert sum(not library(OLD).spell(one.name).level for one in ready.spells) == 4
    assert prepare(ready, "Cleric", ["Aid"], library(OLD)).spells[-1].name == "Aid"


def test_a_wizard_prepares_out_of_the_book() -> None:
    who = raised("Wizard", 5)
    book = [one.name for one in who.spells if library().spell(one.name).level]

    ready = prepare(who, "Wizard", book[-3:], library())

    assert {one.name for one in ready.spells} == {one.name for one in who.spells}
    assert [one.name for one in ready.spells if one.prepared and one.name in book] == book[-3:]


PREPARED: list[tuple[str, int, list[str], str]] = [
    # class, level, what somebody wants ready, words of the refusal
    ("Cleric", 1, ["Spirit Guardians"], "level 1 to 1"),
    ("Cleric", 1, ["Sacred Flame"], "level 1 to 1"),
    ("Cleric", 1, ["Magic Missile"], "not on the list"),
    ("Cleric", 1, ["Bless", "Bane", "Command", "Sanctuary", "Cure Wounds"], "room for 4"),
    ("Wizard", 1, ["Bless"], "not in the spellbook"),
    ("Bard", 1, ["Bane"], "with a level only"),
    ("Fighter", 1, ["Bless"], "prepares no spells"),
    ("Paladin", 5, [], "exchanges one spell"),
    ("Cleric", 1, ["Frostfire Storm of Nobody"], "Frostfire"),
]


@pytest.mark.parametrize(("class_name", "level", "names", "says"), PREPARED)
def test_what_cannot_be_prepared_is_refused(class_name: str, level: int, names: list[str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        prepare(raised(class_name, level), class_name, names, library())


def test_the_tables_agree_with_the_library() -> None:
    for name in CLASSES:
        record = library().class_(name)
        assert record.subclass_level == progression.subclass_level(name.casefold(), NEW)
        assert record.subclasses


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data/srd here")
def test_the_tables_agree_with_the_srd_of_2014() -> None:
    rows = json.loads((DATA / "5.1" / "Levels.json").read_text("utf-8"))
    own = {(one["class"]["index"], one["level"]): one for one in rows if "subclass" not in one}

    assert len(own) == 12 * 20
    for (name, level), one in own.items():
        casting = one.get("spellcasting") or {}
        assert progression.cantrips(name, level) == (casting.get("cantrips_known") or 0)
        if "spells_known" in casting:
            assert progression.learned(name, level, OLD) == casting["spells_known"]
        before = own[name, level - 1]["ability_score_bonuses"] if level > 1 else 0
        assert progression.improves(name, level) == (one["ability_score_bonuses"] > before)


@given(
    picks=st.lists(st.sampled_from(CLASSES), min_size=1, max_size=2, unique=True),
    turns=st.lists(st.integers(0, 1), min_size=1, max_size=20),
    seed=st.integers(0, 10_000),
    edition=st.sampled_from(list(Edition)),
)
def test_whatever_is_chosen_a_character_stays_whole(
    picks: list[str], turns: list[int], seed: int, edition: Edition
) -> None:
    books, who, points = library(edition), NOBODY, 0
    for number, turn in enumerate(turns, 1):
        class_name = picks[turn % len(picks)]

        who = level_up(who, answers(who, class_name, edition, seed + number), books)

        numbers = derived(who, books)
        assert who.level == numbers.level == number == sum(numbers.hit_dice.values())
        assert numbers.hit_points > points
        points = numbers.hit_points
        assert set(who.proficiencies.expertise) <= set(who.proficiencies.skills)
        assert len({(one.name, one.by) for one in who.spells}) == len(who.spells)
        assert all(1 <= score <= 25 for score in numbers.scores.values())
        highest = max([9 if who.level_in("Warlock") else 0, *(line.highest for line in numbers.spells)])
        assert all(books.spell(one.name).level <= highest for one in who.spells)
    assert import_character(export(who).encode(), books).character == who
