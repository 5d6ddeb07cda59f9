import logging
import os
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bmo.ai_server import key_file
from bmo.ai_server.holders import Role
from bmo.ai_server.key_file import KeyFile, Version
from bmo.ai_server.key_watch import LOOK_EVERY, WatchedKeys
from bmo.ai_server.keys import Keys
from bmo.core.errors import Broken, Denied, NotFound, Refused
from bmo.fakes.clock import ManualClock

STRONG = "0123456789abcdef0123456789abcdef"


class Server:
    """Keys that follow a file, with a clock moved by hand."""

    def __init__(self, path: Path, **named: str) -> None:
        self.clock = ManualClock()
        self.file = KeyFile(path, self.clock.now)
        self.named = named or {"app": STRONG}

    def start(self) -> None:
        self.watched = WatchedKeys(self.file, self.clock.monotonic)
        self.keys = Keys(
            self.named, self.clock.monotonic, watched=self.watched, wall=lambda: self.clock.now().timestamp()
        )

    def later(self) -> None:
        self.clock.advance(LOOK_EVERY)

    def opens(self, key: str) -> str:
        """Whose key this is; empty for nobody's."""
        try:
            return self.keys.check(f"Bearer {key}", key).name
        except Denied:
            return ""


@pytest.fixture
def server(tmp_path: Path) -> Server:
    server = Server(tmp_path / "keys.json")
    server.start()
    return server


def test_a_key_made_meanwhile_opens_and_a_rotated_or_removed_one_does_not(server: Server) -> None:
    old = server.file.add("table", "vtt")
    server.later()
    assert server.opens(old) == "table"

    new = server.file.rotate("table")
    server.later()
    assert (server.opens(old), server.opens(new)) == ("", "table")

    server.file.remove("table")
    server.later()
    assert server.opens(new) == ""
    assert server.opens(STRONG) == "app"


