"""`bmo dnd import-srd`: every layout is read, what is wrong is refused with its line, and what was there stays."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from bmo.cli import cli
from bmo.core.errors import BmoError, Broken, Refused
from bmo.dnd.content import Action, Creature, Economy, Kind, Library, RuleEntry, Spell, importing, kept, srd_text
from bmo.dnd.content.record import Record
from bmo.dnd.rules.slots import Caster
from bmo.dnd.rules.terms import Ability, Condition, DamageType, Edition, Skill
from dnd_texts import NEW_PAGES, OLD_MARKDOWN, spell_entry, stat_block

DATA = Path(os.environ.get("BMO_BENCH_DATA") or Path(__file__).parents[4] / ".." / "shared" / "data") / "srd"


def no_pages(file: IO[bytes]) -> Iterable[tuple[int, str] | str]:
    return ["is not for this test"]


def read(path: Path, edition: Edition | None = None) -> importing.Import:
    return importing.read(path, no_pages, edition)


def write(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return path


def monster(**changed: Any) -> dict[str, Any]:
    """An entry of our own in the layout of `Monsters.json`."""
    return {
        "name": "Soup Drake", "url": "/api/2014/monsters/soup-drake", "size": "Medium", "type": "dragon",
        "alignment": "neutral good", "armor_class": [{"value": 15}], "hit_points": 45, "hit_points_roll": "7d8+14",
        "speed": {"walk": "30 ft.", "fly": "60 ft."}, "strength": 16, "dexterity": 12, "constitution": 14,
        "intelligence": 8, "wisdom": 13, "charisma": 10, "damage_vulnerabilities": [], "damage_immunities": [],
        "damage_resistances": ["fire", "slashing from nonmagical attacks"],
        "condition_immunities": [{"index": "prone"}],
        "proficiencies": [{"value": 3, "proficiency": {"index": "saving-throw-dex"}}],
        "senses": {"darkvision": "60 ft.", "passive_perception": 13}, "languages": "Common, Draconic",
        "challenge_rating": 0.5, "proficiency_bonus": 2, "xp": 100,
        "actions": [{
            "name": "Ladle",
            "desc": "Melee Weapon Attack: +5 to hit, reach 10 ft., one target. Hit: 8 (1d10 + 3) bludgeoning damage.",
        }],
    } | changed  # fmt: skip


def one(records: Iterable[Record], kind: type[Record], name: str) -> Any:
    return next(record for record in records if isinstance(record, kind) and record.name == name)


def test_json_of_the_known_layout_is_read(tmp_path: Path) -> None:
    done = read(write(tmp_path, "Monsters.json", [monster()]))

    drake = one(done.records, Creature, "Soup Drake")
    assert (drake.source, drake.edition, drake.ac, drake.hit_dice) == ("SRD 5.1", Edition.SRD_5_1, 15, "7d8+14")
    assert (drake.speeds.fly, drake.senses, drake.save(Ability.DEXTERITY)) == (60, {"darkvision": 60}, 3)
    assert (drake.resistances, drake.defence_notes) == (
        (DamageType.FIRE,),
        ("resistances: slashing from nonmagical attacks",),
    )
    assert (drake.actions[0].attack.bonus, drake.actions[0].damage[0].dice) == (5, "1d10+3")


def test_markdown_with_headings_is_read(tmp_path: Path) -> None:
    done = read(write(tmp_path, "srd.md", OLD_MARKDOWN))

    drake = one(done.records, Creature, "Soup Drake")
    assert (drake.hp, drake.abilities[Ability.STRENGTH], drake.rating, drake.xp) == (45, 16, "1/2", 100)
    assert (drake.speeds.walk, drake.speeds.fly, drake.speeds.hover) == (30, 60, True)
    assert (drake.skill(Skill.SLEIGHT_OF_HAND), drake.save(Ability.CONSTITUTION)) == (5, 4)
    assert (drake.condition_immunities, drake.immune_to_exhaustion) == ((Condition.POISONED, Condition.PRONE), True)
    assert [(trait.name, trait.uses) for trait in drake.traits] == [("Warm", ""), ("Simmer", "3/Day")]
    assert drake.traits[0].text == "Ice melts beside it. It never freezes."
    ladle, steam = drake.actions[1:3]
    assert [roll.dice for roll in ladle.damage] == ["1d10+3", "1d6"]
    assert (steam.recharge, steam.save.dc, steam.save.halves, steam.area.size) == (5, 12, True, 15)
    assert drake.actions[3].economy is Economy.REACTION

    bolt = one(done.records, Spell, "Broth Bolt")
    assert (bolt.level, bolt.concentration, bolt.components.material) == (2, True, "a leaf of celery")
    assert [roll.dice for roll in bolt.damage_at(4)] == ["5d6"]
    assert one(done.records, RuleEntry, "Cover").section.endswith("Combat in the Kitchen > Cover")
    assert [str(refusal) for refusal in done.refusals] == [
        f"srd.md:{OLD_MARKDOWN[: OLD_MARKDOWN.index('#### Half a')].count(chr(10)) + 1}: Half a Spell: casting time, "
        "range, components and duration are not all there"
    ]


def test_pages_of_a_pdf_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, "SRD.pdf", "%PDF")

    done = importing.read(path, lambda _: [(1, NEW_PAGES[0]), (2, NEW_PAGES[1])])

    golem, ward = one(done.records, Creature, "Teapot Golem"), one(done.records, Spell, "Tea Ward")
    assert done.refusals == []
    assert (golem.edition, golem.cr, golem.xp, golem.save(Ability.DEXTERITY)) == (Edition.SRD_5_2, 5, 1_800, 3)
    assert (golem.immunities, golem.condition_immunities) == (
        (DamageType.POISON,),
        (Condition.CHARMED, Condition.POISONED),
    )
    boil = golem.actions[2]
    assert (boil.name, boil.recharge, boil.save.halves, boil.damage[0].dice) == ("Boil", 6, True, "4d10")
    assert (boil.area.size, boil.area.other) == (30, 5)
    assert ward.text == "A creature that drinks makes a Wisdom saving throw."
    assert one(done.records, RuleEntry, "Brewing Tools").text == "Anybody may brew."
    assert (ward.ritual, ward.classes, ward.save) == (True, ("Cleric", "Wizard"), Ability.WISDOM)


NUMBERS = (
    "size", "type", "subtype", "alignment", "ac", "hp", "hit_dice", "initiative", "speeds", "abilities", "skills",
    "senses", "passive_perception", "languages", "resistances", "immunities", "vulnerabilities",
    "condition_immunities", "immune_to_exhaustion", "cr", "xp", "proficiency_bonus",
)  # fmt: skip


def test_every_stat_block_survives_being_printed_and_read() -> None:
    known = list(Library.standard().creatures())
    found = list(srd_text.document("\n".join(map(stat_block, known)), Edition.SRD_5_2, headings=False))

    for one, told in zip(known, found, strict=True):
        read_again = told.record
        assert isinstance(read_again, Creature), (one.name, told.reason)
        assert [getattr(read_again, number) for number in NUMBERS] == [getattr(one, number) for number in NUMBERS]
        assert [read_again.save(ability) for ability in Ability] == [one.save(ability) for ability in Ability]
        assert [deed(action) for action in read_again.actions] == [deed(action) for action in one.actions], one.name


def deed(action: Action) -> tuple[object, ...]:
    """What an action does, without what stands in its brackets."""
    return (
        action.name.partition(" (1/Day")[0],
        action.economy,
        action.attack,
        action.damage,
        action.save,
        action.save_damage,
        action.recharge,
    )


def test_every_spell_survives_being_printed_and_read() -> None:
    known = list(Library.standard().spells())
    found = list(srd_text.document("\n".join(map(spell_entry, known)), Edition.SRD_5_2, headings=False))

    assert [told.reason for told in found if told.record is None] == []
    again = {record.name: record for told in found if isinstance(record := told.record, Spell)}
    assert len(again) == len(known)
    # A line of the table in Teleport looks like the title of what follows.
    assert [one.name for one in known if effect(again[one.name]) != effect(one)] == ["Teleport"]


def effect(one: Spell) -> tuple[object, ...]:
    numbers = (one.level, one.school, one.classes, one.casting, one.ritual, one.range_feet, one.components)
    return (*numbers, one.damage, one.healing, one.save, one.attack, one.shots, one.area)


@pytest.mark.real
def test_a_pdf_itself_is_read(tmp_path: Path) -> None:
    (tmp_path / "SRD.pdf").write_bytes(printed(NEW_PAGES))

    done = bmo(tmp_path, "dnd", "import-srd", str(tmp_path / "SRD.pdf"))

    assert done.exit_code == 0, done.output
    assert Library.standard(imported=tmp_path / kept.FOLDER).creature("teapot golems").hp == 76


def printed(pages: Iterable[str]) -> bytes:
    """A PDF with these lines on its pages."""
    bodies = [
        "BT /F1 9 Tf 40 760 Td 12 TL "
        + " ".join(
            f"({line.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj T*" for line in page.split("\n")
        )
        + " ET"
        for page in pages
    ]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(bodies)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(bodies)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number, body in enumerate(bodies):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(body)} >> stream\n{body}\nendstream")
    made, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n"
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(
        f"{place:010} 00000 n \n" for place in places
    )
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(made)}\n%%EOF\n"
    return (made + table + end).encode("latin-1")


def bmo(home: Path, *words: str) -> Any:
    return CliRunner().invoke(cli, list(words), env={"BMO_HOME": str(home)})


def test_what_was_imported_comes_first_at_a_table_of_its_edition(tmp_path: Path) -> None:
    kept.keep(tmp_path, read(write(tmp_path, "Monsters.json", [monster(name="Aboleth")])).records)

    library = Library.standard(Edition.SRD_5_2, tmp_path)
    assert library.creature("aboleths").source == "SRD 5.2.1"
    assert library.at(Edition.SRD_5_1).creature("aboleths").source == "SRD 5.1"


def test_a_second_import_adds_and_replaces_by_name(tmp_path: Path) -> None:
    kept.keep(tmp_path, read(write(tmp_path, "a.json", [monster(), monster(name="Pan Drake")])).records)
    kept.keep(tmp_path, read(write(tmp_path, "b.json", [monster(xp=50)])).records)

    library = Library.standard(Edition.SRD_5_1, tmp_path)
    assert (library.creature("soup drake").xp, library.creature("pan drake").xp) == (50, 100)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"name": "<script>alert(1)</script>"}, "name: a name is plain text, without markup"),
        ({"name": "Drake\x1b[31m"}, "name: a name is plain text, without markup"),
        ({"name": "D" * 121}, "name: String should have at most 120 characters"),
        ({"hit_points": 10**9}, "hp: Input should be less than or equal to 10000"),
        ({"hit_points_roll": "999999d999999d9"}, "hit_dice: "),
        ({"armor_class": []}, "IndexError: list index out of range"),
        ({"armor_class": "{{7*7}}"}, "string indices must be integers"),
        ({"strength": None}, "abilities."),
        ({"size": "Enormous"}, "'enormous' is not a valid Size"),
        ({"xp": -1}, "xp: Input should be greater than or equal to 0"),
        ({"alignment": ["any"]}, "alignment: Input should be a valid string"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_with_its_line_and_the_others_are_taken(
    tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    done = read(
        write(tmp_path, "Monsters.json", "[" + json.dumps(monster()) + ",\n" + json.dumps(monster(**changed)) + "]")
    )

    assert [record.name for record in done.records] == ["Soup Drake"]
    assert [(refusal.line, refusal.file) for refusal in done.refusals] == [(2, "Monsters.json")]
    assert done.refusals[0].reason.startswith(reason)
    assert str(done.refusals[0]).isprintable()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[" * 5_000 + "]" * 5_000, "has more than 40 brackets inside each other"),
        ('[{"name": 1},\n{"na', "is no JSON from line 2 on; what stands before it was read"),
        ("{}", "is not a list of entries, as the SRD's JSON files are"),
        ("", "is not a list of entries, as the SRD's JSON files are"),
        ("[" + "1," * 6_000 + "1]", "has more than 5,000 entries; the rest was not read"),
        ('"' + '\\\\"' * 500_000, "is not a list of entries, as the SRD's JSON files are"),
        ("[" + '"' + '\\\\"' * 500_000, "is no JSON from line 1 on; what stands before it was read"),
        ("\x00\x01\x02", "it is not plain text"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_reason(tmp_path: Path, content: str, reason: str) -> None:
    done = read(write(tmp_path, "Monsters.json", content))

    assert done.records == []
    assert done.refusals[-1].reason == reason


@pytest.mark.parametrize(
    "content",
    [
        "# " + " " * 500_000 + "x\n",
        "# Rules\n\n" + "word " * 200_000,
        "Soup\n2nd-level evocation\n" + "Casting Time: 1 action\nRange: Self\n" * 20_000,
        "Soup\nLarge beast, unaligned\nArmor Class 10\n" + "Senses x\n(y\n" * 50_000,
        "\n" * 300_000,
        "# Soup\n\nx\n" * 30_000,
        "Soup\n2nd-level evocation\nCasting Time: 1 action\nRange: 9\nComponents: V\nDuration: 1\n" + "1" * 5_000,
    ],
)
def test_no_hostile_text_holds_the_import_up(tmp_path: Path, content: str) -> None:
    done = read(write(tmp_path, "x.md", content), Edition.SRD_5_1)

    assert len(done.records) <= importing.MOST_FOUND


def test_a_text_of_too_many_entries_is_read_up_to_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_FOUND", 3)

    done = read(write(tmp_path, "x.md", "# Soup\n\nx\n" * 5), Edition.SRD_5_1)

    assert len(done.records) == 3
    assert done.refusals[0].reason == "has more than 3 entries; the rest was left"


def test_a_file_of_50_megabytes_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "Monsters.json").open("wb") as file:
        file.truncate(50_000_000)

    assert [str(refusal) for refusal in read(tmp_path).refusals] == ["Monsters.json: has 50 MB; up to 8 MB are read"]


def test_a_pipe_does_not_hold_the_import(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "Spells.json")

    assert [str(refusal) for refusal in read(tmp_path).refusals] == ["Spells.json: is not a plain file"]


def test_a_text_that_does_not_say_which_srd_it_is_asks_for_the_edition(tmp_path: Path) -> None:
    path = write(tmp_path, "rules.md", "# Cover\n\nA pan is half cover.\n")

    assert "give --edition 5.1 or --edition 5.2.1" in read(path).refusals[0].reason
    assert read(path, Edition.SRD_5_1).records[0].edition is Edition.SRD_5_1


def test_a_folder_with_nothing_to_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no JSON, Markdown or PDF in"):
        read(tmp_path)


def test_after_a_refused_import_everything_is_as_it_was(tmp_path: Path) -> None:
    good, bad = write(tmp_path, "in/good.json", [monster()]), write(tmp_path, "in/bad.json", "[{")
    assert bmo(tmp_path, "dnd", "import-srd", str(good)).exit_code == 0
    before = {path: path.read_bytes() for path in (tmp_path / kept.FOLDER).iterdir()}

    done = bmo(tmp_path, "dnd", "import-srd", str(bad))

    assert done.exit_code == 1
    assert "bad.json: is no JSON from line 1 on" in done.output
    assert "what was imported before is as it was" in done.output
    assert {path: path.read_bytes() for path in (tmp_path / kept.FOLDER).iterdir()} == before


def test_the_command_counts_what_it_took(tmp_path: Path) -> None:
    path = write(tmp_path, "in/Monsters.json", [monster(), monster(name="Pan Drake"), monster(name="<b>")])

    done = bmo(tmp_path, "dnd", "import-srd", str(path))

    assert done.exit_code == 0
    assert "SRD 5.1    creature       2" in done.output
    assert "2 taken in, 1 not; kept in" in done.output
    assert "not taken: Monsters.json:" in done.output


def test_a_kept_file_that_somebody_damaged_is_told_by_its_name(tmp_path: Path) -> None:
    kept.keep(tmp_path, read(write(tmp_path, "in.json", [monster()])).records)
    path = tmp_path / "srd-5.1-creature.json"
    for damage in ("", "{}", '{"format": 1, "records": [3]}', path.read_text().replace('"ac": 15', '"ac": "<b>"')):
        path.write_text(damage)
        with pytest.raises(Broken, match=r"srd-5.1-creature.json is damaged: delete it, and import the SRD again"):
            Library.standard(Edition.SRD_5_1, tmp_path).creature("Soup Drake")


def test_an_import_that_cannot_be_kept_says_so_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")

    with pytest.raises(Broken, match="could not be kept in"):
        kept.keep(tmp_path / "taken", read(write(tmp_path, "in.json", [monster()])).records)


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
collections = st.sampled_from(
    ["monsters", "spells", "equipment", "magic-items", "classes", "conditions", "rules", "feats"]
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(monster())), nested, max_size=6), collections)
def test_no_entry_of_any_shape_does_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, changed: dict[str, Any], collection: str
) -> None:
    folder = tmp_path_factory.mktemp("srd")
    done = read(write(folder, "x.json", [monster(**changed) | {"url": f"/api/2014/{collection}/x"}]))

    assert all(str(refusal).count("\n") <= 1 for refusal in done.refusals)
    assert all(isinstance(record.name, str) and record.name.isprintable() for record in done.records)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*OLD_MARKDOWN.split("\n"), *"\n".join(NEW_PAGES).split("\n")]) | st.text(max_size=40)))
def test_no_text_of_any_order_does_more_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("srd")
    path = folder / "x.md"
    path.write_bytes("\n".join(lines).encode("utf-8", "replace"))
    try:
        done = read(path, Edition.SRD_5_1)
    except BmoError:
        return

    assert all(record.edition is Edition.SRD_5_1 for record in done.records)


@pytest.mark.real
@pytest.mark.skipif(not DATA.is_dir(), reason=f"the SRD's data is not at {DATA}")
def test_both_srds_are_read_whole(tmp_path: Path) -> None:
    done = read(DATA)
    counts = {(edition.value, kind.value): count for (edition, kind), count in done.counts.items()}

    assert done.refusals == []
    assert {key: counts[key] for key in counts if key[0] == "5.1"} == {
        ("5.1", "creature"): 334, ("5.1", "spell"): 319, ("5.1", "item"): 237 + 362, ("5.1", "class"): 12,
        ("5.1", "condition"): 15, ("5.1", "rule"): counts["5.1", "rule"],
    }  # fmt: skip
    assert counts["5.1", "rule"] >= 300
    assert (counts["5.2.1", "item"], counts["5.2.1", "creature"]) == (182 + 262, 3)

    kept.keep(tmp_path, done.records)
    library = Library.standard(Edition.SRD_5_1, tmp_path)
    goblin, fireball, wizard = library.creature("goblins"), library.spell("fireball"), library.class_("wizard")
    assert (goblin.source, goblin.actions[0].damage[0].dice) == ("SRD 5.1", "1d6+2")
    assert (fireball.damage_at(5)[0].dice, wizard.caster, wizard.skill_choices) == ("10d6", Caster.FULL, 2)
    assert all(record.source.startswith(("SRD 5", "BMO")) for kind in Kind for record in library.every(kind))
