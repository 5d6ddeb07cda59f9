"""What the threads of one turn share: events on their way out, and when each stage was reached."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from queue import Empty, Full, Queue
from typing import Generic, TypeVar

from bmo.core.clock import Clock

T = TypeVar("T")
POLL_SECONDS = 0.05
"""How soon a waiting thread notices that the turn is not wanted any more."""
ROOM = 256
"""Events that wait for a slow reader before whoever makes them has to wait too."""


class Flow(Generic[T]):
    """A bounded queue whose writers give up as soon as the turn is over."""

    def __init__(self) -> None:
        self._queue: Queue[T] = Queue(ROOM)
        self.halt = threading.Event()
        """Set when nobody wants the turn any more."""

    def put(self, item: T) -> None:
        """Wait for room; after `halt` the item goes nowhere."""
        while not self.halt.is_set():
            with suppress(Full):
                self._queue.put(item, timeout=POLL_SECONDS)
                return

    def next(self) -> T | None:
        """The next item, or None when there was none for a moment."""
        try:
            return self._queue.get(timeout=POLL_SECONDS)
        except Empty:
            return None


class Stopwatch:
    """When each stage of a turn was first reached: milliseconds from the end of speech or the arrival of the text."""

    def __init__(self, clock: Clock, ahead: float = 0.0) -> None:
        self._clock = clock
        self._start = clock.monotonic() - ahead
        self._stages: dict[str, float] = {"endpoint": round(ahead * 1000, 1)} if ahead else {}

    def mark(self, stage: str) -> None:
        """This stage is reached; later marks of the same one do not count."""
        self._stages.setdefault(stage, round((self._clock.monotonic() - self._start) * 1000, 1))

    def reached(self, stage: str) -> bool:
        """Whether it was marked."""
        return stage in self._stages

    @property
    def stages(self) -> Mapping[str, float]:
        """Every stage so far."""
        return dict(self._stages)
