"""Files: ours come back the same, those of others are understood, and hostile ones are refused with line and reason."""

import json
import os
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from adventurers import library, somebody
from bmo.cli import cli
from bmo.core.errors import NotFound, Refused, TooLarge
from bmo.dnd.characters import own, reading
from bmo.dnd.characters.derived import derived
from bmo.dnd.characters.importing import Imported, import_character, import_file, import_folder
from bmo.dnd.characters.schema import (
    Abilities,
    Character,
    ClassLevels,
    Coins,
    Equipment,
    Item,
    KnownSpell,
    Proficiencies,
)
from bmo.dnd.rules.terms import Skill
from bmo.run.doctor import _characters
from bmo.settings.app import AppSettings

SCHEMA = Path(__file__).parents[4] / "docs" / "reference" / "character.schema.json"
DNDCHAR = """{
  "name": "Elara", "race": "High Elf", "class": "Wizard", "level": 5, "alignment": "CG",
  "stats": {"strength": 8, "dexterity": 16, "constitution": 14, "intelligence": 18, "wisdom": 12, "charisma": 10},
  "hp": {"max": 30, "current": 12}, "ac": 15,
  "skills": {"arcana": true, "history": {"proficient": true}, "stealth": false},
  "inventory": ["Quarterstaff", {"name": "Dagger", "qty": 2}, "Spellbook"],
  "gold": 42,
  "spells": {"cantrips": ["Fire Bolt"], "1": ["Shield", "Magic Missile"], "3": ["Fireball"]},
  "mood": {"today": ["grim", 3]}
}"""
PASTED = """Thorin Oakenshield
Hill Dwarf Fighter 5 (Champion), Soldier
AC 18, HP 31/49, Speed 25 ft.
STR 16 (+3) DEX 12 (+1) CON 15 (+2) INT 8 (-1) WIS 13 (+1) CHA 10 (+0)
Saving Throws: Str +6, Con +5
Skills: Athletics +6, Perception +4
Languages: Common, Dwarvish
Equipment: chain mail, shield, longsword +1, 3 javelins, arrows (20)
Features: Dueling
Likes ale.
"""


def taken(text: str) -> Imported:
    """From this text."""
    return import_character(text.encode(), library())


def refused(text: str | bytes) -> reading.BadFile:
    """What is said about it."""
    with pytest.raises(reading.BadFile) as caught:
        import_character(text.encode() if isinstance(text, str) else text, library())
    return caught.value


def test_a_file_of_another_program_becomes_ours() -> None:
    found = taken(DNDCHAR)

    who = found.character
    assert (who.name, who.species, who.level, who.abilities.int, who.coins.gp) == ("Elara", "High Elf", 5, 18, 42)
    assert [one.name for one in who.classes] == ["Wizard"]
    assert who.proficiencies.skills == (Skill.ARCANA, Skill.HISTORY)
    assert [(one.name, one.quantity) for one in who.equipment.items] == [
        ("Quarterstaff", 1),
        ("Dagger", 2),
        ("Spellbook", 1),
    ]
    assert [(one.name, one.by) for one in who.spells][-1] == ("Fireball", "Wizard")


def test_what_was_not_understood_is_kept_and_listed() -> None:
    found = taken(DNDCHAR)

    assert found.character.extra["mood"] == {"today": ["grim", 3]}
    assert found.notes[0] == 'Kept, but not understood: "alignment", "mood".'


def test_hit_points_of_a_file_become_hit_dice_that_make_them() -> None:
    found = taken(DNDCHAR)

    assert derived(found.character, library()).hit_points == 30
    assert "hit dice are set" in found.notes[1]


def test_hit_points_that_nothing_makes_are_told() -> None:
    found = taken('{"name": "Tess", "class": "Wizard", "level": 1, "hp": 90}')

    assert derived(found.character, library()).hit_points == 6
    assert found.notes == ("The file says 90 hit points; class, level and Constitution give 6.",)


