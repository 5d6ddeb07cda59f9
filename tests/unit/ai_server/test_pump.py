import threading
from collections.abc import Generator

from bmo.ai_server.pump import Ended, Pump
from bmo.ai_server.workers import Workers
from bmo.core.trace import set_trace, trace

THREADS = Workers(4)


def everything(pump: Pump[str]) -> list[str | Ended]:
    found: list[str | Ended] = []
    while True:
        chunk = pump.next(5)
        assert chunk is not None
        found.append(chunk)
        if isinstance(chunk, Ended):
            return found


def test_chunks_come_in_order_and_the_end_last() -> None:
    done = threading.Event()
    pump = Pump((word for word in ("a", "b")), done.set, THREADS)  # type: ignore[arg-type]

    assert everything(pump) == ["a", "b", Ended()]
    assert done.is_set()


def test_a_silent_stream_lets_its_reader_go_on() -> None:
    speak = threading.Event()

    def stream() -> Generator[str, None, None]:
        speak.wait(5)
        yield "at last"

    pump = Pump(stream(), lambda: None, THREADS)

    assert pump.next(0.01) is None
    speak.set()
    assert everything(pump) == ["at last", Ended()]


def test_a_fault_comes_after_what_was_said_and_the_engine_is_free() -> None:
    fault, free = RuntimeError("out of memory"), threading.Event()

    def stream() -> Generator[str, None, None]:
        yield "so far"
        raise fault

    assert everything(Pump(stream(), free.set, THREADS)) == ["so far", Ended(fault)]
    assert free.is_set()


def test_stopping_closes_the_stream_at_its_next_chunk() -> None:
    closed, go_on = threading.Event(), threading.Event()

    def stream() -> Generator[str, None, None]:
        try:
            yield "one"
            go_on.wait(5)
            yield "two"
            raise AssertionError("nobody wants a third")
        finally:
            closed.set()

    pump = Pump(stream(), lambda: None, THREADS)
    assert pump.next(5) == "one"
    pump.stop()
    go_on.set()

    assert closed.wait(5)


def test_a_stream_that_can_be_interrupted_is() -> None:
    class Stubborn(Generator[str, None, None]):
        def __init__(self) -> None:
            self.told = threading.Event()

        def send(self, value: None) -> str:
            self.told.wait(5)
            raise StopIteration

        def throw(self, *fault: object) -> str:
            raise StopIteration

        def interrupt(self) -> None:
            self.told.set()

    pump = Pump(Stubborn(), lambda: None, THREADS)
    assert pump.next(0.01) is None

    pump.stop()

    assert everything(pump) == [Ended()]


def test_the_trace_goes_along() -> None:
    set_trace("turn-7")

    def stream() -> Generator[str, None, None]:
        yield trace()

    assert everything(Pump(stream(), lambda: None, THREADS)) == ["turn-7", Ended()]
