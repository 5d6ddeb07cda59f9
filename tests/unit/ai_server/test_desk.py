import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bmo.ai_server.desk import Desk
from bmo.ai_server.lifetime import Lived, Meter, Recent
from bmo.capabilities.provider import Stream
from bmo.core.errors import Broken, Busy, Cancelled, Unavailable
from bmo.core.lease import Shelf
from bmo.fakes.clock import ManualClock


class Engine:
    """Dies when told to; counts how often it was closed."""

    def __init__(self) -> None:
        self.alive = True
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


def desk(
    make: Callable[[], Engine] = Engine,
    *,
    queue: int = 1,
    clock: ManualClock | None = None,
    budget: float = 0,
    **life: object,
) -> Desk[Engine]:
    made: Desk[Engine] = Desk("chat", "model", make, queue=queue, lifetime=Lived(**life))  # type: ignore[arg-type]
    made.share(Shelf(budget, clock=clock), Meter())
    return made


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def test_an_engine_that_is_never_loaded_is_absent_and_says_why() -> None:
    one = desk(load="never")

    assert one.health().state == "absent"
    with pytest.raises(Unavailable, match="told never to load model"):
        one.take()


def test_a_lazy_engine_is_ready_and_loads_for_whoever_asks_first() -> None:
    one = desk(load="lazy")
    assert (one.state, one.loaded) == ("ready", False)

    with one.used() as engine:
        assert engine.alive
    assert one.health().loaded


def test_an_idle_engine_is_let_go_of_and_comes_back_for_the_next() -> None:
    clock = ManualClock()
    one = desk(clock=clock, idle_seconds=60)
    one.load()
    with one.used() as first:
        clock.advance(100)
        one.look()
        assert not first.closed

    clock.advance(61)
    one.look()

    assert first.closed == 1
    assert (one.state, one.loaded) == ("ready", False)
    with one.used() as second:
        assert second is not first


def test_who_waits_longer_than_the_deadline_is_told_to_come_again() -> None:
    one = desk(wait_seconds=0.2)
    one.load()
    one.take()

    began = time.monotonic()
    with pytest.raises(Busy, match="took too long") as late:
        one.take()
    assert 0.2 <= time.monotonic() - began < 2
    assert late.value.retry_after >= 1
    assert one.inside == 1


def test_who_waits_for_a_slow_load_may_leave_before_it_is_through() -> None:
    go_on = threading.Event()

    def make() -> Engine:
        go_on.wait(10)
        return Engine()

    one = desk(make, load="lazy", wait_seconds=0.2)
    with pytest.raises(Busy):
        one.take()
    assert one.inside == 0

    go_on.set()
    assert within(5, lambda: one.loaded)


def test_the_time_to_come_again_follows_from_how_long_answers_take() -> None:
    clock = ManualClock()
    one = desk(clock=clock, queue=3)
    one.load()
    permit = one.take()
    clock.advance(20)
    permit.release()
    for _ in range(4):
        threading.Thread(target=one.take, daemon=True).start()
    assert within(5, lambda: one.inside == 4)

    with pytest.raises(Busy) as full:
        one.take()
    assert full.value.retry_after > 2


def test_a_dead_engine_is_started_again_without_anybody_asking() -> None:
    one = desk()
    one.load()
    with one.used() as first:
        first.alive = False
        one.look()
        assert not first.closed  # its borrower finds out first

    one.look()

    assert first.closed == 1
    with one.used() as second:
        assert second.alive


def test_an_engine_that_failed_is_tried_again_later_and_ever_more_seldom() -> None:
    clock = ManualClock()
    damaged = True
    tries: list[float] = []

    def make() -> Engine:
        tries.append(clock.monotonic())
        if damaged:
            raise Broken("The file is damaged.")
        return Engine()

    one = desk(make, clock=clock)
    one.load()
    for _ in range(200):
        clock.advance(1)
        one.look()
    assert tries == [0, 30, 90]
    assert one.health().why == "The file is damaged."

    damaged = False
    clock.advance(200)
    one.look()
    assert (one.state, one.why) == ("ready", "")


def test_memory_goes_to_whoever_is_asked() -> None:
    shelf = Shelf(100)
    desks = [Desk(name, name, Engine, lifetime=Lived(memory_mb=60)) for name in ("chat", "speak")]
    for one in desks:
        one.share(shelf, Meter())
        one.load(for_others=False)
    assert [(one.state, one.loaded) for one in desks] == [("ready", True), ("ready", False)]

    with desks[1].used():
        assert [one.loaded for one in desks] == [False, True]


def test_who_needs_the_memory_of_one_in_use_waits_for_it() -> None:
    shelf = Shelf(100)
    chat, speak = (Desk(name, name, Engine, lifetime=Lived(memory_mb=60)) for name in ("chat", "speak"))
    for one in (chat, speak):
        one.share(shelf, Meter())
    chat.load()
    permit = chat.take()
    speak.load(for_others=False)
    got: list[object] = []
    waiting = threading.Thread(target=lambda: got.append(speak.take()))
    waiting.start()
    assert not within(0.3, lambda: bool(got))

    permit.release()
    waiting.join(10)
    assert got


def test_the_median_is_that_of_the_last_minute() -> None:
    clock = ManualClock()
    recent = Recent(clock.monotonic)
    assert recent.p50() is None
    for seconds in (1.0, 2.0, 9.0):
        recent.add(seconds)
    assert recent.p50() == 2.0

    clock.advance(61)
    recent.add(5.0)
    assert recent.p50() == 5.0


def test_every_stage_is_measured() -> None:
    told: list[tuple[str, float]] = []

    class Told(Meter):
        def waited(self, capability: str, seconds: float) -> None:
            told.append(("queue", seconds))

        def begun(self, capability: str, seconds: float) -> None:
            told.append(("first", seconds))

        def served(self, capability: str, seconds: float) -> None:
            told.append(("whole", seconds))

    clock = ManualClock()
    one: Desk[Engine] = Desk("chat", "model", Engine)
    one.share(Shelf(clock=clock), Told())
    one.load()
    permit = one.take()
    stream = permit.watched(pieces(clock, 2.0, 3.0))
    assert list(stream) == [2.0, 3.0]
    permit.release()

    assert told == [("queue", 0.0), ("first", 2.0), ("whole", 5.0)]
    assert one.health().p50_seconds == 5.0


def pieces(clock: ManualClock, *seconds: float) -> Stream[float]:
    for one in seconds:
        clock.advance(one)
        yield one


def test_a_stream_that_is_handed_back_says_that_another_server_should_go_on() -> None:
    one = desk()
    one.load()
    permit = one.take()
    stream = permit.watched(word for word in ("one", "two", "three"))
    assert next(stream) == "one"

    one.hand_back()

    with pytest.raises(Unavailable) as told:
        next(stream)
    assert told.value.code == "draining"


def test_an_engine_that_is_silent_is_interrupted_when_it_is_handed_back() -> None:
    class Silent(Iterator[str]):
        def __init__(self) -> None:
            self.stopped = threading.Event()

        def __next__(self) -> str:
            return self.send(None)

        def send(self, value: None) -> str:
            self.stopped.wait(10)
            raise Cancelled("The answer was stopped.")

        def interrupt(self) -> None:
            self.stopped.set()

    one = desk()
    one.load()
    permit = one.take()
    stream = permit.watched(Silent())  # type: ignore[arg-type]
    threading.Timer(0.05, one.hand_back).start()

    began = time.monotonic()
    with pytest.raises(Unavailable, match="going away"):
        next(stream)
    assert time.monotonic() - began < 5
