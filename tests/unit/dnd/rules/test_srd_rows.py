"""The rules, line by line: each row of the tables names the section of the SRD that it comes from."""

import json
import os
import re
from pathlib import Path

import pytest

from bmo.core.errors import Refused
from bmo.dnd.rules.terms import Edition
from srd import checks_rows, fights_rows, magic_rows, moves_rows
from srd.row import MORE, OLD, RULES, Refusal, Row

ROWS: list[Row] = [*checks_rows.ROWS, *fights_rows.ROWS, *magic_rows.ROWS, *moves_rows.ROWS]
DATA = Path(os.environ.get("BMO_BENCH_DATA") or Path(__file__).parents[4] / ".." / "shared" / "data") / "srd"
NOT_THERE = {
    ("5.1", "Character Advancement"), ("5.1", "Monsters: Experience Points"), ("5.1", "Multiclassing: Spellcasting"),
    ("5.2.1", "Multiclassing: Spellcasting"), ("5.2.1", "Gameplay Toolbox: Combat Encounters"),
}  # fmt: skip
"""Sections of the SRD that the folder lacks. Of 5.2.1 it lacks all of `Playing the Game` and the `Rules Glossary`, but
the conditions."""


# By number: arguments that are sets are written in another order by each of the workers.
@pytest.mark.parametrize("row", ROWS, ids=[f"{number}-{row.call.__name__}" for number, row in enumerate(ROWS)])
def test_a_rule_comes_to_what_the_srd_says(row: Row) -> None:
    expected = row.case.expected
    if not isinstance(expected, Refusal):
        assert row.call(*row.case.args, **row.case.named) == expected
        return
    with pytest.raises(Refused) as refused:
        row.call(*row.case.args, **row.case.named)

    assert refused.value.code == expected.code
    assert refused.value.sentence.endswith(".")


def test_there_are_more_than_300_rows_and_none_is_there_twice() -> None:
    assert len(ROWS) >= 300

    assert len({str(row) + row.rule for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("rule", RULES + MORE)
def test_every_rule_that_was_promised_has_a_row(rule: str) -> None:
    assert any(row.rule == rule for row in ROWS)


@pytest.mark.parametrize("edition", Edition)
def test_both_editions_have_rows(edition: Edition) -> None:
    assert sum(row.edition is edition for row in ROWS) >= (200 if edition is OLD else 40)


@pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data/srd here")
@pytest.mark.parametrize("edition", Edition)
def test_every_section_is_really_in_the_srd(edition: Edition) -> None:
    there = _headings(DATA / edition.value)

    named = {row.section for row in ROWS if row.edition is edition}
    missing = {section for section in named - there if (edition.value, section) not in NOT_THERE}
    assert {
        section for section in missing if not section.startswith(("Rules Glossary: ", "Playing the Game: "))
    } == set()
    assert edition is not OLD or missing == set()


def _headings(folder: Path) -> set[str]:
    """Names of entries, headings and the bold words at the begin of a paragraph."""
    found: set[str] = set()
    for file in folder.glob("*.json"):
        text = file.read_text(encoding="utf-8")
        for entry in json.loads(text):
            found.add(entry.get("name", ""))
            if file.stem in ("Monsters", "Classes"):
                found.update(one["name"] for one in entry.get("special_abilities", []))
        found.update(re.findall(r"#{2,5} ([^#\\\"\n]+?)(?=\\n|\")", text))
        found.update(one.rstrip(".") for one in re.findall(r"\*\*\*([^*]+)\*\*\*", text))
    return found
