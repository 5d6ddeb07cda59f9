"""How often somebody may guess: wrong keys of late, by where they came from and in all."""

import threading
from collections import deque
from collections.abc import Callable

from bmo.core.errors import TooMany

WINDOW = 60.0
"""Seconds that a wrong try is remembered."""
TRIES_PER_SOURCE = 10
TRIES_IN_ALL = 100
_MAX_SOURCES = 1_000


class Tries:
    """The wrong tries of the last minute. Thread-safe."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sources: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()

    def judge(self, source: str, *, right: bool) -> None:
        """Somebody tried a key that could be guessed. Raises `TooMany`, also for the right one, after too many wrong
        ones; otherwise a wrong one is remembered."""
        with self._lock:
            wait = self._wait(source)
            if wait > 0:
                raise TooMany("Too many wrong keys; wait a minute.", retry_after=wait)
            if not right:
                self._remember(source)

    def _wait(self, source: str) -> float:
        """Seconds until another try is looked at; 0 when there is no need to wait."""
        now = self._clock()
        waits = [0.0]
        for tries, most in ((self._sources.get(source, deque()), TRIES_PER_SOURCE), (self._all, TRIES_IN_ALL)):
            while tries and tries[0] <= now - WINDOW:
                tries.popleft()
            if len(tries) >= most:
                waits.append(tries[0] + WINDOW - now)
        return max(waits)

    def _remember(self, source: str) -> None:
        now = self._clock()
        if len(self._sources) >= _MAX_SOURCES:
            self._sources = {one: tries for one, tries in self._sources.items() if tries and tries[-1] > now - WINDOW}
        self._sources.setdefault(source, deque()).append(now)
        self._all.append(now)
