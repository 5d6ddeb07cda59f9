"""What every store of objects promises."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bmo.bridges.folder import FolderObjects
from bmo.bridges.s3 import S3Objects
from bmo.capabilities.objects import Objects
from bmo.core.errors import NotFound, Refused
from bmo.fakes.objects import FakeObjects
from object_stores import ACCESS, BUCKET, REGION, SECRET, emptied, moto_store

MAP = b"a cave with a lake in it\n" * 50_000


@pytest.fixture(scope="module")
def s3() -> Iterator[tuple[str, S3Objects]]:
    with moto_store() as (host, port):
        endpoint = f"http://{host}:{port}"
        yield endpoint, S3Objects(BUCKET, access_key=ACCESS, secret_key=SECRET, endpoint=endpoint, region=REGION)


@pytest.fixture(
    params=["fake", "folder", pytest.param("s3", marks=[pytest.mark.real, pytest.mark.xdist_group("waiting")])]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Objects]:
    if request.param == "fake":
        yield FakeObjects()
    elif request.param == "folder":
        yield FolderObjects(tmp_path / "store")
    else:
        endpoint, made = request.getfixturevalue("s3")
        yield made
        emptied(endpoint)


@pytest.fixture
def cave(tmp_path: Path) -> Path:
    file = tmp_path / "cave.webp"
    file.write_bytes(MAP)
    return file


def test_what_was_put_comes_back_byte_for_byte(store: Objects, cave: Path, tmp_path: Path) -> None:
    kept = store.put("maps/cave.webp", cave)
    got = store.get("maps/cave.webp", tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == MAP
    assert kept.sha256 == got.sha256 == hashlib.sha256(MAP).hexdigest()
    assert kept.size == got.size == len(MAP)


def test_an_empty_file_is_an_object_too(store: Objects, tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    store.put("empty", tmp_path / "empty")
    store.get("empty", tmp_path / "back")

    assert (tmp_path / "back").read_bytes() == b""


def test_a_second_put_replaces_the_first(store: Objects, cave: Path, tmp_path: Path) -> None:
    store.put("maps/cave.webp", cave)
    cave.write_bytes(b"another cave")
    store.put("maps/cave.webp", cave)

    assert store.get("maps/cave.webp", tmp_path / "back").size == 12
    assert len(list(store.list())) == 1


def test_keys_with_spaces_and_umlauts_are_kept_as_they_are(store: Objects, cave: Path) -> None:
    store.put("maps/Höhle des Löwen (2).webp", cave)

    assert [stored.key for stored in store.list("maps/H")] == ["maps/Höhle des Löwen (2).webp"]


def test_a_list_has_the_keys_that_begin_with_a_prefix_in_order(store: Objects, cave: Path) -> None:
    for key in ("maps/b", "maps/a", "voices/bmo.wav", "maps2/c"):
        store.put(key, cave)

    assert [stored.key for stored in store.list("maps/")] == ["maps/a", "maps/b"]
    assert [stored.key for stored in store.list("maps")] == ["maps/a", "maps/b", "maps2/c"]
    assert [stored.size for stored in store.list("voices/")] == [len(MAP)]
    assert [stored.key for stored in store.list("nothing")] == []


def test_what_was_deleted_is_gone_and_deleting_it_again_is_no_fault(store: Objects, cave: Path, tmp_path: Path) -> None:
    store.put("maps/cave.webp", cave)
    store.delete("maps/cave.webp")
    store.delete("maps/cave.webp")

    with pytest.raises(NotFound, match="cave"):
        store.get("maps/cave.webp", tmp_path / "back")


def test_what_is_not_there_leaves_no_file(store: Objects, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        store.get("maps/cave.webp", tmp_path / "back")

    assert list(tmp_path.glob("*back*")) == []


def test_progress_ends_with_everything_done(store: Objects, cave: Path, tmp_path: Path) -> None:
    up: list[tuple[int, int]] = []
    down: list[tuple[int, int]] = []

    store.put("maps/cave.webp", cave, lambda done, total: up.append((done, total)))
    store.get("maps/cave.webp", tmp_path / "back", lambda done, total: down.append((done, total)))

    assert up[-1] == down[-1] == (len(MAP), len(MAP))
    assert up == sorted(up)


def test_nothing_that_is_not_there_gets_a_link(store: Objects) -> None:
    with pytest.raises(NotFound):
        store.link("maps/cave.webp", 60)


@pytest.mark.parametrize(
    "key",
    ["", "/etc/passwd", "../secret", "a/../b", "a//b", "a/", ".hidden", "a\0b", "a\\b", "%2e%2e/b", "a\nb", "a" * 513],
)
def test_keys_that_could_leave_the_store_are_refused(store: Objects, cave: Path, tmp_path: Path, key: str) -> None:
    for deed in (
        lambda: store.put(key, cave),
        lambda: store.get(key, tmp_path / "back"),
        lambda: store.delete(key),
        lambda: store.link(key, 60),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "bad_key"