def test_an_armour_class_that_does_not_agree_is_told() -> None:
    assert "The file says AC 15; by what is worn it is 13." in taken(DNDCHAR).notes


def test_a_pasted_sheet_becomes_a_character() -> None:
    found = taken(PASTED)

    numbers = derived(found.character, library())
    assert (found.character.name, found.character.species, found.character.background) == (
        "Thorin Oakenshield",
        "Hill Dwarf",
        "Soldier",
    )
    assert (found.character.classes[0].name, found.character.classes[0].subclass) == ("Fighter", "Champion")
    assert (numbers.armor_class, numbers.hit_points, numbers.speed) == (18, 49, 25)
    assert numbers.skills[Skill.ATHLETICS] == 6
    assert [(one.name, one.quantity) for one in found.character.equipment.items][-2:] == [
        ("javelins", 3),
        ("arrows", 20),
    ]
    assert found.character.extra["other lines"] == ["Likes ale."]


SHAPES: list[tuple[str, list[tuple[str, int]]]] = [
    # how classes are written, what they are
    ('"class": "Fighter 3 / wizard 2"', [("Fighter", 3), ("Wizard", 2)]),
    ('"class": "Fighter", "level": "4"', [("Fighter", 4)]),
    ('"classes": [{"name": "Rogue", "level": 2}, {"class": "Bard", "levels": 1}]', [("Rogue", 2), ("Bard", 1)]),
    ('"classes": {"Cleric": 7}', [("Cleric", 7)]),
    ('"class": {"name": "Monk", "level": 6, "subclass": "Warrior of the Open Hand"}', [("Monk", 6)]),
    ('"class": "Druid"', [("Druid", 1)]),
    ('"class": "Gunslinger", "level": 3', [("Gunslinger", 3)]),
]


@pytest.mark.parametrize(("written", "classes"), SHAPES)
def test_classes_are_read_however_they_are_written(written: str, classes: list[tuple[str, int]]) -> None:
    found = taken('{"name": "Tess", ' + written + "}")

    assert [(one.name, one.level) for one in found.character.classes] == classes


BLOCKS: list[tuple[str, list[tuple[str, int]], int]] = [
    # pasted text, classes, Strength
    ("Tess\nLevel 3 elf wizard\nStrength: 9", [("Wizard", 3)], 9),
    (
        "Tess\n5th-level Rogue\nSTR DEX CON INT WIS CHA\n12 (+1) 16 (+3) 12 (+1) 10 (+0) 10 (+0) 10 (+0)",
        [("Rogue", 5)],
        12,
    ),
    ("Name: Tess\nClass: Fighter 2 / Rogue 3\nSTR 17", [("Fighter", 2), ("Rogue", 3)], 17),
    ("# Tess\n**Class:** Bard\n**Level:** 4\n**Str** 8", [("Bard", 4)], 8),
]


@pytest.mark.parametrize(("text", "classes", "strength"), BLOCKS)
def test_pasted_text_comes_in_several_ways(text: str, classes: list[tuple[str, int]], strength: int) -> None:
    who = taken(text).character

    assert who.name == "Tess"
    assert [(one.name, one.level) for one in who.classes] == classes
    assert who.abilities.str == strength


def test_what_is_marked_as_worn_is_worn_and_nothing_else() -> None:
    who = taken(
        '{"name": "Tess", "class": "Fighter", "inventory": [{"name": "Plate Armor", "equipped": false}, '
        '{"name": "Leather Armor", "equipped": true}, {"name": "Shield", "equipped": true}]}'
    ).character

    assert (who.equipment.armor, who.equipment.shield) == ("Leather Armor", "Shield")


