"""Until when a server serves: its end is announced, and a worker that dies meanwhile is followed by one that knows."""

from ctypes import c_double
from datetime import UTC, datetime, timedelta
from multiprocessing.sharedctypes import RawValue

from bmo.core.clock import Clock, SystemClock


class Draining:
    """When this server will be gone. Made before gunicorn forks, it is shared by all its processes."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._until = RawValue(c_double, 0.0)
        """Seconds since 1970; 0 for a server that stays. One aligned double: written and read whole."""

    @property
    def until(self) -> datetime | None:
        """When it will be gone; None for a server that stays."""
        until: float = self._until.value
        return datetime.fromtimestamp(until, UTC) if until else None

    @property
    def left(self) -> float:
        """Seconds until it is gone; 0 when that time has passed, or is not known."""
        until = self.until
        return max(0.0, (until - self._clock.now()).total_seconds()) if until else 0.0

    def begin(self, until: datetime) -> datetime:
        """It will be gone at `until`, or before: whoever said a nearer time is right. Gives the time that holds."""
        until = min(until, self.until or until)
        self._until.value = until.timestamp()
        return until

    def begin_in(self, seconds: float) -> datetime:
        """It will be gone in so many seconds. Gives the time that holds."""
        return self.begin(self._clock.now() + timedelta(seconds=seconds))
