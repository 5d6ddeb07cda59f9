import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.ai_server.holders import Holder
from bmo.ai_server.turnstile import SEAT, USUAL, Exit, KeyLimit, Turnstile
from bmo.core.errors import TooMany
from bmo.fakes.clock import ManualClock

APP = Holder("app")
TABLE = Holder("table", "vtt")


def test_the_app_is_not_limited_in_normal_use() -> None:
    turnstile = Turnstile()

    for _ in range(10_000):
        turnstile.enter(APP)()
    running = [turnstile.enter(APP) for _ in range(64)]
    assert len(running) == turnstile.inside("app") == 64
    assert USUAL["app"].per_minute == 0


def test_a_place_is_given_back_once() -> None:
    turnstile = Turnstile({"app": KeyLimit(at_once=2)})
    leave, _stay = turnstile.enter(APP), turnstile.enter(APP)

    leave()
    leave()
    assert turnstile.inside("app") == 1


def test_one_holders_requests_are_not_another_ones() -> None:
    turnstile = Turnstile({"app": KeyLimit(at_once=1), "vtt": KeyLimit(per_minute=1)})
    turnstile.enter(APP)
    turnstile.enter(TABLE)

    for holder in (APP, TABLE):
        with pytest.raises(TooMany):
            turnstile.enter(holder)
    turnstile.enter(Holder("another"))


@given(st.integers(1, 50), st.lists(st.floats(0, 20), max_size=120))
def test_nobody_asks_more_than_twice_the_limit_in_a_minute_nor_is_refused_below_it(
    per_minute: int, pauses: list[float]
) -> None:
    clock = ManualClock()
    turnstile = Turnstile({"vtt": KeyLimit(per_minute=per_minute)}, clock.monotonic)
    asked: list[float] = []
    let_in: list[float] = []
    for pause in pauses:
        clock.advance(pause)
        now = clock.monotonic()
        try:
            turnstile.enter(TABLE)()
            let_in.append(now)
        except TooMany as refused:
            assert len([one for one in asked if one > now - 60]) >= per_minute
            clock.advance(refused.retry_after)
            turnstile.enter(TABLE)()
            let_in.append(clock.monotonic())
        asked.append(clock.monotonic())

    for end in let_in:
        assert len([one for one in let_in if end - 60 < one <= end]) <= 2 * per_minute


def test_many_threads_never_get_more_places_than_there_are() -> None:
    turnstile = Turnstile({"app": KeyLimit(at_once=3)})
    most, refused = [0], [0]

    def ask() -> None:
        for _ in range(300):
            try:
                leave = turnstile.enter(APP)
            except TooMany:
                refused[0] += 1
                continue
            most[0] = max(most[0], turnstile.inside("app"))
            leave()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] <= 3
    assert turnstile.inside("app") == 0


class Pieces:
    """An answer that can be closed, and may break."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self.closed = True


def answered(turnstile: Turnstile, pieces: Any) -> Any:
    def app(environ: dict[str, Any], _start: Any) -> Any:
        environ[SEAT] = turnstile.enter(APP)
        if isinstance(pieces, Exception):
            raise pieces
        return pieces

    return Exit(app)({SEAT: lambda: pytest.fail("a place the server did not give")}, None)


def test_an_answer_that_was_never_read_gives_its_place_back_when_it_is_closed() -> None:
    turnstile = Turnstile()
    inside = Pieces(iter([b"a"]))
    answer = answered(turnstile, inside)

    assert turnstile.inside("app") == 1
    answer.close()
    assert turnstile.inside("app") == 0
    assert inside.closed


def test_an_answer_that_is_read_to_its_end_or_breaks_gives_its_place_back() -> None:
    def breaks() -> Iterator[bytes]:
        yield b"a"
        raise OSError("gone")

    turnstile = Turnstile()
    assert list(answered(turnstile, [b"a", b"b"])) == [b"a", b"b"]
    with pytest.raises(OSError, match="gone"):
        list(answered(turnstile, breaks()))
    with pytest.raises(RuntimeError):
        answered(turnstile, RuntimeError("no answer at all"))

    assert turnstile.inside("app") == 0