HOSTILE: list[tuple[str, str | bytes, int, str]] = [
    # what it is, the file, the line that is named, words of the reason
    ("markup in the name", '{\n"name": "<script>alert(1)</script>"}', 2, "markup"),
    ("markup in a thing", '{"name": "a", "inventory": ["rope",\n"<b>x</b>"]}', 2, "markup"),
    ("writing turned around", '{"name": "a\u202eb"}', 1, "cannot be seen"),
    ("NaN", '{"name": "a",\n\n"hp": NaN}', 3, "no numbers"),
    ("Infinity", '{"name": "a", "xp": -Infinity}', 1, "no numbers"),
    ("a number without end", '{"name": "a",\n"xp": 1e999}', 2, "too large"),
    ("6,000 digits", '{"name": "a", "xp": ' + "9" * 6_000 + "}", 1, "more than 30 digits"),
    ("negative hp", '{"name": "a", "class": "Fighter",\n"level": 3,\n"hp": -5}', 3, "-5"),
    ("negative hp in text", "Tess\nFighter 3\nHP -4", 3, "-4"),
    ("level 99", '{"name": "a", "class": "Fighter",\n"level": 99}', 2, "1 to 20"),
    ("level 99 in a class", '{"name": "a",\n"class": "Fighter 99"}', 2, "1 to 20"),
    ("30 levels of two classes", '{"name": "a",\n"class": "Fighter 15/Rogue 15"}', 1, "20 is the highest"),
    ("level true", '{"name": "a", "class": "Fighter", "level": true}', 1, "whole number"),
    ("level in words", '{"name": "a",\n\n"level": "five"}', 3, "whole number"),
    ("Dexterity 99", '{"name": "a", "stats": {"str": 15,\n"dex": 99}}', 2, "1 to 30"),
    ("a thing less than none", '{"name": "a", "inventory": [\n{"name": "rope", "quantity": -1}]}', 2, "below 0"),
    ("a name twice", '{"name": "a",\n"name": "b"}', 2, "twice"),
    ("no name", '{"class": "Fighter"}', 1, "no name"),
    ("a list", "[1, 2]", 1, "in { }"),
    ("cut off", '{"name": "a",\n"class":', 2, "ends in the middle"),
    ("two at once", '{"name": "a"}\n{"name": "b"}', 2, "more after the end"),
    ("100,000 brackets", '{"name": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}", 1, "brackets"),
    ("100,000 values", '{"name": "a", "x": [' + "1," * 100_000 + "1]}", 1, "20,000 values"),
    ("one line of 900,000 letters", "Tess\n" + "fighter (" * 100_000, 2, "4,000 letters"),
    ("a name of 900,000 letters", '{"name": "' + "a" * 900_000 + '"}', 1, "500 letters"),
    ("a million lines", "\n" * 900_000 + "Tess", 2_001, "2,000 lines"),
    ("400,000 classes", '{"name": "a", "class": "' + "a/" * 400_000 + '"}', 1, "12 at most"),
    ("half a letter", '{"name": "\\ud800"}', 1, "surrogate"),
    ("no text", b'{"name": "\xff"}', 1, "UTF-8"),
    ("nothing", b"", 1, "nothing in it"),
    ("bytes", bytes(range(256)), 2, "UTF-8"),
    ("a newer file of ours", '{\n"schema_version": 2, "name": "a"}', 2, "newer BMO"),
    ("a field that ours has not", '{"schema_version": 1, "name": "a",\n"armour_class": 3}', 2, "no such field"),
    ("our level in quotation marks", '{"schema_version": 1, "name": "a", "classes": [{"name": "Bard",\n"level": "3"}]}',
     2, "integer"),
    ("our armour that is not carried", '{"schema_version": 1, "name": "a",\n"equipment": {"armor": "Plate"}}', 2,
     "not among the items"),
    ("our expertise without skill", '{"schema_version": 1, "name": "a",\n"proficiencies": {"expertise": ["arcana"]}}',
     2, "needs proficiency"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "file", "line", "reason"), HOSTILE, ids=[row[0] for row in HOSTILE])
def test_a_broken_file_is_refused_with_line_and_reason(what: str, file: str | bytes, line: int, reason: str) -> None:
    fault = refused(file)

    assert fault.problems[0].line == line, what
    assert reason in fault.sentence
    assert "<" not in fault.sentence.replace("(< or >)", "")


def test_a_file_of_50_megabytes_is_not_even_read(tmp_path: Path) -> None:
    big = tmp_path / "big.json"
    with big.open("wb") as file:
        file.truncate(50_000_000)

    with pytest.raises(TooLarge, match="line 1: a character has at most 1,000,000 bytes"):
        import_file(big, library())


def test_a_pipe_under_a_characters_name_holds_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tess.json")
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(one.problem for one in import_folder(tmp_path, library())))

    reader.start()
    reader.join(10)

    assert not reader.is_alive()
    assert "is no file" in said[0]


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        import_file(tmp_path / "nobody.json", library())


