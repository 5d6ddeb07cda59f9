"""A clock that stands still until it is told to go on."""

import threading
from datetime import UTC, datetime, timedelta


class ManualClock:
    """Both kinds of time, moved by hand. Thread-safe."""

    def __init__(self, now: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)) -> None:
        self._start = now
        self._passed = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> datetime:
        with self._lock:
            return self._start + timedelta(seconds=self._passed)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass; raises `ValueError` for a negative number, as monotonic time never goes back."""
        if seconds < 0:
            raise ValueError(f"time does not go back by {seconds} s")
        with self._lock:
            self._passed += seconds

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock, forward or back; monotonic time does not notice."""
        with self._lock:
            self._start += timedelta(seconds=seconds)
