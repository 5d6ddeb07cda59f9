"""Big things that are made when needed, lent and counted, and let go of when nobody needs them: models, mostly.

A `Shelf` is the memory they share. A `Lease` is one of them:

    away ──load──> making ──made──> here ──lend──> lent out ──give back──> here
      ^               │               │
      └───failed──────┘               └── idle too long, room needed, dead: let go of ──> away

Everything is thread-safe. One thing is made at a time, so that what each takes can be measured.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from bmo.core.clock import Clock, SystemClock
from bmo.core.errors import Broken, Busy, Unavailable

E = TypeVar("E")
_ROOM_AGAIN = 5.0
"""Seconds until somebody may have given back what takes the room now."""


class Shelf:
    """What the leases of one process may take together."""

    def __init__(
        self, budget_mb: float = 0, *, clock: Clock | None = None, measure: Callable[[], float] = lambda: 0.0
    ) -> None:
        """`budget_mb` 0: no limit. `measure` tells the MB in use now, for things that do not say what they take."""
        self.budget_mb = budget_mb
        self.clock = clock or SystemClock()
        self.measure = measure
        self.lock = threading.Lock()
        self.making = threading.Lock()
        self._leases: list[Lease[Any]] = []

    def put(self, lease: "Lease[Any]") -> None:
        """From now on `lease` shares this memory. Only before it is loaded."""
        self._leases.append(lease)
        lease.shelf = self

    def used_mb(self) -> float:
        """What the things that are here take."""
        return sum(lease.size_mb for lease in self._leases if lease.here)

    def make_room(self, lease: "Lease[Any]", *, for_others: bool) -> None:
        """Let go of what nobody uses, least recently used first, until `lease` fits; nothing, unless `for_others`.

        Raises `Broken` when it never fits, `Busy` when it may once others are given back.
        """
        if not self.budget_mb:
            return
        if lease.size_mb > self.budget_mb:
            raise Broken(
                f"{lease.name} takes {lease.size_mb:,.0f} MB, more than the {self.budget_mb:,.0f} MB that models may "
                "take here; choose a smaller one, or raise ai_server.memory_mb.",
                code="does_not_fit",
            )
        while self._over(lease) and for_others and (oldest := self._oldest(lease)):
            oldest.let_go()
        if self._over(lease):
            raise Busy(f"There is no memory for {lease.name} while others are in use.", retry_after=_ROOM_AGAIN)

    def _over(self, lease: "Lease[Any]") -> bool:
        return sum(one.size_mb for one in self._leases if one.here or one is lease) > self.budget_mb

    def _oldest(self, lease: "Lease[Any]") -> "Lease[Any] | None":
        free = [one for one in self._leases if one.here and not one.lent and one is not lease]
        return min(free, key=lambda one: one.used_at, default=None)


class Lease(Generic[E]):
    """One thing, such as a model in memory, that many borrow."""

    def __init__(
        self,
        name: str,
        make: Callable[[], E],
        *,
        idle_seconds: float = 0,
        size_mb: float = 0,
        shelf: Shelf | None = None,
    ) -> None:
        """`make` makes it; its `close()`, if any, ends it. `idle_seconds` 0 keeps it; `size_mb` 0 measures it."""
        self.name = name
        self.size_mb = size_mb
        """What it takes; 0 as long as nobody knows."""
        self.used_at = 0.0
        self._make = make
        self._idle_seconds = idle_seconds
        self._engine: E | None = None
        self._lent = 0
        self._closed = False
        self.shelf: Shelf
        (shelf or Shelf()).put(self)

    @property
    def here(self) -> bool:
        """Whether it is in memory."""
        return self._engine is not None

    @property
    def lent(self) -> int:
        """How many have borrowed it."""
        return self._lent

    @property
    def dead(self) -> bool:
        """Whether it is here and says of itself, by `alive`, that it no longer works."""
        return self._engine is not None and not getattr(self._engine, "alive", True)

    def load(self, *, for_others: bool = True) -> None:
        """Make it unless it is here. What nobody uses makes room, unless `for_others` is False.

        Raises `Broken` and `Busy` when there is no memory, `Unavailable` after `close`, and whatever `make` raises.
        """
        with self.shelf.making:
            if self._closed:
                raise _closed()
            if self._engine is not None:
                return
            self.shelf.make_room(self, for_others=for_others)
            before = self.shelf.measure()
            engine = self._make()
            self.size_mb = self.size_mb or max(0.0, self.shelf.measure() - before)
            with self.shelf.lock:
                closed = self._closed
                if not closed:
                    self._engine, self.used_at = engine, self.shelf.clock.monotonic()
        if closed:
            _end(engine)
            raise _closed()

    def lend(self) -> E | None:
        """It, counted as lent until `give_back`; None when it is not here."""
        with self.shelf.lock:
            if self._engine is not None:
                self._lent += 1
                self.used_at = self.shelf.clock.monotonic()
            return self._engine

    def give_back(self) -> None:
        """One who borrowed it is done. Raises `ValueError` when nobody has it."""
        with self.shelf.lock:
            if not self._lent:
                raise ValueError(f"nobody has borrowed {self.name}")
            self._lent -= 1
            self.used_at = self.shelf.clock.monotonic()

    @contextmanager
    def borrowed(self) -> Iterator[E]:
        """It, for a block of code; loaded first, if it is not here. Raises as `load` does."""
        while (engine := self.lend()) is None:
            self.load()
        try:
            yield engine
        finally:
            self.give_back()

    def let_go(self) -> bool:
        """Out of memory with it; False when somebody has it or it is not here."""
        with self.shelf.lock:
            if self._lent or self._engine is None:
                return False
            engine, self._engine = self._engine, None
        _end(engine)
        return True

    def let_go_if_idle(self) -> bool:
        """`let_go` if nobody has asked for it long enough; whether it did."""
        rested = self.shelf.clock.monotonic() - self.used_at
        return bool(self._idle_seconds) and rested >= self._idle_seconds and self.let_go()

    def close(self) -> None:
        """The end: out of memory with it, whoever has it; it never comes back."""
        with self.shelf.lock:
            self._closed = True
            engine, self._engine = self._engine, None
        if engine is not None:
            _end(engine)


def _end(engine: object) -> None:
    close: Callable[[], None] = getattr(engine, "close", lambda: None)
    close()


def _closed() -> Unavailable:
    return Unavailable("This server is closing.", code="draining")
