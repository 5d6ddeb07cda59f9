"""A folder in the SRD's JSON layout as entries, whatever lies in it."""

import json
import os
from pathlib import Path

import pytest

from bmo.core.errors import Broken
from bmo.dnd.find import srd
from bmo.dnd.find.entry import Entry, Kind

DATA = Path(os.environ.get("BMO_BENCH_DATA") or Path(__file__).parents[4] / ".." / "shared" / "data") / "srd"


def written(folder: Path, name: str, records: object) -> Path:
    (folder / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
    return folder


def test_rules_are_entries_by_heading_with_the_headings_above(tmp_path: Path) -> None:
    text = "## Attacks\n\nHit.\n\n### Melee\n\nNear.\n\n#### Grappling\n\nHold.\n\n### Ranged\n\nFar."

    entries, _ = srd.read(written(tmp_path, "Rule-Sections", [{"name": "Attacks", "desc": text}]), "Mine")

    assert [one.heading[1:] for one in entries] == [
        ("Attacks",),
        ("Attacks", "Melee"),
        ("Attacks", "Melee", "Grappling"),
        ("Attacks", "Ranged"),
    ]
    assert {one.source for one in entries} == {"Mine"}
    assert entries[2].text == "Hold."


def test_records_of_one_name_are_one_entry(tmp_path: Path) -> None:
    records = [{"name": "Evasion", "desc": ["a"], "level": 7}, {"name": "Evasion", "desc": ["b"], "level": 15}]

    entries, _ = srd.read(written(tmp_path, "Features", records), "Mine")

    assert len(entries) == 1
    assert [one.text for one in entries[0].parts] == ["a", "b"]


def test_a_folder_without_any_of_the_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"Spells\.json"):
        srd.read(tmp_path, "Mine")


@pytest.mark.parametrize(
    "record",
    [
        {"desc": "nameless"},
        {"name": 7},
        {"name": " "},
        {"name": "Hydra", "armor_class": "many"},
        {"name": "Hydra", "armor_class": [{"value": 15}], "speed": ["fast"]},
    ],
)
def test_a_record_that_is_not_as_expected_is_left_out_with_a_sentence(tmp_path: Path, record: object) -> None:
    written(tmp_path, "Monsters", [record, 5, None])
    written(tmp_path, "Conditions", [{"name": "Prone", "desc": ["- On the floor."]}])

    entries, problems = srd.read(tmp_path, "Mine")

    assert [one.name for one in entries] == ["Prone"]
    assert len(problems) == 1


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b'{"name": "no list"}', b"\xff\xfe\x00"])
def test_a_file_that_is_broken_keeps_no_other_out(tmp_path: Path, content: bytes) -> None:
    written(tmp_path, "Conditions", [{"name": "Prone", "desc": ["- On the floor."]}])
    (tmp_path / "Spells.json").write_bytes(content)

    entries, problems = srd.read(tmp_path, "Mine")

    assert [one.name for one in entries] == ["Prone"]
    assert problems[0].startswith("Spells.json cannot be read")


@pytest.mark.parametrize(("edition", "most"), [("5.1", 1_900), ("5.2.1", 850)])
def test_the_whole_srd_is_read_without_a_problem(edition: str, most: int) -> None:
    if not (DATA / edition).is_dir():
        pytest.skip(f"{DATA / edition} is not here")

    entries, problems = srd.read(DATA / edition, f"SRD {edition}")

    assert problems == ()
    assert len(entries) > most
    assert all(one.whole.strip() and one.source and len(one.heading) >= 2 for one in entries)
    assert named(entries, "Prone").kind is Kind.CONDITION


def named(entries: tuple[Entry, ...], name: str) -> Entry:
    return next(one for one in entries if one.name == name)
