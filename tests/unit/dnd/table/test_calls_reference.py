"""The reference of calls: every call has an example that the engine takes, and the page is what the code says."""

import json
from pathlib import Path
from typing import get_args

import pytest

from bmo.core.errors import NotFound
from bmo.dnd.rules.terms import Edition
from bmo.dnd.table.calls import CALL, Call
from bmo.dnd.table.combatant import Combatant, SpellRule
from bmo.dnd.table.examples import EXAMPLES, STATE, Said
from bmo.dnd.table.reference import reference
from bmo.dnd.table.ruling import rule

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "dnd-calls.md"


class NoBooks:
    def combatant(self, name: str) -> Combatant:
        raise NotFound(f"There is no {name}.")

    def spell(self, name: str) -> SpellRule:
        raise NotFound(f"There is no {name}.")


def no_books(_edition: Edition) -> NoBooks:
    return NoBooks()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example[-1]["call"])
def test_the_engine_takes_every_example(example: tuple[Said, ...]) -> None:
    said = rule(json.dumps({"id": "example", "state": STATE, "calls": example}), no_books)

    assert [result.get("refused") for result in said["results"]] == [None] * len(example)
    assert said["results"][-1]["events"]


def test_there_is_an_example_of_every_call() -> None:
    kinds = get_args(get_args(Call)[0])

    assert [example[-1]["call"] for example in EXAMPLES] == [kind.model_fields["call"].default for kind in kinds]


def test_every_call_is_read_back_as_it_was_written() -> None:
    for example in EXAMPLES:
        for said in example:
            call = CALL.validate_json(json.dumps(said))

            assert CALL.validate_json(call.model_dump_json()) == call


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text() == reference(), "python -m bmo.dnd.table.reference > docs/reference/dnd-calls.md"
