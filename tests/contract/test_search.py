"""What every library promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ai_servers import room_of, served
from bmo.capabilities.search import MOST_SIGNS, Document, Library, Query
from bmo.core.errors import Refused, Unavailable
from bmo.engines.search.library import DocumentLibrary
from bmo.fakes.search import FakeSearch
from bmo.remote.search import RemoteSearch
from search_corpus import DOCUMENTS


@pytest.fixture(params=["fake", "engine", "remote of fake", "remote of engine"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Library]:
    kind: str = request.param
    made = FakeSearch() if "fake" in kind else DocumentLibrary(tmp_path / "search")
    if "remote" not in kind:
        yield made
        return
    with served(room_of(search=made)) as server:
        yield RemoteSearch(server)


@pytest.fixture
def filled(library: Library) -> Library:
    library.add("projects", DOCUMENTS)
    library.rebuild("projects")
    return library


def test_a_question_finds_the_passage_that_answers_it(filled: Library) -> None:
    found = filled.search(Query("projects", "Who collects the fees in the harbour?"))

    assert found.passages[0].source == "b3"
    assert "harbour master" in found.passages[0].text
    assert found.generation == 1


def test_headings_are_searched_and_told(filled: Library) -> None:
    [best, *_] = filled.search(Query("projects", "mending")).passages

    assert (best.source, best.heading) == ("b1", ("Mending a hull",))


def test_the_best_comes_first_and_no_more_than_asked_for(filled: Library) -> None:
    found = filled.search(Query("projects", "oak planks, canvas, harbour, boat, wind", most=2)).passages

    assert len(found) == 2
    assert found[0].score >= found[1].score > 0


def test_nothing_found_is_an_answer_with_its_generation(filled: Library) -> None:
    found = filled.search(Query("projects", "quasar"))

    assert (found.passages, found.generation) == ((), 1)


@pytest.mark.parametrize("query", ["", "   ", "the of and"])
def test_nothing_to_look_for_finds_nothing(filled: Library, query: str) -> None:
    assert filled.search(Query("projects", query)).passages == ()


def test_a_query_of_a_megabyte_is_refused(filled: Library) -> None:
    with pytest.raises(Refused):
        filled.search(Query("projects", "boat " * 200_000))
    assert filled.search(Query("projects", ("boat " * MOST_SIGNS)[:MOST_SIGNS])).passages


def test_no_index_is_unavailable_and_never_an_empty_answer(filled: Library) -> None:
    with pytest.raises(Unavailable) as fault:
        filled.search(Query("dnd", "boat"))

    assert fault.value.code == "not_indexed"


def test_an_older_index_than_asked_for_is_unavailable(filled: Library) -> None:
    with pytest.raises(Unavailable) as fault:
        filled.search(Query("projects", "boat", generation=2))
    assert fault.value.code == "index_too_old"

    filled.rebuild("projects")
    assert filled.search(Query("projects", "boat", generation=2)).generation == 2


def test_domains_are_apart(filled: Library) -> None:
    filled.add("personal", [Document("diary", "Saw a boat in the harbour.")])
    filled.rebuild("personal")

    assert "diary" not in {one.source for one in filled.search(Query("projects", "boat harbour diary", 100)).passages}


def test_documents_are_replaced_and_deleted_by_their_id(filled: Library) -> None:
    filled.add("projects", [Document("b3", "A lighthouse blinks."), Document("b1", "")])
    assert filled.search(Query("projects", "lighthouse")).passages == ()

    assert filled.rebuild("projects").documents == 2
    assert [one.source for one in filled.search(Query("projects", "lighthouse")).passages] == ["b3"]
    assert filled.search(Query("projects", "oak planks")).passages == ()


@pytest.mark.parametrize("name", ["", " "])
def test_a_document_without_an_id_is_refused(filled: Library, name: str) -> None:
    with pytest.raises(Refused):
        filled.add("projects", [Document(name, "text")])


@pytest.mark.parametrize("most", [-1, 0, 101])
def test_only_so_many_passages_can_be_asked_for(filled: Library, most: int) -> None:
    with pytest.raises(Refused):
        filled.search(Query("projects", "boat", most))


def test_what_the_indexes_hold_is_told(filled: Library) -> None:
    told = {one.domain: one for one in filled.stats()}

    assert (told["projects"].generation, told["projects"].documents, told["projects"].passages) == (1, 3, 3)
    assert told["personal"].generation == 0
