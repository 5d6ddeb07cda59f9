import os
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from bmo.capabilities.embed import Texts, Vectors
from bmo.capabilities.search import MOST_SIGNS, Document, Query
from bmo.core.errors import Broken, Busy, Refused, TooLarge, Unavailable
from bmo.engines.search.library import DocumentLibrary
from bmo.engines.search.shelf import Shelf
from search_corpus import DOCUMENTS, write_corpus


@pytest.fixture
def library(tmp_path: Path) -> DocumentLibrary:
    made = DocumentLibrary(tmp_path / "search")
    made.index("projects", write_corpus(tmp_path / "documents"))
    return made


def sources(library: DocumentLibrary, text: str, domain: str = "projects") -> list[str]:
    return [one.source for one in library.search(Query(domain, text)).passages]


def files(library: DocumentLibrary, tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "search" / "projects").iterdir())


def test_a_passage_comes_with_its_source_and_headings(library: DocumentLibrary) -> None:
    found = library.search(Query("projects", "How long does a lantern burn?"))

    assert found.generation == 1
    assert found.passages[0].source == "rules/lanterns.md"
    assert found.passages[0].heading == ("The house of lanterns", "Lanterns")
    assert "three hours" in found.passages[0].text


def test_nothing_found_is_an_answer_and_no_index_is_not(library: DocumentLibrary) -> None:
    assert library.search(Query("projects", "quasar")).passages == ()
    with pytest.raises(Unavailable, match="bmo search index") as fault:
        library.search(Query("personal", "lantern"))
    assert fault.value.code == "not_indexed"


def test_an_index_that_is_too_old_is_unavailable(library: DocumentLibrary) -> None:
    with pytest.raises(Unavailable) as fault:
        library.search(Query("projects", "lantern", generation=2))

    assert fault.value.code == "index_too_old"


def test_domains_are_apart(library: DocumentLibrary) -> None:
    library.add("personal", DOCUMENTS)
    library.rebuild("personal")

    assert sources(library, "harbour fees", "personal") == ["b3"]
    assert "lanterns.md" not in str(sources(library, "lantern", "personal"))


