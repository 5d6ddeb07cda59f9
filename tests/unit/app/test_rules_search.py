"""The rules and a person's own books, searched as one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bmo.app.rules_search import OWN, RulesSearch
from bmo.run.find_command import find


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    (folder / OWN).mkdir(parents=True)
    (folder / OWN / "adventure.md").write_text("# The Crypt\n\nThe traitor is Count Ludwig, who hides in the mill.")
    return folder


@pytest.fixture(scope="module")
def search(home: Path) -> RulesSearch:
    return RulesSearch(home)


def test_every_answer_has_its_source_and_heading(search: RulesSearch) -> None:
    answer = search.answer("I got knocked over, can I still attack?")

    assert "Prone" in [one.entry.name for one in answer.findings]
    assert all(one.entry.source and one.entry.heading for one in answer.findings)


def test_only_the_master_is_answered_out_of_own_books(search: RulesSearch) -> None:
    question = "is Count Ludwig the traitor who hides in the mill"

    mine = search.answer(question, master=True)
    players = search.answer(question)

    assert mine.findings[0].place == "adventure.md > The Crypt"
    assert "Ludwig" not in str(players)


def test_a_book_that_came_is_found_at_the_next_question(home: Path, search: RulesSearch) -> None:
    search.prepared()
    (home / OWN / "house.md").write_text("# Brewing\n\nZwergenbier gives the dwarvenbrew bonus to arm wrestling.")

    answer = search.answer("what does zwergenbier give", master=True)

    assert answer.findings[0].place == "house.md > Brewing"


def test_the_command_prints_what_it_found_as_json(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BMO_HOME", str(home))

    done = CliRunner().invoke(find, ["--by-words", "--json", "how", "do", "I", "grab", "somebody"])

    found = json.loads(done.stdout)["found"]
    assert "Grappl" in str([one["heading"] for one in found])


def test_the_command_says_that_nothing_was_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BMO_HOME", str(home))

    done = CliRunner().invoke(find, ["--by-words", "what are a mind flayer's powers"])

    assert done.exit_code == 0
    assert done.stdout == "The rules do not say. Mind Flayer is of another book.\n"