def test_the_file_is_looked_at_once_a_second_at_most(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    version = server.file.version
    monkeypatch.setattr(server.file, "version", lambda: looks.append(1) or version())
    for _ in range(100):
        server.clock.advance(0.1)
        server.opens(STRONG)

    assert 9 <= len(looks) <= 11


def test_a_file_with_a_key_is_enough_to_start_and_none_at_all_is_not(tmp_path: Path) -> None:
    server = Server(tmp_path / "keys.json", app="")
    with pytest.raises(Broken, match=r"AI_SERVER_KEY.*keys add"):
        server.start()

    key = server.file.add("boss", "admin")
    server.start()
    assert server.opens(key) == "boss"


def test_a_damaged_file_keeps_the_last_good_keys_and_is_said_once(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    key = server.file.add("table", "vtt")
    server.later()
    assert server.opens(key) == "table"
    good = server.file.path.read_text()

    server.file.path.write_text(good[:40])
    for _ in range(5):
        server.later()
        assert server.opens(key) == "table"
    assert "makes no sense" in server.keys.fault
    assert [one.levelno for one in caplog.records if "makes no sense" in one.message] == [logging.ERROR]

    server.file.path.write_text(good)
    server.later()
    assert server.opens(key) == "table"
    assert server.keys.fault == ""


def test_a_damaged_file_at_the_start_leaves_the_keys_of_the_settings_and_alone_is_said(tmp_path: Path) -> None:
    server = Server(tmp_path / "keys.json")
    server.file.path.write_text("{")
    server.start()
    assert server.opens(STRONG) == "app"
    assert "makes no sense" in server.keys.fault

    server.named = {}
    with pytest.raises(Broken, match="makes no sense"):
        server.start()


def test_a_file_that_is_gone_opens_nothing(server: Server) -> None:
    key = server.file.add("table", "vtt")
    server.later()
    assert server.opens(key) == "table"

    server.file.path.unlink()
    server.later()
    assert server.opens(key) == ""


def test_a_file_that_cannot_be_read_for_now_keeps_the_keys_and_is_read_when_it_can(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = server.file.add("table", "vtt")
    server.later()
    assert server.opens(key) == "table"
    new = server.file.rotate("table")

    def full(*_: object, **__: object) -> int:
        raise OSError(24, "Too many open files")

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", full)
        server.later()
        assert server.opens(key) == "table"
        assert "Too many open files" in server.keys.fault
    server.later()
    assert server.opens(new) == "table"
    assert server.keys.fault == ""


def test_a_change_within_one_tick_of_the_disks_clock_is_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    always_the_same = Version(1, 1, 1, 1, changed=int(1e18))
    monkeypatch.setattr(key_file, "_version", lambda _found: always_the_same)
    clock, wall = ManualClock(), [1e9 + 0.1]
    file = KeyFile(tmp_path / "keys.json")
    file.add("first", "vtt")
    watched = WatchedKeys(file, clock.monotonic, lambda: wall[0])

    file.add("second", "vtt")
    wall[0] += LOOK_EVERY
    clock.advance(LOOK_EVERY)
    assert [key.name for key in watched.now()] == ["first", "second"]


def test_an_expired_key_is_denied_like_a_wrong_one(server: Server) -> None:
    key = server.file.add("guest", "app", days=1)
    server.later()
    assert server.opens(key) == "guest"
    server.clock.advance(86_400)

    sentences = set()
    for wrong in (f"Bearer {key}", "Bearer wrong", f"Bearer {STRONG}é".encode().decode("latin-1"), None, "Basic x"):
        with pytest.raises(Denied) as denied:
            server.keys.check(wrong, "a")
        sentences.add((denied.value.code, denied.value.sentence))
    assert len(sentences) == 1


def test_keys_never_reach_the_log(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = server.file.add("table", "vtt")
    server.later()
    server.opens(key)
    server.opens(key + "x")
    server.file.path.write_text(server.file.path.read_text().replace("sha256", key))
    server.later()
    server.opens(key)

    assert "table" in caplog.text
    assert "makes no sense" in caplog.text
    assert key.removeprefix("bmo_")[:10] not in caplog.text


def test_a_key_that_stays_opens_all_the_time_while_others_come_and_go(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    stays = file.add("stays", "app")
    ticks = iter(range(10**9))
    watched = WatchedKeys(file, lambda: float(next(ticks)))  # every look at the clock is a second later
    keys = Keys({"app": STRONG}, watched=watched)
    done = threading.Event()
    wrong: list[BaseException] = []

    def check() -> None:
        try:
            while not done.is_set():
                assert keys.check(f"Bearer {stays}", "a").name == "stays"
                assert keys.check(f"Bearer {STRONG}", "a").name == "app"
        except BaseException as fault:
            wrong.append(fault)

    checkers = [threading.Thread(target=check) for _ in range(4)]
    for thread in checkers:
        thread.start()
    for number in range(12):
        file.add(f"key-{number}", "vtt")
        if number % 2:
            file.remove(f"key-{number}")
    last = file.rotate("key-0")
    done.set()
    for thread in checkers:
        thread.join()

    assert wrong == []
    assert keys.fault == ""
    assert keys.check(f"Bearer {last}", "a").name == "key-0"


NAMES = st.sampled_from(["ann", "bob", "cat"])
ROLES: st.SearchStrategy[Role] = st.sampled_from(["app", "vtt", "admin"])


class KeysComeAndGo(RuleBasedStateMachine):
    """Against a plain dictionary: who has which key, and what every key that ever was opens."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.server = Server(Path(self.folder.name) / "keys.json")
        self.server.start()
        self.now: dict[str, tuple[str, Role]] = {}
        self.keys: list[str] = []

    def _keep(self, name: str, role: Role, key: str) -> None:
        assert key not in self.keys
        self.keys.append(key)
        self.now[name] = (key, role)

    @rule(name=NAMES, role=ROLES)
    def add(self, name: str, role: Role) -> None:
        if name in self.now:
            with pytest.raises(Refused):
                self.server.file.add(name, role)
        else:
            self._keep(name, role, self.server.file.add(name, role))

    @rule(name=NAMES)
    def rotate(self, name: str) -> None:
        if name in self.now:
            self._keep(name, self.now[name][1], self.server.file.rotate(name))
        else:
            with pytest.raises(NotFound):
                self.server.file.rotate(name)

    @rule(name=NAMES)
    def remove(self, name: str) -> None:
        if name in self.now:
            self.server.file.remove(name)
            del self.now[name]
        else:
            with pytest.raises(NotFound):
                self.server.file.remove(name)

    @rule(left=st.floats(0, 1, exclude_max=True))
    def somebody_damages_and_mends_the_file(self, left: float) -> None:
        path = self.server.file.path
        if path.exists():
            self.check_all()
            good = path.read_bytes()
            path.write_bytes(good[: int(len(good) * left)])
            self.check_all()
            with pytest.raises(Broken):
                self.server.file.add("new", "app")
            path.write_bytes(good)

    @rule()
    def the_server_starts_anew(self) -> None:
        self.server.start()

    @invariant()
    def check_all(self) -> None:
        if not hasattr(self, "server"):
            return
        self.server.clock.advance(61.0)  # wrong tries are forgotten, and the file is looked at
        right = {key: name for name, (key, _) in self.now.items()}
        for key in self.keys:
            assert self.server.opens(key) == right.get(key, "")
            if name := right.get(key):
                assert self.server.keys.check(f"Bearer {key}", "a").role == self.now[name][1]
        assert self.server.opens(STRONG) == "app"

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


KeysComeAndGo.TestCase.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
TestKeysComeAndGo = KeysComeAndGo.TestCase
