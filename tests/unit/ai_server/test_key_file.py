import os
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bmo.ai_server.holders import EVERY_DOMAIN
from bmo.ai_server.key_file import KeyFile, digest
from bmo.core.errors import Broken, NotFound, Refused
from bmo.fakes.clock import ManualClock


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "home" / "keys.json")


def test_a_key_is_told_once_and_only_its_hash_is_kept(file: KeyFile) -> None:
    key = file.add("laptop", "app")

    content = file.path.read_text()
    assert key not in content
    assert key.removeprefix("bmo_") not in content
    assert digest(key).hex() in content
    assert len(key) > 40
    assert file.add("phone", "app") != key


def test_the_file_and_its_lock_are_the_owners_alone(file: KeyFile) -> None:
    before = os.umask(0)
    try:
        file.add("laptop", "app")
    finally:
        os.umask(before)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in file.path.parent.iterdir()}
    assert modes == {"keys.json": 0o600, "keys.lock": 0o600}
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_a_key_searches_what_it_was_given_and_never_more_than_its_role(file: KeyFile) -> None:
    file.add("all", "app")
    file.add("table", "vtt")
    file.add("narrow", "admin", ["projects", "dnd", "dnd"])

    assert [key.domains for key in file.read()[0]] == [tuple(sorted(EVERY_DOMAIN)), ("dnd",), ("dnd", "projects")]
    with pytest.raises(Refused, match="'vtt' only ever searches dnd"):
        file.add("greedy", "vtt", ["dnd", "personal"])
    with pytest.raises(Refused, match="no domain 'food'"):
        file.add("hungry", "app", ["food"])


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "a\n", "é", "x" * 65])
def test_a_name_that_would_not_read_well_is_refused(file: KeyFile, name: str) -> None:
    with pytest.raises(Refused, match="A name has letters"):
        file.add(name, "app")
    assert not file.path.exists()


def test_a_name_is_given_once_and_whoever_has_none_cannot_be_changed(file: KeyFile) -> None:
    file.add("laptop", "app")

    with pytest.raises(Refused, match="already"):
        file.add("laptop", "admin")
    for change in (file.rotate, file.remove):
        with pytest.raises(NotFound, match="There are: laptop"):
            change("phone")
    file.remove("laptop")
    with pytest.raises(NotFound, match="There are: none"):
        file.remove("laptop")


def test_rotating_changes_the_key_and_nothing_else_and_gives_as_much_time_again(tmp_path: Path) -> None:
    clock = ManualClock()
    file = KeyFile(tmp_path / "keys.json", clock.now)
    old = file.add("table", "vtt", days=10)
    clock.advance(86_400 * 3)
    new = file.rotate("table")

    (kept,) = file.read()[0]
    assert old != new
    assert (kept.name, kept.role, kept.domains, kept.sha256) == ("table", "vtt", ("dnd",), digest(new).hex())
    assert kept.until == clock.now() + timedelta(days=10)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "makes no sense"),
        ("[]", "makes no sense"),
        ("", "makes no sense"),
        ('{"keys": [{"name": "x"}]}', "makes no sense"),
        ('{"keys": [], "more": 1}', "makes no sense"),
        ("x" * 1_000_001, "is not a file of keys"),
    ],
)
def test_a_file_that_makes_no_sense_is_said_and_never_written_over(file: KeyFile, content: str, what: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(content)

    for work in (file.read, lambda: file.add("laptop", "app"), lambda: file.remove("laptop")):
        with pytest.raises(Broken, match=what):
            work()
    assert file.path.read_text() == content


def test_what_somebody_wrote_into_the_file_is_not_repeated(file: KeyFile) -> None:
    key = file.add("laptop", "app")
    file.path.write_text(file.path.read_text().replace(digest(key).hex(), key))

    with pytest.raises(Broken) as damaged:
        file.read()
    assert "sha256" in damaged.value.sentence
    assert key not in damaged.value.sentence


@pytest.mark.parametrize("edit", [('"vtt"', '"app"'), ('"dnd"', '"personal"'), ('"second"', '"first"')])
def test_a_hand_that_edits_the_file_stays_within_its_rules(file: KeyFile, edit: tuple[str, str]) -> None:
    file.add("first", "vtt")
    file.add("second", "vtt")
    file.path.write_text(file.path.read_text().replace(*edit))

    if edit[1] == '"app"':
        assert [key.role for key in file.read()[0]] == ["app", "app"]
    else:
        with pytest.raises(Broken, match="makes no sense"):
            file.read()


def test_a_file_that_others_may_write_is_not_believed(file: KeyFile) -> None:
    file.add("laptop", "app")
    file.path.chmod(0o666)

    with pytest.raises(Broken, match="may be written by others"):
        file.read()


def test_a_pipe_in_place_of_the_file_holds_nobody_up(file: KeyFile) -> None:
    file.path.parent.mkdir()
    os.mkfifo(file.path)

    with pytest.raises(Broken, match="is not a file of keys"):
        file.read()


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")

    with pytest.raises(Broken, match="cannot be changed"):
        KeyFile(tmp_path / "home" / "keys.json").add("laptop", "app")


def test_writers_at_the_same_time_lose_nothing(file: KeyFile) -> None:
    def work(number: int) -> None:
        mine = KeyFile(file.path)
        mine.add(f"stays-{number}", "app")
        mine.add(f"goes-{number}", "vtt")
        mine.rotate(f"stays-{number}")
        mine.remove(f"goes-{number}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(key.name for key in file.read()[0]) == [f"stays-{number}" for number in range(8)]
    assert len(list(file.path.parent.iterdir())) == 2
