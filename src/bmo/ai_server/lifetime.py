"""How long an engine lives, how long its answers took of late, and who is told about both."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Literal, Protocol

_MINUTE = 60.0
_MOST = 1_000
"""Answers that are remembered; more within a minute than this do not move the median."""


class Lifetime(Protocol):
    """When an engine is loaded and how long it is kept; `settings.app.Loaded` is one."""

    @property
    def load(self) -> Literal["eager", "lazy", "never"]: ...

    @property
    def idle_seconds(self) -> float:
        """Let go of when nobody asked for so long; 0 keeps it."""

    @property
    def wait_seconds(self) -> float:
        """The longest that somebody waits in its line."""

    @property
    def memory_mb(self) -> int:
        """What it takes; 0 when that is not known."""


@dataclass(frozen=True, slots=True)
class Lived:
    """A lifetime that is not read from settings."""

    load: Literal["eager", "lazy", "never"] = "eager"
    idle_seconds: float = 0
    wait_seconds: float = 60
    memory_mb: int = 0


ALWAYS = Lived()
"""Loaded at the start and kept."""


class Meter:
    """Is told what happens at the desks; this one forgets it. Any thread may call."""

    def waited(self, capability: str, seconds: float) -> None:
        """Somebody got the engine after so long in its line."""

    def begun(self, capability: str, seconds: float) -> None:
        """The first piece of a stream was there so long after it was asked for."""

    def served(self, capability: str, seconds: float) -> None:
        """The engine was given back so long after it was asked for."""

    def loaded(self, capability: str, seconds: float) -> None:
        """An engine was loaded in so long."""

    def failed(self, capability: str) -> None:
        """An engine could not be loaded."""


class Recent:
    """The answers of the last minute. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: deque[tuple[float, float]] = deque(maxlen=_MOST)

    def add(self, seconds: float) -> None:
        """An answer is done; it took `seconds`."""
        self._answers.append((self._clock(), seconds))

    def p50(self) -> float | None:
        """The median of what the last minute's answers took, in seconds; None when there were none."""
        since = self._clock() - _MINUTE
        took = [seconds for when, seconds in tuple(self._answers) if when >= since]
        return round(median(took), 4) if took else None
