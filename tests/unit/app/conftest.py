"""An app with scripted turns, and a browser that knows how to behave."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bmo.app.clips import Clips
from bmo.app.factory import create_app
from bmo.app.parts import Parts
from bmo.app.sockets.server import Sockets
from bmo.app.timer_desk import TimerDesk
from bmo.app.trust.tables import TRUST_TABLES
from bmo.app.trust.trust import Trust
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.capabilities.turn import (
    Acted,
    Ended,
    Heard,
    Reply,
    Said,
    Served,
    Showing,
    Sound,
    Tagged,
    Timed,
    TurnEvent,
)
from bmo.core.errors import NotFound
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.settings.app import AppSettings
from bmo.skills.timers import Timers
from bmo.skills.timers_store import TIMER_TABLE
from bmo.store.database import Database
from bmo.wire.page import Status

HOST = "127.0.0.1:5000"

ANSWER: tuple[TurnEvent, ...] = (
    Showing("thinking"),
    Served("chat", "here", "The cloud does not answer."),
    Reply("Five "),
    Tagged("happy"),
    Reply("minutes."),
    Acted("timer.set", {"duration": "five minutes"}, {"sentence": "Five minutes.", "id": 1}),
    Sound(0, 24_000, b"\1\0" * 240),
    Sound(0, 24_000, b"\2\0" * 240, restart=True, last=True),
    Sound(1, 24_000, b"\3\0" * 240, last=True),
    Timed({"reply": 12.0}),
    Ended("done"),
)


@dataclass
class ScriptedTurns:
    """Plays one script for every turn and remembers what it was asked."""

    script: tuple[TurnEvent, ...] = ANSWER
    fails: Exception | None = None
    said: list[Said] = field(default_factory=list)
    heard: list[Pcm] = field(default_factory=list)
    closed: int = 0
    stops: list[threading.Event] = field(default_factory=list)

    def typed(self, said: Said, aloud: bool, stop: threading.Event) -> Stream[TurnEvent]:
        assert not aloud
        self.said.append(said)
        yield from self._play(stop)

    def spoken(self, sound: Pcm, asked: Asked, stop: threading.Event) -> Stream[TurnEvent]:
        self.heard.append(sound)
        yield Heard("set a timer", final=False)
        yield Heard("set a timer for five minutes")
        yield from self._play(stop)

    def _play(self, stop: threading.Event) -> Stream[TurnEvent]:
        self.stops.append(stop)
        try:
            yield from self.script
            if self.fails is not None:
                raise self.fails
        finally:
            self.closed += 1


class Voice:
    """Says everything as the same half second."""

    name = "voice"

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        if utterance.voice != "bmo":
            raise NotFound(f"There is no voice {utterance.voice!r}.")
        yield Pcm(b"\1\0" * 6_000, 24_000)
        yield Pcm(b"\2\0" * 6_000, 24_000)


@dataclass
class World:
    """Everything a test may look at or turn."""

    home: Path
    clock: ManualClock
    trust: Trust
    turns: ScriptedTurns
    parts: Parts
    app: Flask
    forgotten: list[str]
    pinned: list[tuple[str, str | None]]
    ready: list[bool]

    def browser(self) -> "Browser":
        """Somebody without a session."""
        return Browser(self.app.test_client())

    def signed_in(self) -> "Browser":
        """The owner, come in by the one-time code."""
        browser = self.browser()
        browser.get(f"/sign-in?code={self.trust.codes.issue()}")
        browser.csrf = browser.get("/api/session").json["csrf"]
        return browser

    def script(self) -> "Browser":
        """A program with the token for scripts."""
        browser = self.browser()
        browser.headers["Authorization"] = f"Bearer {(self.home / 'token').read_text().strip()}"
        return browser


class Browser:
    """Flask's test client with a Host, an Origin where a browser sends one, and the CSRF token."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.headers: dict[str, str] = {}
        self.csrf = ""

    def get(self, path: str, **more: Any) -> Any:
        return self.open("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> Any:
        return self.open("POST", path, json=json, **more)

    def open(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        sent = {"Host": HOST, **self.headers}
        if method not in ("GET", "HEAD") and "Authorization" not in sent:
            sent |= {"Origin": f"http://{HOST}", "X-CSRF-Token": self.csrf}
        sent |= headers or {}
        if more.get("json", 0) is None:
            del more["json"]
        kept = {name: value for name, value in sent.items() if value}
        return self.client.open(path, method=method, headers=kept, **more)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    page = tmp_path / "page"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>BMO</title>")
    (page / "assets" / "index-abc123.js").write_text("1")
    clock = ManualClock()
    database = Database(tmp_path / "data" / "bmo.db", [TIMER_TABLE, TRUST_TABLES])
    settings = AppSettings.model_validate({"home": tmp_path, "app": {"streams": 2, "allowed_hosts": "bmo.example.org"}})
    trust = Trust(database, tmp_path, clock, settings.app)
    turns, forgotten, pinned, ready = ScriptedTurns(), [], [], [True]

    def pin(capability: str, provider: str | None) -> None:
        if capability != "chat":
            raise NotFound(f"There is no capability {capability!r}.")
        pinned.append((capability, provider))

    parts = Parts(
        settings=settings,
        trust=trust,
        sockets=Sockets(trust.lives, cap=2),
        turns=turns,
        timers=TimerDesk(Timers(database, clock, Events())),
        speak=Voice(),
        clips=Clips(clock),
        status=lambda: Status(state="ok", version="1", servers=(), capabilities=()),
        ready=lambda: ready[0],
        forget=forgotten.append,
        pin_provider=pin,
        page=page,
    )
    yield World(tmp_path, clock, trust, turns, parts, create_app(parts), forgotten, pinned, ready)
    database.close()
