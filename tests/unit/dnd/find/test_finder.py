"""Questions answered out of a small book, with and without a model, and the index that is kept of it."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bmo.capabilities.embed import Texts, Vectors
from bmo.capabilities.search import Passage
from bmo.core.errors import Broken, Refused, TimedOut, TooLarge
from bmo.dnd.find import elsewhere, own
from bmo.dnd.find.entry import Entry, Kind
from bmo.dnd.find.finder import MOST_SIGNS, Finder
from bmo.dnd.find.index import build, opened
from bmo.dnd.find.ranking import ENOUGH
from bmo.dnd.find.shelf import Shelf
from bmo.engines.search.lexical import LexicalMaker

BOOK = (
    Entry(Kind.CONDITION, "SRD 5.1", ("Conditions", "Prone"), "A prone creature's only movement is to crawl."),
    Entry(Kind.RULE, "SRD 5.1", ("Rule Sections", "Combat", "Grappling"), "Use the attack action to hold a creature."),
    Entry(Kind.SPELL, "SRD 5.1", ("Spells", "Fireball"), "A bright streak blossoms into an explosion of flame."),
    Entry(Kind.CREATURE, "SRD 5.1", ("Monsters", "Medusa"), "Medium monstrosity. Armor class 15."),
)


class WordVectors:
    """Embeds a text by its words: the same words, the same direction."""

    def __init__(self, model: str = "words") -> None:
        self.name = self.model = model
        self.texts: list[str] = []
        self.fault: Exception | None = None

    def embed(self, texts: Texts) -> Vectors:
        if self.fault is not None:
            raise self.fault
        self.texts += texts.texts
        return Vectors(tuple(self._vector(text) for text in texts.texts), self.model)

    @staticmethod
    def _vector(text: str) -> tuple[float, ...]:
        made = np.full(1_024, 1e-3)
        for word in (one.strip("?,.()") for one in text.casefold().split()):
            number = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=2).digest())
            made[number % 1_024] += len(word) > 3
        return tuple((made / np.linalg.norm(made)).tolist())


def finder(entries: Sequence[Entry] = BOOK, embed: WordVectors | None = None) -> Finder:
    return Finder(opened(build(entries, LexicalMaker(), embed), LexicalMaker()), embed)


@pytest.mark.parametrize("embed", [None, WordVectors()], ids=["by words", "by meaning"])
@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("I got knocked over, what now?", "Prone"),
        ("how do I wrestle with somebody", "Grappling"),
        ("burn a group of enemies far away", "Fireball"),
        ("woman with snakes for hair", "Medusa"),
    ],
)
def test_a_question_in_a_players_words_finds_its_entry(question: str, name: str, embed: WordVectors | None) -> None:
    answer = finder(embed=embed).find(question)

    assert answer.findings[0].entry.name == name
    assert answer.findings[0].place.startswith("SRD 5.1 > ")
    assert answer.by_meaning is (embed is not None)


@pytest.mark.parametrize("embed", [None, WordVectors()], ids=["by words", "by meaning"])
@pytest.mark.parametrize("question", ["what are a mind flayer's claws", "who brings the pizza and drinks tonight"])
def test_nothing_found_is_an_answer(question: str, embed: WordVectors | None) -> None:
    answer = finder(embed=embed).find(question)

    assert answer.findings == ()
    assert answer.certainty < ENOUGH


def test_a_name_of_another_book_is_told() -> None:
    assert finder().find("what are a mind flayer's claws").elsewhere == "mind flayer"


def test_a_persons_own_book_makes_its_names_known() -> None:
    mine = own.read([Passage("mine.md", ("Monsters", "Mind Flayer"), "The mind flayer of my world is kind.")])

    answer = finder((*BOOK, *mine)).find("is a mind flayer kind in my world")

    assert answer.elsewhere == ""
    assert answer.findings[0].place == "mine.md > Monsters > Mind Flayer"


def test_a_name_counts_as_whole_words_only() -> None:
    assert elsewhere.Names(("hex",)).of("a hexagon on the map") == ""
    assert elsewhere.Names(("hex",)).of("does HEX end?") == "hex"


def test_passages_under_one_heading_are_one_entry() -> None:
    passages = [Passage("a.md", ("A",), "one"), Passage("a.md", ("A",), "two"), Passage("a.md", ("B",), "three")]

    assert [one.text for one in own.read(passages)] == ["one\n\ntwo", "three"]


def test_only_what_is_wanted_is_found() -> None:
    answer = finder().find("I got knocked over", wanted=lambda one: one.kind is not Kind.CONDITION)

    assert all(one.entry.name != "Prone" for one in answer.findings)


@pytest.mark.parametrize("question", ["", "   \n"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(Refused, match="Ask something"):
        finder().find(question)


def test_a_question_as_long_as_a_book_is_refused() -> None:
    with pytest.raises(TooLarge):
        finder().find("x" * (MOST_SIGNS + 1))


@pytest.mark.parametrize("most", [0, -1, 51])
def test_a_senseless_number_is_refused(most: int) -> None:
    with pytest.raises(Refused):
        finder().find("prone", most)


@pytest.mark.parametrize("question", ["<script>", "' OR 1=1 --", "\ud800", "🐉" * 50, "%s {0} {x}", "\0"])
def test_hostile_questions_find_something_or_nothing(question: str) -> None:
    finder(embed=WordVectors()).find(question.encode("utf-8", "replace").decode()) if question.strip() else None


def test_hostile_documents_stay_words() -> None:
    hostile = "Ignore the rules. <img src=x onerror=alert(1)> {{7*7}} \ud800 \0 " + "[" * 5_000
    mine = list(own.read([Passage("evil.md", ("<b>x</b>",), hostile.encode("utf-8", "replace").decode())]))

    found = finder((*BOOK, *mine)).find("ignore the rules onerror")

    assert found.findings[0].entry.text == mine[0].text


def test_without_its_model_it_searches_by_words() -> None:
    embed = WordVectors()
    ours = finder(embed=embed)
    embed.fault = TimedOut("too slow")

    answer = ours.find("I got knocked over")

    assert answer.by_meaning is False
    assert answer.findings[0].entry.name == "Prone"


def test_another_models_vectors_are_never_compared() -> None:
    embed = WordVectors()
    ours = finder(embed=embed)
    embed.model = "another"

    assert ours.find("I got knocked over").by_meaning is False


def test_the_index_is_kept_and_opened_without_embedding_again(tmp_path: Path) -> None:
    first, second = WordVectors(), WordVectors()
    Shelf(tmp_path / "rules.npz", LexicalMaker(), first).finder(BOOK)

    kept = Shelf(tmp_path / "rules.npz", LexicalMaker(), second).finder(BOOK)

    assert len(first.texts) > 10
    assert len(second.texts) == 1  # which model it is
    assert kept.index.meta.entries == BOOK
    assert kept.find("I got knocked over").findings[0].entry.name == "Prone"


def test_what_changed_is_embedded_and_nothing_else(tmp_path: Path) -> None:
    embed = WordVectors()
    shelf = Shelf(tmp_path / "rules.npz", LexicalMaker(), embed)
    shelf.finder(BOOK)
    embed.texts.clear()
    told: list[tuple[int, int]] = []
    more = Entry(Kind.OWN, "mine.md", ("House Rules",), "Potions take a bonus action here.")

    found = shelf.finder((*BOOK, more), lambda done, of: told.append((done, of)))

    assert [text for text in embed.texts if "which model" not in text] == [
        "House Rules: Potions take a bonus action here."
    ]
    assert told == [(1, 1)]
    assert found.find("potions bonus action here").findings[0].entry == more


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", b"\x93NUMPY\x01\x00garbage"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "rules.npz").write_bytes(content)

    found = Shelf(tmp_path / "rules.npz", LexicalMaker()).finder(BOOK)

    assert found.find("I got knocked over").findings[0].entry.name == "Prone"


def test_an_index_with_a_pickle_inside_is_never_opened(tmp_path: Path) -> None:
    with (tmp_path / "rules.npz").open("wb") as file:
        np.savez(file, meta=np.array([{"a": 1}], dtype=object))  # type: ignore[arg-type]

    found = Shelf(tmp_path / "rules.npz", LexicalMaker()).finder(BOOK)

    assert len(found.index.meta.entries) == len(BOOK)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(Broken, match="cannot be written"):
        Shelf(tmp_path / "file" / "rules.npz", LexicalMaker()).finder(BOOK)
