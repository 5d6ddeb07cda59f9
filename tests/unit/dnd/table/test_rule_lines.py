"""`bmo dnd rule`: each line of the set says which section of the SRD its numbers were worked out from, by hand."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bmo.cli import cli
from bmo.core.errors import NotFound
from bmo.dnd.rules.terms import Edition
from bmo.dnd.table.combatant import Combatant, SpellRule
from bmo.dnd.table.ruling import rule
from bmo.dnd.table.scene import Library

SET = Path(__file__).parents[3] / "sets" / "dnd_rule.jsonl"
ROWS = [json.loads(line) for line in SET.read_text().splitlines()]


class NoBooks:
    def combatant(self, name: str) -> Combatant:
        raise NotFound(f"There is no {name}.")

    def spell(self, name: str) -> SpellRule:
        raise NotFound(f"There is no {name}.")


def no_books(_edition: Edition) -> Library:
    return NoBooks()


def check(expected: dict[str, Any], result: dict[str, Any]) -> None:
    if "refused" in expected:
        assert result["refused"]["code"] == expected["refused"], result
        assert result["refused"]["reason"].endswith((".", "?"))
        return
    assert "refused" not in result, result
    if "types" in expected:
        assert [event["type"] for event in result["events"]] == expected["types"]
    for wanted, numbers in zip(expected.get("numbers", []), result["numbers"], strict=False):
        assert {key: numbers[key] for key in wanted} == wanted
    assert len(result["numbers"]) >= len(expected.get("numbers", []))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['section']}: {row['line']['id']}")
def test_the_engine_rules_as_the_srd_says(row: dict[str, Any]) -> None:
    said = rule(json.dumps(row["line"]), no_books)

    assert "refused" not in said, said
    for expected, result in zip(row["expect"], said["results"], strict=True):
        check(expected, result)
    for id, wanted in row["after"].items():
        if id == "@current":
            assert said["after"]["encounter"]["current"] == wanted
        else:
            creature = said["after"]["creatures"][id]
            assert {key: creature[key] for key in wanted} == wanted


def test_there_are_enough_lines() -> None:
    assert len(ROWS) >= 60


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": 7, "state": {"partei": []}, "calls": []}', "state.partei"),
        ('{"id": 7, "calls": [{"call": "attack", "who": "a", "target": "b", "damage": 99}]}', "damage"),
        ('{"id": 7, "calls": [{"call": "smite"}]}', "calls.0"),
        ('{"id": 7, "calls": [{"call": "attack", "who": "a"}]}', "target"),
        ('{"id": 7, "state": {"party": [{"id": "x"}]}, "calls": []}', "either sheet or creature"),
        ('{"id": 7, "state": {"initiative": {"totals": {"x": 3}}}, "calls": []}', "initiative names x"),
        ('{"id": 7, "state": {"party": [{"creature": "Tarrasque"}]}, "calls": []}', "no Tarrasque"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_with_the_reason(line: str, reason: str) -> None:
    said = rule(line, no_books)

    assert said["id"] == 7
    assert reason in said["refused"]["reason"]


@pytest.mark.parametrize("line", ["nonsense", "[" * 3_000, "null", '{"id": []}', '{"id": 1}' * 200_000])
def test_hostile_lines_are_refused(line: str) -> None:
    assert "refused" in rule(line, no_books)


def test_other_lines_run_beside_a_refused_one(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_text('{"id": "bad"\n\n{"id": "good", "calls": [{"call": "roll", "dice": "2d6+3"}], "faces": [2, 5]}\n')

    printed = CliRunner().invoke(cli, ["dnd", "rule", str(file)], env={"BMO_HOME": str(tmp_path)})

    first, second = (json.loads(line) for line in printed.output.splitlines())
    assert "refused" in first
    assert second["results"][0]["numbers"][0]["total"] == 10
