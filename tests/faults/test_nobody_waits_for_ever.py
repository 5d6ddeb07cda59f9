"""Whatever a server does not do, a turn that was stopped ends, and so does the wait for the last server."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bmo.core.errors import BmoError, Cancelled, NobodyCould, TimedOut
from bmo.core.stopping import work_until
from bmo.remote import server
from faults.house import House, house, seconds, until
from faults.proxy import FaultProxy, Hang
from faults.tiny_server import TinyServer

SOON = 0.5
"""Seconds after which somebody who was stopped must be gone: five looks."""


class Asker:
    """Asks in a thread of its own, for a turn that can be stopped; keeps what it failed with."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.failure: BmoError | None = None
        self._stop = threading.Event()
        self._ask = ask
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Stop; the seconds that it took to end."""
        self._stop.set()
        return seconds(lambda: self._thread.join(10))

    def _run(self) -> None:
        work_until(self._stop)
        try:
            self._ask()
        except BmoError as failure:
            self.failure = failure


@pytest.mark.parametrize("ask", [House.say, House.hear, House.rate], ids=["chat", "transcribe", "speak"])
def test_a_stop_ends_the_wait_for_the_last_server_that_hangs(
    cloud: TinyServer, here: TinyServer, ask: Callable[[House], object]
) -> None:
    cloud.stop()
    with (
        FaultProxy(("127.0.0.1", here.port)) as line,
        House(cloud.server("cloud"), here.server("here", line.url, supervised=True)) as home,
    ):
        line.behave(Hang())
        asker = Asker(lambda: ask(home))
        until(lambda: line.connections == 1)

        assert asker.stop() < SOON
        assert isinstance(asker.failure, Cancelled)
        assert [attempt.provider for attempt in home.attempts] == ["cloud"], "to be stopped is no failure of a server"


def test_a_stop_reaches_a_server_that_only_says_that_it_works(cloud: TinyServer, here: TinyServer) -> None:
    gone = threading.Event()

    def working() -> Iterator[bytes]:
        try:
            while True:
                yield b'{"type":"wait"}\n'
                time.sleep(0.02)
        finally:
            gone.set()

    cloud.stop()
    here.lines = working
    with house(cloud, here, supervised=True) as home:
        asker = Asker(home.say)
        until(lambda: len(here.asked) == 1)

        assert asker.stop() < SOON
        assert gone.wait(2.0)


def test_a_stop_ends_the_wait_for_a_local_server_that_is_restarted(cloud: TinyServer, here: TinyServer) -> None:
    cloud.stop()
    with house(cloud, here, supervised=True) as home:
        home.watch.start()
        until(lambda: home.view("here").state == "ok")
        here.stop()
        asker = Asker(home.say)
        until(lambda: len(home.attempts) == 2)

        assert asker.stop() < SOON
        assert isinstance(asker.failure, Cancelled)


def test_a_last_server_that_nobody_restarts_is_given_up_too(
    cloud: TinyServer, here: TinyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a person pins "here": the cloud is asked last."""
    monkeypatch.setattr(server, "LAST_SECONDS", 0.5)
    cloud.stop()
    with (
        FaultProxy(("127.0.0.1", here.port)) as line,
        House(cloud.server("cloud"), here.server("here", line.url)) as home,
    ):
        line.behave(Hang())

        with pytest.raises(NobodyCould) as caught:
            home.say()
        assert isinstance(caught.value.causes[-1], TimedOut)
