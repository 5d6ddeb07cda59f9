"""Time, passed in so that tests can own it."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two kinds of time: one that never jumps, one that people read."""

    def monotonic(self) -> float:
        """Seconds that only go forward; for deadlines and durations."""

    def now(self) -> datetime:
        """Wall time, aware, UTC."""


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC)
