"""What a folder promises beyond every store: nothing outside of it is reached, and nothing is half there."""

import errno
import os
import resource
import threading
from pathlib import Path

import pytest

from bmo.bridges.folder import FolderObjects
from bmo.core.errors import BmoError, Broken, Malformed, NotFound, Refused

SECRET = b"the secret of the house"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "store" / "maps").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_bytes(SECRET)
    return tmp_path / "store"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(b"a map" * 1_000)
    return tmp_path / "file"


def test_a_link_out_of_the_folder_is_not_followed(root: Path, file: Path, tmp_path: Path) -> None:
    (root / "secret").symlink_to(tmp_path / "outside" / "secret")
    (root / "away").symlink_to(tmp_path / "outside")
    store = FolderObjects(root)

    for key in ("secret", "away/secret"):
        with pytest.raises(Refused):
            store.get(key, tmp_path / "back")
    with pytest.raises(Refused):
        store.put("away/new", file)
    with pytest.raises(Refused):
        store.delete("away/secret")
    store.put("secret", file)

    assert [stored.key for stored in store.list()] == ["secret"]
    assert os.listdir(tmp_path / "outside") == ["secret"]
    assert (tmp_path / "outside" / "secret").read_bytes() == SECRET


def test_a_folder_swapped_for_a_link_at_any_moment_leaks_nothing(root: Path, tmp_path: Path) -> None:
    """What is checked is the opened file, so there is no moment between a check and its use."""
    (root / "maps" / "secret").write_bytes(b"harmless")
    (root / "link").symlink_to(tmp_path / "outside")
    stop = threading.Event()

    def swap() -> None:
        names = [root / "maps", root / "aside", root / "link"]
        while not stop.is_set():
            os.rename(names[0], names[1])
            os.rename(names[2], names[0])
            os.rename(names[0], names[2])
            os.rename(names[1], names[0])

    swapper = threading.Thread(target=swap)
    swapper.start()
    seen = set()
    try:
        for _ in range(2_000):
            try:
                FolderObjects(root).get("maps/secret", tmp_path / "back")
                seen.add((tmp_path / "back").read_bytes())
            except (Refused, NotFound) as fault:
                seen.add(fault.code.encode())
    finally:
        stop.set()
        swapper.join()

    assert SECRET not in seen
    FolderObjects(root).get("maps/secret", tmp_path / "back")  # the swapper leaves the folder where it was
    assert (tmp_path / "back").read_bytes() == b"harmless"


def test_a_pipe_in_the_folder_holds_nobody(root: Path, tmp_path: Path) -> None:
    os.mkfifo(root / "pipe")

    with pytest.raises(Refused):
        FolderObjects(root).get("pipe", tmp_path / "back")
    assert list(FolderObjects(root).list()) == []


def test_a_disk_that_fills_up_leaves_the_old_object_and_no_half_one(root: Path, file: Path, tmp_path: Path) -> None:
    store = FolderObjects(root)
    store.put("maps/cave", file)
    file.write_bytes(bytes(3_000_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))  # the kernel's way to refuse a write
    try:
        with pytest.raises(Broken):
            store.put("maps/cave", file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert store.get("maps/cave", tmp_path / "back").size == 5_000
    assert os.listdir(root / "maps") == ["cave"]


def test_a_full_disk_is_said_as_one(root: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(Broken, match="Free some space"):
        FolderObjects(root).put("maps/cave", file)
    assert os.listdir(root / "maps") == []


def test_content_that_changed_by_itself_is_noticed(root: Path, file: Path, tmp_path: Path) -> None:
    store = FolderObjects(root)
    store.put("maps/cave", file)
    if not os.listxattr(root / "maps" / "cave"):
        pytest.skip("this file system keeps no extended attributes")
    written = (root / "maps" / "cave").stat()
    with (root / "maps" / "cave").open("r+b") as bits:
        bits.write(b"A")
    os.utime(root / "maps" / "cave", ns=(written.st_atime_ns, written.st_mtime_ns))

    with pytest.raises(Malformed, match="damaged"):
        store.get("maps/cave", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_a_file_put_there_or_changed_by_hand_is_an_object(root: Path, file: Path, tmp_path: Path) -> None:
    store = FolderObjects(root)
    store.put("maps/cave", file)
    (root / "maps" / "cave").write_bytes(b"drawn anew")
    os.utime(root / "maps" / "cave", ns=(0, 1))
    (root / "maps" / "lake").write_bytes(b"a lake")

    assert store.get("maps/cave", tmp_path / "back").size == 10
    assert store.get("maps/lake", tmp_path / "back").size == 6


def test_a_folder_has_no_links_to_give(root: Path, file: Path) -> None:
    store = FolderObjects(root)
    store.put("maps/cave", file)

    with pytest.raises(Refused) as refused:
        store.link("maps/cave", 60)
    assert refused.value.code == "no_links"


def test_a_file_that_is_not_there_and_a_folder_that_is_not_there_are_said(root: Path, file: Path) -> None:
    store = FolderObjects(root)
    store.put("maps/cave", file)

    for deed in (lambda: store.put("a", root / "nothing"), lambda: store.get("maps/cave", root / "none" / "back")):
        with pytest.raises(BmoError) as broken:
            deed()
        assert broken.value.code == "broken"