def test_a_folder_gives_every_character_and_every_problem(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(own.export(somebody("Fighter 1")))
    (tmp_path / "b.dndchar").write_text(DNDCHAR)
    (tmp_path / "c.txt").write_text(PASTED)
    (tmp_path / "d.json").write_text('{"name": "a",\n"name": "b"}')
    (tmp_path / "e.png").write_bytes(b"\x89PNG")

    found = list(import_folder(tmp_path, library()))

    assert [one.imported.character.name if one.imported else one.problem for one in found] == [
        "Tess",
        "Elara",
        "Thorin Oakenshield",
        'line 2: "name" is there twice.',
    ]
    assert list(import_folder(tmp_path / "none", library())) == []


def test_doctor_lists_what_it_cannot_read(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "characters"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(PASTED)
    (folder / "b.json").write_text('{"name": "a", "level": 99}')

    found = [(one.what, one.is_) for one in _characters(AppSettings(home=tmp_path))]

    assert found == [
        ("characters", "1 of 2 read"),
        ("a.txt", "Thorin Oakenshield"),
        ("b.json", 'left out: line 1: "level": a level is 1 to 20, not 99.'),
    ]


def test_the_command_prints_the_sheet_and_what_it_did_not_understand(tmp_path: Path) -> None:
    file = tmp_path / "elara.dndchar"
    file.write_text(DNDCHAR)

    done = CliRunner().invoke(cli, ["dnd", "character", str(file)])

    assert done.exit_code == 0
    assert "AC 13   HP 30 (5d6)   Speed 30 feet" in done.stdout
    assert "Wizard spells: DC 15, attack +7 (INT)" in done.stdout
    assert "alignment" in done.stderr


def test_the_command_makes_our_file_of_another_programs(tmp_path: Path) -> None:
    file = tmp_path / "elara.dndchar"
    file.write_text(DNDCHAR)

    done = CliRunner().invoke(cli, ["dnd", "character", str(file), "--json"])

    assert taken(done.stdout).character == taken(DNDCHAR).character


def test_the_command_says_what_is_wrong_in_one_line() -> None:
    done = CliRunner().invoke(cli, ["dnd", "character", "-"], input='{"name": "a",\n"hp": NaN}')

    assert (done.exit_code, done.stderr.strip()) == (1, "line 2: NaN and Infinity are no numbers.")


def test_the_schema_in_the_docs_is_the_one_of_the_code() -> None:
    assert SCHEMA.read_text("utf-8") == own.schema(), "bmo dnd character-schema > docs/reference/character.schema.json"


WORDS = st.text(
    st.characters(blacklist_categories=("Cc", "Cf", "Cs", "Co", "Zl", "Zp", "Zs"), blacklist_characters="<>"),
    min_size=1,
    max_size=12,
)
PLAIN_JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=10,
)
SCORES = st.integers(1, 30)


@st.composite
def characters(draw: st.DrawFn) -> Character:
    """Any that the schema allows."""
    items = draw(
        st.lists(st.builds(Item, name=WORDS, quantity=st.integers(1, 99), bonus=st.integers(0, 3)), max_size=5)
    )
    carried = st.sampled_from([one.name for one in items]) if items else st.none()
    skills = tuple(draw(st.sets(st.sampled_from(list(Skill)), max_size=6)))
    names = draw(st.lists(WORDS, max_size=3, unique_by=str.casefold))
    levels = [draw(st.integers(1, 6)) for _ in names]
    return Character(
        name=draw(WORDS),
        player=draw(st.just("") | WORDS),
        classes=tuple(
            ClassLevels(
                name=name,
                level=level,
                subclass=draw(st.none() | WORDS),
                rolled=tuple(draw(st.lists(st.none() | st.integers(1, 12), max_size=level))),
            )
            for name, level in zip(names, levels, strict=True)
        ),
        abilities=draw(st.builds(Abilities, str=SCORES, dex=SCORES, con=SCORES, int=SCORES, wis=SCORES, cha=SCORES)),
        proficiencies=Proficiencies(
            skills=skills, expertise=skills[:2], tools=tuple(draw(st.lists(WORDS, max_size=2)))
        ),
        equipment=Equipment(items=tuple(items), armor=draw(st.none() | carried), shield=draw(st.none() | carried)),
        coins=draw(st.builds(Coins, gp=st.integers(0, 10_000))),
        spells=tuple(draw(st.lists(st.builds(KnownSpell, name=WORDS, prepared=st.booleans()), max_size=4))),
        notes=draw(st.just("") | WORDS),
        xp=draw(st.integers(0, 355_000)),
        inspiration=draw(st.booleans()),
        extra=draw(st.dictionaries(WORDS, PLAIN_JSON, max_size=4)),
    )


@given(characters())
def test_what_is_written_is_read_back_the_same(who: Character) -> None:
    assert import_character(own.export(who).encode(), library()).character == who


@given(PLAIN_JSON)
def test_our_reader_reads_what_pythons_does(value: JsonValue) -> None:
    assert reading.parse(json.dumps(value)).value == value
    assert reading.parse(json.dumps(value, indent=2, ensure_ascii=False)).value == value


KEYS = st.sampled_from(
    ["name", "race", "class", "classes", "level", "stats", "abilities", "hp", "ac", "skills", "inventory", "equipment",
     "spells", "armor", "shield", "gold", "coins", "proficiencies", "saves", "feats", "xp", "inspiration", "str",
     "data", "schema_version", "notes", "weapons", "expertise", "subclass"]
)  # fmt: skip


def outcome(raw: bytes) -> Imported | str:
    """A character, or what is said instead."""
    try:
        return import_character(raw, library())
    except Refused as fault:
        return fault.sentence


VALUES = PLAIN_JSON | st.sampled_from(["Fighter 3", "Chain Mail, Shield", -1, 99])


@given(st.dictionaries(KEYS | WORDS, VALUES, max_size=8))
def test_no_json_breaks_anything(value: dict[str, JsonValue]) -> None:
    found = outcome(json.dumps({"name": "Tess"} | value).encode())

    if isinstance(found, str):
        assert found.startswith("line ")
    else:
        assert taken(own.export(found.character)).character == found.character


BYTES = st.binary(max_size=200) | st.text(max_size=200).map(str.encode)
ALMOST_JSON = st.text('{}[]",:0123\n eE.-ab', max_size=60).map(str.encode)


@given(BYTES | ALMOST_JSON)
def test_no_bytes_break_anything(raw: bytes) -> None:
    found = outcome(raw)

    assert isinstance(found, Imported) or found.startswith("line ")


@given(st.lists(st.sampled_from(PASTED.splitlines()) | st.text(max_size=40), max_size=12))
def test_no_pasted_lines_break_anything(lines: list[str]) -> None:
    found = outcome("\n".join(lines).encode("utf-8", "ignore"))

    assert isinstance(found, Imported) or found.startswith("line ")
