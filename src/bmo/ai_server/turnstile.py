"""How much one key may ask: so often a minute, so much at a time."""

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bmo.ai_server.holders import Holder, Role
from bmo.core.errors import TooMany

SEAT = "bmo.seat"
"""Where the WSGI environ keeps what gives a request's place back."""
_COME_AGAIN = 1.0
_ROUNDING = 1e-6
_REMEMBERED = 1_000
"""Holders; beyond it those who ask nothing now are forgotten."""


@dataclass(frozen=True, slots=True)
class KeyLimit:
    """What one key may ask; 0 for as much as it likes."""

    per_minute: int = 0
    """Requests, on average; so many may come at once after a quiet minute."""
    at_once: int = 0
    """Requests that run or wait; one that streams counts until its stream is closed."""


USUAL: Mapping[Role, KeyLimit] = MappingProxyType(
    {"app": KeyLimit(at_once=80), "vtt": KeyLimit(per_minute=120, at_once=8), "admin": KeyLimit(at_once=80)}
)
"""80 of the server's 96 threads: far beyond what one app does, and no key alone can keep `/livez` from answering."""


@dataclass(slots=True)
class _Asking:
    inside: int = 0
    due: float = 0.0
    """When the requests so far would have come at an even pace (GCRA: one number instead of a list of times)."""


class Turnstile:
    """Counts the requests of every holder, by name. Thread-safe."""

    def __init__(self, limits: Mapping[Role, KeyLimit] = USUAL, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = dict(limits)
        self._clock = clock
        self._lock = threading.Lock()
        self._asking: dict[str, _Asking] = {}

    def enter(self, holder: Holder) -> Callable[[], None]:
        """Let a request in; call the result when it is over, however often. Raises `TooMany`."""
        limit = self._limits.get(holder.role, KeyLimit())
        with self._lock:
            asking = self._of(holder.name)
            if limit.at_once and asking.inside >= limit.at_once:
                raise TooMany(
                    f"This key has {limit.at_once} requests running, which is all it may; wait until one is done.",
                    retry_after=_COME_AGAIN,
                    code="too_many_requests",
                )
            asking.due = self._next(asking.due, limit.per_minute)
            asking.inside += 1
        return _Leave(self._lock, asking)

    def inside(self, name: str) -> int:
        """Requests of this holder that are not over."""
        with self._lock:
            asking = self._asking.get(name)
            return asking.inside if asking else 0

    def _next(self, due: float, per_minute: int) -> float:
        """The new `due` of somebody who asks now. Raises `TooMany` when it would be more than a minute ahead."""
        now = self._clock()
        if not per_minute:
            return now
        after = max(due, now) + 60.0 / per_minute
        wait = after - 60.0 - now
        if wait > _ROUNDING:
            raise TooMany(
                f"This key may ask {per_minute} times a minute, and has; wait {math.ceil(wait)} s.",
                retry_after=wait,
                code="too_many_requests",
            )
        return after

    def _of(self, name: str) -> _Asking:
        if name not in self._asking and len(self._asking) >= _REMEMBERED:
            now = self._clock()
            self._asking = {one: asking for one, asking in self._asking.items() if asking.inside or asking.due > now}
        return self._asking.setdefault(name, _Asking())


class _Leave:
    """Gives one place back, once."""

    def __init__(self, lock: threading.Lock, asking: _Asking) -> None:
        self._lock = lock
        self._asking = asking
        self._held = True

    def __call__(self) -> None:
        with self._lock:
            if self._held:
                self._held = False
                self._asking.inside -= 1


class Exit:
    """WSGI around the app: a request that was let in is over when its answer has been read to the end or closed.

    Out here and not in Flask's hooks, which know neither that a stream is through nor every kind of answer.
    """

    def __init__(self, inside: Any) -> None:
        self._inside = inside

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.pop(SEAT, None)
        try:
            answer: Iterable[bytes] = self._inside(environ, start_response)
        except BaseException:
            environ.get(SEAT, _nothing)()
            raise
        leave = environ.get(SEAT)
        return answer if leave is None else _Answer(answer, leave)


class _Answer:
    """The pieces of an answer; an object rather than a generator, as closing one that never began runs nothing."""

    def __init__(self, pieces: Iterable[bytes], leave: Callable[[], None]) -> None:
        self._pieces = pieces
        self._iterator = iter(pieces)
        self._leave = leave

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._iterator)
        except BaseException:
            self._leave()
            raise

    def close(self) -> None:
        try:
            close: Callable[[], None] = getattr(self._pieces, "close", _nothing)
            close()
        finally:
            self._leave()


def _nothing() -> None:
    pass