def test_a_query_that_is_too_long_is_refused(library: DocumentLibrary) -> None:
    with pytest.raises(TooLarge):
        library.search(Query("projects", "a" * 1_000_000))
    assert library.search(Query("projects", "lantern " * (MOST_SIGNS // 8))).passages


@pytest.mark.parametrize("most", [0, -1, 101])
def test_only_so_many_passages_can_be_asked_for(library: DocumentLibrary, most: int) -> None:
    with pytest.raises(Refused):
        library.search(Query("projects", "lantern", most=most))


def test_an_empty_folder_makes_an_index_that_finds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    library = DocumentLibrary(tmp_path / "search")

    assert library.index("dnd", tmp_path / "empty").passages == 0
    assert library.search(Query("dnd", "lantern")).generation == 1


def test_documents_that_were_handed_in_are_found_after_a_rebuild(library: DocumentLibrary) -> None:
    library.add("projects", [Document("n1", "Comets have tails of dust.", "Comets")])
    assert sources(library, "comet") == []

    stats = library.rebuild("projects")
    assert stats.generation == 2
    assert sources(library, "comet") == ["n1"]
    assert sources(library, "lantern burns")[0] == "rules/lanterns.md"


def test_a_document_replaces_the_one_of_its_id_and_without_text_deletes_it(library: DocumentLibrary) -> None:
    for text in ("Comets have tails.", "Planets have moons.", ""):
        library.add("projects", [Document("n1", text)])
        library.rebuild("projects")

        assert sources(library, "comets") == (["n1"] if "Comets" in text else [])
        assert sources(library, "planets") == (["n1"] if "Planets" in text else [])


def test_what_a_dying_process_was_adding_spoils_nothing(library: DocumentLibrary, tmp_path: Path) -> None:
    library.add("projects", [Document("n1", "Comets have tails.")])
    with (tmp_path / "search" / "projects" / "added.jsonl").open("ab") as file:
        file.write(b'{"id": "n2", "te')
    library.add("projects", [Document("n3", "Planets have moons.")])
    library.rebuild("projects")

    assert sources(library, "comets") == ["n1"]
    assert sources(library, "planets") == ["n3"]


def test_another_process_sees_the_swap_at_its_next_query(library: DocumentLibrary, tmp_path: Path) -> None:
    other = DocumentLibrary(tmp_path / "search")
    assert other.search(Query("projects", "lantern")).generation == 1

    library.rebuild("projects")
    assert other.search(Query("projects", "lantern")).generation == 2


def test_only_two_generations_stay_on_disk(library: DocumentLibrary, tmp_path: Path) -> None:
    for _ in range(3):
        library.rebuild("projects")

    assert files(library, tmp_path) == ["current.json", "index-3.npz", "index-4.npz", "lock"]


def test_nobody_builds_while_somebody_does(library: DocumentLibrary, tmp_path: Path) -> None:
    with Shelf(tmp_path / "search" / "projects").building(), pytest.raises(Busy):
        library.rebuild("projects")

    assert library.rebuild("projects").generation == 2


def test_a_rebuild_during_queries_never_yields_an_error_or_a_mixed_answer(tmp_path: Path) -> None:
    """Every document of a generation names it: an answer that held two would show."""
    library, other = DocumentLibrary(tmp_path / "search"), DocumentLibrary(tmp_path / "search")
    names = [f"d{number}" for number in range(30)]

    def fill(generation: int) -> None:
        library.add("dnd", [Document(name, f"A marker of round{generation}.") for name in names])
        assert library.rebuild("dnd").generation == generation

    fill(1)
    wrong: list[object] = []
    done = threading.Event()

    def ask(readers: DocumentLibrary) -> None:
        while not done.is_set():
            try:
                found = readers.search(Query("dnd", "marker", most=100))
            except Exception as fault:  # whatever it is, it must not be
                wrong.append(fault)
                return
            if {one.text for one in found.passages} != {f"A marker of round{found.generation}."}:
                wrong.append(found)
            if len(found.passages) != len(names):
                wrong.append(found)

    askers = [threading.Thread(target=ask, args=(readers,)) for readers in (library, library, other)]
    for asker in askers:
        asker.start()
    for generation in range(2, 25):
        fill(generation)
    done.set()
    for asker in askers:
        asker.join()

    assert wrong == []


def test_a_build_that_is_killed_leaves_the_old_index_served(library: DocumentLibrary, tmp_path: Path) -> None:
    """Killed at the worst moment: the new file is whole, the pointer not yet moved."""
    program = (
        "import os, signal, sys; from pathlib import Path; from bmo.engines.search import shelf\n"
        "from bmo.engines.search.library import DocumentLibrary\n"
        "write = shelf.arrays.write\n"
        "def deadly(file, made):\n"
        "    write(file, made); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
        "shelf.arrays.write = deadly\n"
        "DocumentLibrary(Path(sys.argv[1])).rebuild('projects')\n"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path / "search")], timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert any(name.startswith(".arriving-") for name in os.listdir(tmp_path / "search" / "projects"))

    assert library.search(Query("projects", "lantern")).generation == 1
    assert library.rebuild("projects").generation == 2
    assert files(library, tmp_path) == ["current.json", "index-1.npz", "index-2.npz", "lock"]


@pytest.mark.parametrize("name", ["current.json", "index-1.npz"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 200])
def test_damaged_files_are_a_sentence_and_a_new_index_mends_them(
    library: DocumentLibrary, tmp_path: Path, name: str, damage: bytes
) -> None:
    broken = tmp_path / "search" / "projects" / name
    broken.unlink()  # never written over: others may have it mapped
    broken.write_bytes(damage)
    fresh = DocumentLibrary(tmp_path / "search")

    with pytest.raises(Unavailable, match="bmo search index") as fault:
        fresh.search(Query("projects", "lantern"))
    assert fault.value.code == "index_damaged"
    assert len(fresh.stats()) == 3
    assert fresh.index("projects", tmp_path / "documents").generation == 2
    assert sources(fresh, "lantern")


def test_an_array_that_is_missing_is_damage_too(library: DocumentLibrary, tmp_path: Path) -> None:
    path = tmp_path / "search" / "projects" / "index-1.npz"
    path.unlink()
    with zipfile.ZipFile(path, "w"):
        pass

    with pytest.raises(Unavailable, match="damaged"):
        DocumentLibrary(tmp_path / "search").search(Query("projects", "lantern"))


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("a file where a folder should be")
    library = DocumentLibrary(tmp_path / "search")

    with pytest.raises(Broken, match="cannot be written"):
        library.add("dnd", DOCUMENTS)


def test_a_folder_that_has_gone_leaves_the_index_as_it_was(library: DocumentLibrary, tmp_path: Path) -> None:
    (tmp_path / "documents").rename(tmp_path / "elsewhere")

    with pytest.raises(Broken, match="no folder"):
        library.rebuild("projects")
    assert library.search(Query("projects", "lantern")).generation == 1


class Embedder:
    """Two meanings: water and everything else."""

    name = "embedder"

    def __init__(self, failure: Exception | None = None, model: str = "water") -> None:
        self.failure = failure
        self.model = model
        self.texts: list[str] = []

    def embed(self, texts: Texts) -> Vectors:
        if self.failure:
            raise self.failure
        self.texts += texts.texts
        water = ("boat", "canoe", "sail", "hull", "harbour")
        vectors = tuple(
            (1.0, 0.0) if any(word in text.lower() for word in water) else (0.0, 1.0) for text in texts.texts
        )
        return Vectors(vectors, self.model)


def embedded(folder: Path, embedder: Embedder | None) -> DocumentLibrary:
    return DocumentLibrary(folder / "search", embedder)


def test_embeddings_find_what_shares_no_word(tmp_path: Path) -> None:
    library = embedded(tmp_path, Embedder())
    library.index("projects", write_corpus(tmp_path / "documents"))

    assert library.stats()[-1].embeddings == "water"
    assert set(sources(library, "canoe")) == {"b1", "b2", "b3"}


@pytest.mark.parametrize("now", [None, Embedder(Unavailable("gone")), Embedder(Busy("full")), Embedder(model="other")])
def test_without_the_model_of_the_index_search_goes_on_by_words(tmp_path: Path, now: Embedder | None) -> None:
    embedded(tmp_path, Embedder()).index("projects", write_corpus(tmp_path / "documents"))
    later = embedded(tmp_path, now)

    assert sources(later, "canoe") == []
    assert sources(later, "harbour fees")[0] == "b3"


def test_an_index_without_embeddings_is_better_than_none_and_says_so(tmp_path: Path) -> None:
    library = embedded(tmp_path, Embedder(Unavailable("The model is gone.")))
    stats = library.index("projects", write_corpus(tmp_path / "documents"))

    assert stats.embeddings == ""
    assert stats.problems == ("Indexed without embeddings: The model is gone.",)


def test_only_what_is_new_is_embedded_again(tmp_path: Path) -> None:
    first, second, other = Embedder(), Embedder(), Embedder(model="other")
    embedded(tmp_path, first).index("projects", write_corpus(tmp_path / "documents"))
    again = embedded(tmp_path, second)
    again.add("projects", [Document("n1", "A canal lock fills slowly.")])
    again.rebuild("projects")

    assert len(first.texts) == 9  # eight passages, and the one that tells which model it is
    assert second.texts[1:] == ["A canal lock fills slowly."]
    assert set(sources(again, "canoe")) == {"b1", "b2", "b3"}

    assert embedded(tmp_path, other).rebuild("projects").embeddings == "other"
    assert len(other.texts) == 10


@pytest.mark.parametrize("damage", [None, b"rubbish"])
def test_damage_to_the_index_before_costs_only_time(tmp_path: Path, damage: bytes | None) -> None:
    library = embedded(tmp_path, Embedder())
    library.index("projects", write_corpus(tmp_path / "documents"))
    (tmp_path / "search" / "projects" / "index-1.npz").unlink()
    if damage is not None:
        (tmp_path / "search" / "projects" / "index-1.npz").write_bytes(damage)

    assert library.rebuild("projects").embeddings == "water"


def test_problems_are_told(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path / "documents")
    (folder / "broken.pdf").write_bytes(b"nothing")

    problems: Sequence[str] = DocumentLibrary(tmp_path / "search").index("dnd", folder).problems
    assert len(problems) == 1
    assert "broken.pdf" in problems[0]
