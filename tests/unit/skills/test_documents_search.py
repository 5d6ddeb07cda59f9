"""Documents that are dropped into a folder are found, cited, and found no more when they are gone."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pytest
from pypdf import PdfWriter

from bmo.capabilities.action import Asked, Done
from bmo.capabilities.search import Document, Domain, IndexStats, Passage
from bmo.core.errors import BmoError, Broken, Refused, Unavailable, Unreachable
from bmo.engines.search.library import DocumentLibrary
from bmo.engines.search.reading import DocumentReader
from bmo.fakes.clock import ManualClock
from bmo.skills.documents.papers import Papers
from bmo.skills.documents.skill import documents_skill
from papers import ADA, BOAT, BOB, BOILER, KID, KITCHEN, VISITOR, kept, personal, projects, put
from search_corpus import pdf


def ask(papers: Papers, query: str, asked: Asked = ADA) -> Done:
    action = next(one for one in documents_skill(papers).actions if one.name == "documents.search")
    return action.run(action.arguments(query=query), asked)


def problems(papers: Papers) -> dict[str, str]:
    return {one.path: one.problem for one in papers.documents.listed(ADA) if one.problem}


def test_an_answer_cites_file_and_heading_and_carries_the_passage(tmp_path: Path) -> None:
    put(personal(tmp_path) / "boiler.md", BOILER)
    with kept(tmp_path) as papers:
        papers.documents.look()
        done = ask(papers, "boiler pressure")

    assert done.sentence.startswith(
        "In boiler.md, under Maintenance: The pressure has to stay between 1.2 and 1.8 bar."
    )
    [best, *_] = done.data["passages"]
    assert (best["domain"], best["file"], best["heading"]) == ("personal", "boiler.md", ["The boiler", "Maintenance"])
    assert "blue tap" in best["text"]
    assert done.data["generations"] == {"personal": 1}


@pytest.mark.parametrize(
    "topic", ["submarines", "the dentist", "quantum chromodynamics", "pancake recipe", "tax return"]
)
def test_nothing_found_is_an_answer(tmp_path: Path, topic: str) -> None:
    put(personal(tmp_path) / "boiler.md", BOILER)
    put(projects(tmp_path) / "boat.md", BOAT)
    with kept(tmp_path) as papers:
        papers.documents.look()
        done = ask(papers, topic)

    assert done.sentence == "I found nothing about that in your documents."
    assert done.data["passages"] == []


def test_half_of_what_was_asked_about_is_told_as_the_nearest_only(tmp_path: Path) -> None:
    put(personal(tmp_path) / "boiler.md", BOILER)
    with kept(tmp_path) as papers:
        papers.documents.look()
        done = ask(papers, "boiler insurance")

    assert done.sentence.startswith("I found nothing about exactly that. This is the nearest. In boiler.md")


def test_without_any_document_nothing_is_found_and_nobody_is_asked(tmp_path: Path) -> None:
    with kept(tmp_path) as papers:
        papers.documents.look()

        assert ask(papers, "boiler").sentence == "I found nothing about that in your documents."
    assert personal(tmp_path).is_dir()
    assert not (tmp_path / "data" / "search").exists()


def test_a_file_that_changes_moves_or_goes_is_found_as_it_is_now(tmp_path: Path) -> None:
    file = put(projects(tmp_path) / "boat.md", BOAT)
    with kept(tmp_path) as papers:
        papers.documents.look()
        put(file, "# Boat\n\n## Anchor\n\nThe anchor weighs nine kilos.\n")
        papers.documents.look()
        assert "nothing" in ask(papers, "mainsail").sentence
        assert ask(papers, "anchor").sentence == "In boat.md, under Anchor: The anchor weighs nine kilos."

        file.rename(projects(tmp_path) / "ship.md")
        papers.documents.look()
        assert ask(papers, "anchor").sentence.startswith("In ship.md, under Anchor")

        (projects(tmp_path) / "ship.md").unlink()
        papers.documents.look()
        assert "nothing" in ask(papers, "anchor").sentence
        assert papers.documents.listed(ADA) == ()


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    put(projects(tmp_path) / "boat.md", BOAT)
    with kept(tmp_path) as papers:
        papers.documents.look()
        before = papers.documents.states(ADA)[1].generation
        papers.documents.look()
        papers.documents.look()

        assert papers.documents.states(ADA)[1].generation == before == 1


def test_a_file_that_is_still_being_written_waits(tmp_path: Path) -> None:
    clock = ManualClock()
    file = put(projects(tmp_path) / "boat.md", "# Boat\n\nThe keel")
    now = clock.now().timestamp()
    os.utime(file, (now, now))
    with kept(tmp_path, clock=clock, settled=2.0) as papers:
        assert papers.documents.look()
        assert papers.documents.listed(ADA) == ()
        put(file, BOAT)
        os.utime(file, (now + 1, now + 1))
        assert papers.documents.look()
        assert papers.documents.listed(ADA) == ()

        papers.documents.look()  # it stayed as it was

        assert ask(papers, "mainsail").sentence.startswith("In boat.md")


def test_after_a_restart_nothing_is_read_twice_and_a_lost_index_is_made_again(tmp_path: Path) -> None:
    put(projects(tmp_path) / "boat.md", BOAT)
    with kept(tmp_path) as papers:
        papers.documents.look()
    with kept(tmp_path) as papers:
        papers.documents.look()
        assert papers.documents.states(ADA)[1].generation == 1

    for file in (tmp_path / "data" / "search" / "projects").iterdir():
        file.unlink()
    with kept(tmp_path) as papers:
        papers.documents.look()

        assert ask(papers, "mainsail").sentence.startswith("In boat.md, under Sails")


def test_an_index_that_is_lost_while_bmo_runs_is_made_again(tmp_path: Path) -> None:
    put(projects(tmp_path) / "boat.md", BOAT)
    with kept(tmp_path) as papers:
        papers.documents.look()
        for file in (tmp_path / "data" / "search" / "projects").iterdir():
            file.unlink()
        with pytest.raises(Unavailable, match="still reading"):
            ask(papers, "mainsail")
        papers.documents.look()

        assert ask(papers, "mainsail").sentence.startswith("In boat.md")


class Dying(DocumentLibrary):
    """Fails at a step, once."""

    at = ""

    def add(self, domain: Domain, documents: Sequence[Document]) -> None:
        if self.at == "half":
            super().add(domain, documents[:1])
        self._maybe("add", "half")
        super().add(domain, documents)

    def rebuild(self, domain: Domain) -> IndexStats:
        self._maybe("rebuild")
        return super().rebuild(domain)

    def _maybe(self, *steps: str) -> None:
        if self.at in steps:
            self.at = ""
            raise Unreachable("here cannot be reached.")


@pytest.mark.parametrize("step", ["add", "half", "rebuild"])
def test_whoever_dies_in_the_middle_leaves_nothing_wrong_behind(tmp_path: Path, step: str) -> None:
    file = put(personal(tmp_path) / "boiler.md", BOILER)
    library = Dying(tmp_path / "data" / "search")
    with kept(tmp_path, library) as papers:
        papers.documents.look()
        library.at = step
        put(file, "# The boiler\n\nIt is gone.\n")
        papers.documents.look()
        assert papers.documents.states(ADA)[0].trouble == "here cannot be reached."
    with kept(tmp_path, library) as papers:  # a new process knows of it only what is on the disk
        papers.documents.look()

        assert papers.documents.states(ADA)[0].trouble == ""
        assert ask(papers, "boiler").sentence == "In boiler.md, under The boiler: It is gone."
        assert "nothing" in ask(papers, "blue tap").sentence


def test_a_folder_that_is_unplugged_is_told_of_and_what_it_held_stays_found(tmp_path: Path) -> None:
    put(projects(tmp_path) / "boat.md", BOAT)
    with kept(tmp_path) as papers:
        papers.documents.look()
        projects(tmp_path).rename(tmp_path / "unplugged")
        papers.documents.look()

        assert "cannot be read" in papers.documents.states(ADA)[1].trouble
        assert ask(papers, "mainsail").sentence.startswith("In boat.md")


def test_what_cannot_be_taken_in_is_told_of_with_the_reason(tmp_path: Path) -> None:
    folder = projects(tmp_path)
    secret = put(tmp_path / "secret.md", "# Secret\n\nThe code is 4711.")
    put(folder / "photo.jpg", b"\xff\xd8")
    put(folder / "binary.txt", b"\0\1\2\3" * 100)
    put(folder / "broken.pdf", b"%PDF-1.4 and then nothing")
    put(folder / "large.txt", b"word " * 1_100_000)
    put(folder / ".hidden.md", "# Hidden\n\nNobody's business.")
    put(folder / "fine.md", "# Fine\n\nThis one can be read.")
    (folder / "link.md").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path)
    os.link(secret, folder / "second.md")
    os.mkfifo(folder / "pipe.md")
    with kept(tmp_path) as papers:
        papers.documents.look()
        told = problems(papers)
        assert "nothing" in ask(papers, "secret code").sentence

        assert ask(papers, "can be read fine").sentence.startswith("In fine.md")
    assert set(told) == {
        "photo.jpg", "binary.txt", "broken.pdf", "large.txt", "link.md", "linked", "second.md", "pipe.md",
    }  # fmt: skip
    assert "neither" in told["photo.jpg"]
    assert "not plain text" in told["binary.txt"]
    assert "cannot be read as PDF" in told["broken.pdf"]
    assert "too large" in told["large.txt"]
    assert "link" in told["link.md"]
    assert "hard link" in told["second.md"]
    assert "not a plain file" in told["pipe.md"]


def test_a_huge_folder_is_looked_at_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmo.skills.documents.scan.MOST_FILES", 5)
    for number in range(9):
        put(projects(tmp_path) / f"{number}.txt", f"Number {number}.")
    with kept(tmp_path) as papers:
        papers.documents.look()
        listed = papers.documents.listed(ADA)

    assert [one.path for one in listed] == ["*", "0.txt", "1.txt", "2.txt", "3.txt", "4.txt"]
    assert listed[0].problem == "There are more than 5 files."


def test_a_pdf_is_cited_by_its_page(tmp_path: Path) -> None:
    put(personal(tmp_path) / "warranty.pdf", pdf("The warranty of the dishwasher ends in May."))
    with kept(tmp_path) as papers:
        papers.documents.look()

        assert ask(papers, "dishwasher warranty").sentence == (
            "In warranty.pdf, under Page 1: The warranty of the dishwasher ends in May."
        )


def test_a_scanned_pdf_and_a_locked_one_say_what_to_do(tmp_path: Path) -> None:
    scanned, locked = PdfWriter(), PdfWriter()
    scanned.add_blank_page(200, 200)
    locked.add_blank_page(200, 200)
    locked.encrypt("4711", algorithm="RC4-128")
    projects(tmp_path).mkdir(parents=True)
    scanned.write(projects(tmp_path) / "scanned.pdf")
    locked.write(projects(tmp_path) / "locked.pdf")
    with kept(tmp_path) as papers:
        papers.documents.look()
        told = problems(papers)

    assert told["scanned.pdf"] == "scanned.pdf has no text in it, only pictures of it: scan it with text recognition."
    assert told["locked.pdf"] == "locked.pdf is locked with a password: save it without one."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_of_every_usual_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    put(projects(tmp_path) / "café.txt", "Das Gemüse wächst hinter dem Haus.\r\nEs mag Regen.".encode(encoding))
    with kept(tmp_path) as papers:
        papers.documents.look()

        assert ask(papers, "Gemüse").sentence == "In café.txt: Das Gemüse wächst hinter dem Haus. Es mag Regen."


def test_everybody_finds_what_they_may_see_and_nothing_else(tmp_path: Path) -> None:
    put(personal(tmp_path) / "boiler.md", BOILER)
    put(projects(tmp_path) / "boat.md", BOAT)
    put(personal(tmp_path) / "private" / "Ada" / "diary.md", "# Diary\n\nI planted a walnut tree.")
    with kept(tmp_path) as papers:
        papers.documents.look()

        def finds(query: str, asked: Asked) -> bool:
            return bool(ask(papers, query, asked).data["passages"])

        assert [finds("walnut tree", one) for one in (ADA, BOB, KID, KITCHEN, VISITOR)] == [True, *4 * [False]]
        assert [finds("boiler pressure", one) for one in (ADA, BOB, KITCHEN, KID, VISITOR)] == [
            *3 * [True],
            False,
            False,
        ]
        assert [finds("mainsail", one) for one in (KID, KITCHEN, VISITOR)] == [True, True, False]
        assert [one.path for one in papers.documents.listed(KID)] == ["boat.md"]
        assert "private/Ada/diary.md" not in {one.path for one in papers.documents.listed(BOB)}


def test_a_voice_opens_no_private_folder(tmp_path: Path) -> None:
    put(personal(tmp_path) / "private" / "Ada" / "diary.md", "# Diary\n\nI planted a walnut tree.")
    with kept(tmp_path) as papers:
        papers.documents.look()

        assert ask(papers, "walnut", Asked(speaker="Ada", role=ADA.role)).data["passages"] == []


def test_a_document_that_is_sent_is_kept_and_never_overwrites_silently(tmp_path: Path) -> None:
    with kept(tmp_path) as papers:
        drop = papers.documents.drop
        assert drop("projects", "boat.md", BOAT.encode(), ADA, mine=False, replace=False) == "boat.md"
        with pytest.raises(Refused, match=r"already") as refusal:
            drop("projects", "boat.md", b"# Other", ADA, mine=False, replace=False)
        assert refusal.value.code == "already_there"
        assert (projects(tmp_path) / "boat.md").read_text() == BOAT
        drop("projects", "boat.md", b"# Other", ADA, mine=False, replace=True)
        assert (projects(tmp_path) / "boat.md").read_text() == "# Other"
        assert drop("personal", "own.md", b"# Own", KID, mine=True, replace=False) == "private/Kim/own.md"

        assert [path.name for path in projects(tmp_path).iterdir()] == ["boat.md"]
        papers.documents.delete("projects", "boat.md", ADA)
        assert list(projects(tmp_path).iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "asked"),
    [
        ("../boat.md", b"x", ADA),
        ("a/b.md", b"x", ADA),
        ("a\\b.md", b"x", ADA),
        (".boat.md", b"x", ADA),
        ("boat\0.md", b"x", ADA),
        ("", b"x", ADA),
        ("boat.exe", b"x", ADA),
        ("a" * 200 + ".md", b"x", ADA),
        ("boat.md", b"\0\1\2", ADA),
        ("boat.pdf", b"not one", ADA),
        ("boat.md", b"a" * 5_000_001, ADA),
        ("boat.md", b"x", KID),
        ("boat.md", b"x", VISITOR),
    ],
)
def test_what_is_no_document_or_not_theirs_to_send_is_refused(
    tmp_path: Path, name: str, data: bytes, asked: Asked
) -> None:
    with kept(tmp_path) as papers, pytest.raises(BmoError):
        papers.documents.drop("personal", name, data, asked, mine=False, replace=True)

    assert not personal(tmp_path).exists()


def test_a_link_planted_in_the_folder_leads_no_document_elsewhere(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    victim = put(outside / "victim.md", "Mine.")
    private = personal(tmp_path) / "private"
    private.mkdir(parents=True)
    (private / "Ada").symlink_to(outside)
    (personal(tmp_path) / "victim.md").symlink_to(victim)
    with kept(tmp_path) as papers:
        with pytest.raises(Refused):
            papers.documents.drop("personal", "new.md", b"# New", ADA, mine=True, replace=True)
        with pytest.raises(Refused):
            papers.documents.delete("personal", "private/Ada/victim.md", ADA)
        papers.documents.drop("personal", "victim.md", b"# New", ADA, mine=False, replace=True)

    assert victim.read_text() == "Mine."
    assert [path.name for path in outside.iterdir()] == ["victim.md"]


def test_a_full_index_is_no_reason_to_forget_a_file(tmp_path: Path) -> None:
    class Full(DocumentLibrary):
        def add(self, domain: Domain, documents: Sequence[Document]) -> None:
            raise Broken("The disk is full.")

    put(projects(tmp_path) / "boat.md", BOAT)
    with kept(tmp_path, Full(tmp_path / "data" / "search")) as papers:
        papers.documents.look()
        assert papers.documents.states(ADA)[1].trouble == "The disk is full."
        assert papers.documents.listed(ADA)[0].reading
    with kept(tmp_path) as papers:
        papers.documents.look()

        assert ask(papers, "mainsail").sentence.startswith("In boat.md")


def test_with_a_person_go_the_documents_in_their_own_folders_and_no_others(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside" / "victim.md", "Mine.")
    own = personal(tmp_path) / "private" / "Ada"
    put(own / "deep" / "diary.md", "# Diary\n\nI planted a walnut tree.")
    put(projects(tmp_path) / "private" / "ada" / "raft.md", "# Raft\n\nTwelve barrels.")
    put(personal(tmp_path) / "private" / "Bob" / "note.md", "# Note\n\nBuy a walnut cake.")
    (own / "away").symlink_to(outside.parent)
    with kept(tmp_path) as papers:
        papers.documents.look()
        counted = papers.documents.of_person("ADA")
        gone = papers.documents.forget_person("ADA")
        papers.documents.look()

        assert counted == gone == {"documents": 3}  # with the link, which was told of
        assert ask(papers, "walnut tree").data["passages"] == []
        assert ask(papers, "walnut cake", BOB).sentence.startswith("In note.md")
    assert outside.read_text() == "Mine."
    assert not own.exists()
    kept_lines = (tmp_path / "data" / "search" / "personal" / "added.jsonl").read_text()
    assert "planted" not in kept_lines
    assert "walnut cake" in kept_lines


def test_a_file_that_breaks_its_reader_keeps_no_other_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(self: DocumentReader, source: str, file: IO[bytes]) -> tuple[tuple[Passage, ...], str]:
        if source == "bad.md":
            raise RecursionError
        return (Passage(source, ("Boat",), file.read().decode()),), ""

    monkeypatch.setattr(DocumentReader, "read", read)
    put(projects(tmp_path) / "bad.md", BOAT)
    put(projects(tmp_path) / "good.md", BOAT)
    with kept(tmp_path) as papers:
        papers.documents.look()

        assert problems(papers) == {"bad.md": "bad.md cannot be read: something in it is broken."}
        assert ask(papers, "mainsail").sentence.startswith("In good.md")


def test_a_person_who_changes_names_keeps_the_folder(tmp_path: Path) -> None:
    put(personal(tmp_path) / "private" / "Ada" / "diary.md", "# Diary\n\nI planted a walnut tree.")
    with kept(tmp_path) as papers:
        papers.documents.look()
        papers.documents.rename_person("Ada", "Adele")
        papers.documents.look()

        assert ask(papers, "walnut tree", Asked(person="Adele", role=ADA.role)).data["passages"]
        assert ask(papers, "walnut tree", ADA).data["passages"] == []
