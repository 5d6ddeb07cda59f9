"""Which of several satellites answers a wake word that all of them heard: the first, at once.

Nobody waits for the others: that would cost everybody the slowest one's delay, and who hears it first is near enough.
"""

import threading

from bmo.core.clock import Clock

WINDOW = 1.0
"""Seconds after a wake word in which another satellite has heard the same one: sound, line and model differ by less."""


class Arbitration:
    """One for all satellites of the house. Thread-safe."""

    def __init__(self, clock: Clock, window: float = WINDOW) -> None:
        self._clock = clock
        self._window = window
        self._lock = threading.Lock()
        self._first = ""
        self._since = float("-inf")

    def claim(self, satellite: str) -> bool:
        """Whether this satellite, named by anything that is its own, may answer the wake word it has just heard."""
        now = self._clock.monotonic()
        with self._lock:
            if satellite != self._first and now - self._since < self._window:
                return False
            self._first, self._since = satellite, now
            return True
