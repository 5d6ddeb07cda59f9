"""The line to the app keeps its order, comes back by itself, and knows when it is not wanted."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import socketio
from werkzeug.serving import make_server

from bmo.core.clock import SystemClock
from bmo.core.errors import Denied
from bmo.device import line as module
from bmo.device.line import Line
from bmo.wire.page import ScoredHead, Stop

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]

EVENTS = 300


class App:
    """A Socket.IO server on a port of its own, which can go and come back."""

    def __init__(self) -> None:
        self.got: list[tuple[Any, bytes]] = []
        self.port = 0
        self.answer = 200
        self.start()

    def start(self) -> None:
        self.io = socketio.Server(async_mode="threading", async_handlers=False, transports=["websocket"])
        self.io.on("connect", self._greet, namespace="/voice")
        self.io.on("scored", lambda _, head, samples: self.got.append((head, samples)), namespace="/voice")
        inside = socketio.WSGIApp(self.io)
        self.server = make_server("127.0.0.1", self.port, lambda e, s: self._door(inside, e, s), threaded=True)
        self.port = self.server.port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.io.shutdown()
        for one in tuple(self.io.eio.sockets.values()):
            one.close(wait=False)
        self.server.shutdown()
        self.server.server_close()

    def _door(self, inside: Any, environ: Any, start: Any) -> Any:
        if environ.get("HTTP_AUTHORIZATION") != "Bearer right":
            start("401 UNAUTHORIZED", [])
            return [b"{}"]
        return inside(environ, start)

    def _greet(self, sid: str, _environ: Any) -> None:
        def tell() -> None:
            for number in range(EVENTS):
                self.io.emit("turn", {"number": number, "pcm": b"\0" * 100}, to=sid, namespace="/voice")

        threading.Timer(0.2, tell).start()


class Satellite:
    """Keeps what a line tells."""

    def __init__(self, port: int, key: str = "right") -> None:
        self.heard: list[int] = []
        self.course: list[str] = []
        self.failure: Exception | None = None
        self.stop = threading.Event()
        self.line = Line(
            lambda: f"http://127.0.0.1:{port}",
            key,
            {"turn": self._turn},
            lambda: self.course.append("joined"),
            lambda: self.course.append("lost"),
        )
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.line.run(self.stop, SystemClock())
        except Exception as failure:
            self.failure = failure

    def _turn(self, told: Any) -> None:
        if told["number"] % 10 == 0:  # as when a loudspeaker has to be opened first
            threading.Event().wait(0.01)
        self.heard.append(told["number"])

    def close(self) -> None:
        self.stop.set()
        self.thread.join(timeout=10)


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.05)
    app = App()
    yield app
    app.stop()


def until(condition: Any, seconds: float = 20.0) -> None:
    pause, end = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "that never happened"
        pause.wait(0.02)


def test_pieces_of_sound_never_overtake_each_other(app: App) -> None:
    satellite = Satellite(app.port)

    until(lambda: len(satellite.heard) >= EVENTS)
    satellite.close()

    assert satellite.heard == list(range(EVENTS))


def test_frames_arrive_with_their_scores(app: App) -> None:
    satellite = Satellite(app.port)
    until(lambda: satellite.line.up)

    assert satellite.line.send("scored", ScoredHead(seq=0, wake=0.5, speech=(0.25,)), b"\1" * 2_560)
    until(lambda: app.got)
    satellite.close()

    assert app.got == [({"seq": 0, "wake": 0.5, "speech": [0.25]}, b"\1" * 2_560)]


def test_it_comes_back_when_the_app_does(app: App) -> None:
    satellite = Satellite(app.port)
    until(lambda: satellite.course == ["joined"])

    app.stop()
    until(lambda: satellite.course == ["joined", "lost"])
    unsent = satellite.line.send("stop", Stop())
    app.start()
    until(lambda: satellite.course == ["joined", "lost", "joined"])
    satellite.close()

    assert not unsent
    assert satellite.failure is None


def test_a_key_that_is_not_known_ends_it(app: App) -> None:
    satellite = Satellite(app.port, key="wrong")

    satellite.thread.join(timeout=20)

    assert isinstance(satellite.failure, Denied)
    assert "bmo voice pair" in str(satellite.failure)
    assert satellite.course == []
