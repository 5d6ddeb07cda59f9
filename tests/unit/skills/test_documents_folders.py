"""Row 21 of the faults: reading files and listing folders ends at the folders of the settings, however it is tried."""

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bmo.capabilities.action import Asked, Done
from bmo.core.errors import BmoError, NotFound, Refused, WrongType
from bmo.settings.app import DocumentsSettings
from bmo.skills.documents.folders import MOST_BYTES
from bmo.skills.documents.papers import Papers
from bmo.skills.documents.skill import documents_skill
from papers import ADA, BOAT, BOB, KID, KITCHEN, VISITOR, kept, personal, projects, put
from search_corpus import pdf

SECRET = "the code is 4711"


def run(papers: Papers, action: str, path: str, asked: Asked = ADA) -> Done:
    found = next(one for one in documents_skill(papers).actions if one.name == f"documents.{action}")
    return found.run(found.arguments(path=path), asked)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with documents, and with secrets beside and around them."""
    home = tmp_path / "home"
    put(home / "documents" / "projects" / "boat.md", BOAT)
    put(home / "token", SECRET)
    put(home / "config.yaml", SECRET)
    put(home / "data" / "notes.txt", "Milk and honey.")
    put(home / "data" / "dnd_sessions" / "session_2026-01-01.json", '{"scene": "A tavern"}')
    put(home / "data" / "ai-server-keys.json", SECRET)
    put(home / "data" / "search" / "personal" / "added.jsonl", SECRET)
    put(home / "data" / "wakes" / "said.txt", SECRET)
    put(tmp_path / "outside" / "secret.txt", SECRET)
    return home


def test_a_file_is_read_by_its_path_below_a_folder(home: Path) -> None:
    with kept(home) as papers:
        done = run(papers, "read_file", "documents/projects/boat.md")
        short = run(papers, "read_file", "projects/boat.md", KID)

    assert done.data == {"file": "documents/projects/boat.md", "text": BOAT, "whole": True}
    assert done.sentence.startswith("boat.md says: Boat")
    assert short.data == done.data


def test_a_folder_is_listed(home: Path) -> None:
    with kept(home) as papers:
        assert run(papers, "list_dir", "").data["folders"] == ("documents", "data")
        assert run(papers, "list_dir", "documents/projects").data["files"] == ("boat.md",)
        assert run(papers, "list_dir", "projects").sentence == "In projects there is boat.md."
        data = run(papers, "list_dir", "data").data

    assert (data["folders"], data["files"]) == (("dnd_sessions",), ("notes.txt",))


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret.txt",
        "../../outside/secret.txt",
        "documents/../token",
        "documents/../../outside/secret.txt",
        "documents/projects/../../token",
        "documents/./../token",
        "/etc/passwd",
        "//etc/passwd",
        "{tmp}/outside/secret.txt",
        "{tmp}/home/token",
        "~/token",
        "~root/.profile",
        "%2e%2e/token",
        "documents/%2e%2e/token",
        "documents/%2e%2e%2ftoken",
        "documents/%252e%252e%252ftoken",
        "documents/..%2ftoken",
        "documents/..\\token",
        "..\\token",
        "C:\\Windows\\win.ini",
        "C:/Windows/win.ini",
        "\\\\server\\share",
        "documents/boat.md\0.txt",
        "documents/projects/boat.md\0",
        "documents/boat\n.md",
        "documents/.hidden",
        ".",
        "",
        "documents",
        "documents/projects",
        "token",
        "config.yaml",
        "data/bmo.db",
        "data/ai-server-keys.json",
        "data/search/personal/added.jsonl",
        "data/wakes/said.txt",
        "data/SEARCH/personal/added.jsonl",
        "documents/" + "a/" * 100 + "b.md",
        "documents/" + "a" * 300,
        "documents/" + "a" * 2_000,
        "documents/\ud800.md",
    ],
)
def test_no_path_leads_outside(home: Path, path: str) -> None:
    written = path.replace("{tmp}", str(home.parent))
    with kept(home) as papers, pytest.raises(Refused) as refusal:
        papers.folders.read(written, ADA)

    assert SECRET not in str(refusal.value)
    assert str(home) not in refusal.value.sentence.replace(written, "")


def test_no_link_device_or_second_name_leads_outside(home: Path) -> None:
    folder = home / "documents"
    outside = home.parent / "outside"
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "relative.txt").symlink_to("../token")
    (folder / "linked").symlink_to(outside)
    (folder / "round").symlink_to("round")
    (folder / "null.txt").symlink_to("/dev/zero")
    os.link(outside / "secret.txt", folder / "second.txt")
    os.mkfifo(folder / "pipe.txt")
    if os.geteuid() == 0:
        try:
            os.mknod(folder / "zero.txt", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        except PermissionError:
            put(folder / "zero.txt", b"\0" * 100)
    with kept(home) as papers:
        for name in ("link.txt", "relative.txt", "linked/secret.txt", "round", "null.txt", "second.txt", "pipe.txt"):
            with pytest.raises(Refused):
                papers.folders.read(f"documents/{name}", ADA)
        with pytest.raises(BmoError):
            papers.folders.read("documents/zero.txt", ADA)
        with pytest.raises(Refused):
            papers.folders.list("documents/linked", ADA)

        listed = papers.folders.list("documents", ADA)
    assert listed.folders == ("projects",)
    assert not {"link.txt", "relative.txt", "pipe.txt"} & set(listed.files)


def test_a_name_that_is_swapped_for_a_link_again_and_again_never_leads_outside(home: Path) -> None:
    """The race between a check and the opening: there is none, because the name is opened once."""
    folder, outside = home / "documents" / "swapped", home.parent / "outside"
    put(folder / "secret.txt", "harmless")
    over = threading.Event()

    def swap() -> None:
        aside = folder.with_name("aside")
        while not over.is_set():
            folder.rename(aside)
            folder.symlink_to(outside)
            folder.unlink()
            aside.rename(folder)

    swapping = threading.Thread(target=swap)
    swapping.start()
    read = set()
    try:
        with kept(home) as papers:
            for _ in range(2_000):
                try:
                    read.add(papers.folders.read("documents/swapped/secret.txt", ADA).text)
                except BmoError:
                    continue
    finally:
        over.set()
        swapping.join()

    assert read <= {"harmless"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["..", ".", "", "documents", "data", "projects", "boat.md", "token", "outside", "secret.txt", "linked",
             "home", "%2e%2e", "..%2f", "\0", "search", "personal", "added.jsonl", "private", "Ada", "\\", "~"]
        ),
        max_size=6,
    )
)  # fmt: skip
def test_whatever_is_put_together_no_secret_is_told(home: Path, parts: list[str]) -> None:
    link = home / "documents" / "linked"
    if not link.is_symlink():
        link.symlink_to(home.parent)
    with kept(home) as papers:
        for ask in (papers.folders.read, papers.folders.list):
            try:
                told = repr(ask("/".join(parts), ADA))
            except BmoError as refusal:
                told = refusal.sentence.replace("/".join(parts), "")

            assert SECRET not in told
            assert "secret.txt" not in told


def test_binary_and_huge_files_are_no_trouble(home: Path) -> None:
    put(home / "documents" / "binary.txt", b"\x7fELF\0\0\1" * 100)
    put(home / "documents" / "photo.jpg", b"\xff\xd8")
    with (home / "documents" / "huge.txt").open("wb") as file:
        file.write("Übung macht den Meister.\n".encode() * 10_000)
        file.truncate(3_000_000_000)  # with a hole behind, which takes no disk
    with kept(home) as papers:
        for name in ("binary.txt", "photo.jpg"):
            with pytest.raises(WrongType, match="not plain text"):
                papers.folders.read(f"documents/{name}", ADA)
        huge = papers.folders.read("documents/huge.txt", ADA)

    assert not huge.whole
    assert len(huge.text.encode()) <= MOST_BYTES
    assert huge.text.endswith("Meister.")


def test_a_pdf_is_read_as_text(home: Path) -> None:
    put(home / "documents" / "guide.pdf", pdf("The bridge closes at midnight."))
    with kept(home) as papers:
        assert papers.folders.read("documents/guide.pdf", ADA).text == "The bridge closes at midnight."


def test_what_is_for_somebody_else_is_as_if_it_were_not_there(home: Path) -> None:
    put(personal(home) / "bank.txt", "All is well.")
    put(personal(home) / "private" / "Ada" / "diary.txt", "A walnut tree.")
    put(projects(home) / "private" / "Kim" / "plan.txt", "A raft.")

    def sees(papers: Papers, path: str, asked: Asked) -> bool:
        try:
            return bool(papers.folders.read(path, asked).text)
        except NotFound:
            return False

    everybody = (ADA, BOB, KITCHEN, KID, VISITOR)
    with kept(home) as papers:
        bank, diary, plan = (
            [sees(papers, path, one) for one in everybody]
            for path in (
                "documents/personal/bank.txt",
                "documents/personal/private/Ada/diary.txt",
                "projects/private/Kim/plan.txt",
            )
        )
        assert papers.folders.list("documents/personal", KID).files == ()
        with pytest.raises(NotFound):
            papers.folders.list("documents", VISITOR)
        with pytest.raises(NotFound):
            papers.folders.list("documents/personal/private/Ada", BOB)

    assert bank == [True, True, True, False, False]
    assert diary == [True, False, False, False, False]
    assert plan == [False, False, False, True, False]


def test_a_folder_around_bmo_opens_nothing_of_bmos_own(home: Path) -> None:
    told = DocumentsSettings(readable=(home.parent,))
    put(home / "documents" / "open.txt", "For everybody.")
    with kept(home, told=told) as papers:
        name = papers.folders.list("", ADA).folders[0]
        for path in ("home/token", "home/data/wakes/said.txt", "home/data/ai-server-keys.json"):
            with pytest.raises(NotFound):
                papers.folders.read(f"{name}/{path}", ADA)
        assert papers.folders.list(f"{name}/home/data", ADA).folders == ("dnd_sessions",)

        assert papers.folders.read(f"{name}/home/documents/open.txt", ADA).text == "For everybody."


def test_what_a_model_is_handed_is_json(home: Path) -> None:
    with kept(home) as papers:
        told = [run(papers, "list_dir", ""), run(papers, "read_file", "projects/boat.md")]

    assert json.loads(json.dumps([dict(one.data) for one in told]))[0]["folders"] == ["documents", "data"]
