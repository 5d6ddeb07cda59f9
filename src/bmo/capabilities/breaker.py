"""Remember that a provider failed, and let one prober find out when it is back.

    healthy ──one missed health check──▶ suspect ──another──▶ down ──its wait is over──▶ half_open
       ▲   ◀────────any good sign────────   │                  ▲                            │
       └────────────────────────────────────┼──────────────────┼──────the probe is good─────┤
                 a real failure (from healthy or suspect) ─────┴──────the probe fails───────┘

Healthy and suspect are asked; down and half-open are not. The wait starts at `first` seconds and doubles up to
`longest`; it starts over only after the provider stayed healthy for `steady` seconds. Two openings are therefore
never closer together than the wait of the first: a flapping server costs at most one switch per window.
"""

import threading
from dataclasses import dataclass
from enum import StrEnum

from bmo.core.clock import Clock
from bmo.core.errors import Unavailable


class State(StrEnum):
    """What is thought of a provider."""

    HEALTHY = "healthy"
    SUSPECT = "suspect"
    DOWN = "down"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Pace:
    """The numbers of a breaker, in seconds unless said otherwise."""

    first: float = 5.0
    """From the first failure to the first probe."""
    longest: float = 60.0
    """The wait doubles with each failure up to this."""
    steady: float = 60.0
    """Healthy for so long: the next failure waits `first` again."""
    misses: int = 2
    """Missed health checks in a row, a count, that mean down."""
    prober: float = 120.0
    """A prober that has not reported for so long is dead, and another one may go."""


class Breaker:
    """One provider of one capability. Pure: it does nothing by itself. Thread-safe."""

    def __init__(self, clock: Clock, pace: Pace | None = None) -> None:
        self._clock = clock
        self._pace = pace or Pace()
        self._lock = threading.Lock()
        self._state = State.HEALTHY
        self._cause: Unavailable | None = None
        self._missed = 0
        self._wait = 0.0
        self._since = float("-inf")
        """When the state was entered, on the monotonic clock."""
        self._ticket = 0

    @property
    def state(self) -> State:
        return self._state

    @property
    def asked(self) -> bool:
        """Whether people's requests may go there."""
        return self._state in (State.HEALTHY, State.SUSPECT)

    @property
    def cause(self) -> Unavailable | None:
        """What it failed with last; None while healthy."""
        return self._cause

    def probe_in(self) -> float | None:
        """Seconds until a probe is due, 0.0 when it is; None while no probe is needed."""
        with self._lock:
            return self._probe_in()

    def failed(self, cause: Unavailable) -> bool:
        """A real request failed. True if that opened the breaker.

        A straggler that was asked before it opened changes nothing.
        """
        with self._lock:
            if not self.asked:
                return False
            self._open(cause)
            return True

    def succeeded(self) -> None:
        """A real request was answered, or a health check was. Only a probe brings back what is down."""
        with self._lock:
            self._missed = 0
            if self._state is State.SUSPECT:
                self._state, self._cause = State.HEALTHY, None

    def missed(self, cause: Unavailable) -> bool:
        """A health check was not answered. True if that opened the breaker."""
        with self._lock:
            if not self.asked:
                return False
            self._missed += 1
            self._cause = cause
            if self._missed >= self._pace.misses:
                self._open(cause)
                return True
            self._state = State.SUSPECT
            return False

    def take_probe(self) -> int | None:
        """Become the one prober; hand the ticket to `probed`. None: not due, or somebody is on the way."""
        with self._lock:
            if self._probe_in() != 0.0:
                return None
            self._enter(State.HALF_OPEN)
            self._ticket += 1
            return self._ticket

    def probed(self, ticket: int, cause: Unavailable | None) -> None:
        """What the probe found: None closes the breaker. A prober that was given up is not listened to."""
        with self._lock:
            if self._state is not State.HALF_OPEN or ticket != self._ticket:
                return
            if cause is not None:
                self._open(cause)
                return
            self._missed, self._cause = 0, None
            self._enter(State.HEALTHY)

    def _open(self, cause: Unavailable) -> None:
        calm = self.asked and self._clock.monotonic() - self._since >= self._pace.steady
        self._wait = self._pace.first if calm else min(self._pace.longest, self._wait * 2)
        self._cause = cause
        self._enter(State.DOWN)

    def _enter(self, state: State) -> None:
        self._state, self._since = state, self._clock.monotonic()

    def _probe_in(self) -> float | None:
        if self.asked:
            return None
        wait = self._wait if self._state is State.DOWN else self._pace.prober
        return max(0.0, self._since + wait - self._clock.monotonic())
