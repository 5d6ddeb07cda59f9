"""A dozen questions over what BMO ships, with the real embedding model."""

from pathlib import Path

import pytest

from bmo.dnd.content import Library
from bmo.dnd.find import library
from bmo.dnd.find.entry import Kind
from bmo.dnd.find.finder import Finder
from bmo.dnd.find.shelf import Shelf
from bmo.engines.minilm import MiniLm
from bmo.engines.search.lexical import LexicalMaker
from models import EMBEDDER, model_path

pytestmark = pytest.mark.real
ASKED = {
    "a troll smacked me flat on my back": "Prone",
    "the ogre is holding on to me tightly": "Grappl",
    "my wizard cannot open his eyes after the flash": "Blinded",
    "the ghoul touched me and now I cannot move": "Paraly",
    "I am scared of that thing": "Frightened",
    "he was turned into rock": "Petrified",
    "the elf has not slept for three days": "Exhaustion",
    "somebody is lying there passed out": "Unconscious",
    "I am all wrapped up in a net": "Restrained",
    "the bard hears nothing since the explosion": "Deafened",
    "nobody is able to see me": "Invisible",
    "snake venom makes me feel awful": "Poisoned",
}


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    entries = [one for one in library.read(Library.standard()) if one.kind in (Kind.CONDITION, Kind.RULE)]
    shelf: Path = tmp_path_factory.mktemp("find") / "rules.npz"
    return Shelf(shelf, LexicalMaker(), MiniLm(model_path(EMBEDDER))).finder(entries)


def test_ten_of_a_dozen_questions_find_their_condition_among_five(finder: Finder) -> None:
    missed = [
        question
        for question, name in ASKED.items()
        if not any(one.entry.name.startswith(name) for one in finder.find(question).findings)
    ]

    assert len(missed) <= 2, missed


def test_what_is_no_question_about_rules_finds_nothing(finder: Finder) -> None:
    answer = finder.find("who is bringing the pizza to the game tonight")

    assert answer.findings == ()
