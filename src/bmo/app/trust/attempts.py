"""Guessing is slowed down: per source and in all, with delays that double."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from bmo.core.clock import Clock
from bmo.core.errors import TooMany

MOST_SOURCES = 1_000
"""Remembered at a time; the limit in all holds against more."""
FORGOTTEN_SECONDS = 86_400.0
"""After so long without a try from there, what was wrong before counts no more."""


@dataclass(slots=True)
class _Tries:
    wrong: int = 0
    closed_until: float = 0.0
    last: float = 0.0


class Attempts:
    """Counts wrong tries. A try counts as wrong from its start, so that many at once gain nothing."""

    def __init__(
        self,
        clock: Clock,
        *,
        free: int = 3,
        longest: float = 3_600.0,
        free_in_all: int = 20,
        longest_in_all: float = 60.0,
    ) -> None:
        """`free` tries a source, `free_in_all` from everywhere; then waits of 1, 2, 4 ... seconds up to `longest`."""
        self._clock = clock
        self._free = free
        self._longest = longest
        self._free_in_all = free_in_all
        self._longest_in_all = longest_in_all
        self._sources: OrderedDict[str, _Tries] = OrderedDict()
        self._all = _Tries()
        self._lock = threading.Lock()

    def begin(self, source: str) -> None:
        """A try starts. Raises `TooMany` with the seconds to wait."""
        with self._lock:
            now = self._clock.monotonic()
            tries = self._sources.setdefault(source, _Tries())
            self._sources.move_to_end(source)
            while len(self._sources) > MOST_SOURCES:
                self._sources.popitem(last=False)
            wait = max(tries.closed_until, self._all.closed_until) - now
            if wait > 0:
                raise TooMany(f"Too many wrong tries. Wait {_words(wait)} and try again.", retry_after=wait)
            _count(tries, now, self._free, self._longest)
            _count(self._all, now, self._free_in_all, self._longest_in_all)

    def right(self, source: str) -> None:
        """The try was right: this source starts afresh."""
        with self._lock:
            self._sources.pop(source, None)
            self._all = _Tries()

    def pardon(self, source: str) -> None:
        """The try was right, but those before it still count: who knows one PIN may have guessed at another."""
        with self._lock:
            for tries, free in ((self._sources.get(source), self._free), (self._all, self._free_in_all)):
                if tries is not None and tries.wrong:
                    tries.wrong -= 1
                    tries.closed_until = tries.closed_until if tries.wrong >= free else 0.0


def _count(tries: _Tries, now: float, free: int, longest: float) -> None:
    tries.wrong = 1 if now - tries.last > FORGOTTEN_SECONDS else tries.wrong + 1
    tries.last = now
    if tries.wrong >= free:
        tries.closed_until = now + min(longest, 2.0 ** min(tries.wrong - free, 30))


def _words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} minutes"
