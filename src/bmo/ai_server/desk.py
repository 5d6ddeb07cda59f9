"""One capability of this server: its engine, those it serves and those who wait for it."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Literal, TypeVar

from bmo.ai_server.lifetime import ALWAYS, Lifetime, Meter, Recent
from bmo.ai_server.permit import Permit, going_away
from bmo.core.errors import BmoError, Busy, Unavailable
from bmo.core.lease import Lease, Shelf
from bmo.wire.ai import CapabilityHealth

log = logging.getLogger(__name__)
E = TypeVar("E")

State = Literal["ready", "loading", "failed", "absent"]
_LOOK_AGAIN = 0.25
"""Seconds between two looks at whether somebody who waits in line is still there."""
_COME_AGAIN = 2.0
_COME_AGAIN_MOST = 60.0
_RETRY_FIRST, _RETRY_MOST = 30.0, 600.0
"""Seconds until an engine that could not be loaded is tried again: a model may have been fetched meanwhile."""


class Desk(Generic[E]):
    """One engine, those it serves and those who wait for it. Thread-safe."""

    def __init__(
        self,
        capability: str,
        model: str = "",
        load: Callable[[], E] | None = None,
        *,
        at_once: int = 1,
        queue: int = 8,
        lifetime: Lifetime = ALWAYS,
    ) -> None:
        """`load` makes the engine, in a thread of its own; None: this server does not have the capability.

        `at_once` are served at a time and `queue` wait, at most `lifetime.wait_seconds`.
        """
        self.capability = capability
        self.model = model
        self.why = "" if load else f"This server is set up without {capability}."
        self.lifetime = lifetime
        self.meter = Meter()
        if load is not None and lifetime.load == "never":
            load, self.why = None, f"This server is told never to load {model}."
        self._starting = load is not None and lifetime.load == "eager"
        self.state: State = "absent" if load is None else "loading" if self._starting else "ready"
        self._lease = load and Lease(
            model or capability, load, idle_seconds=lifetime.idle_seconds, size_mb=lifetime.memory_mb
        )
        self._turns = threading.Semaphore(at_once)
        self._at_once = at_once
        self._most = at_once + queue
        self._lock = threading.Lock()
        self._inside = 0
        self._served: set[Permit[E]] = set()
        self._recent = Recent()
        self._draining = False
        self._loading = threading.Lock()
        self._retry_at, self._retry_wait = 0.0, _RETRY_FIRST

    @property
    def inside(self) -> int:
        """Requests that run or wait."""
        return self._inside

    @property
    def loaded(self) -> bool:
        """Whether the engine is in memory."""
        return self._lease is not None and self._lease.here

    @property
    def size_mb(self) -> float:
        """What the engine takes, as far as is known."""
        return self._lease.size_mb if self._lease else 0.0

    def share(self, shelf: Shelf, meter: Meter) -> None:
        """Share memory with other desks, and be measured. Only before `load`."""
        self.meter = meter
        if self._lease is not None:
            shelf.put(self._lease)

    def weigh(self, memory_mb: float) -> None:
        """What the engine is known to take, unless its settings say so. Only before `load`."""
        if self._lease is not None and not self._lease.size_mb:
            self._lease.size_mb = memory_mb

    def load(self, *, for_others: bool = True) -> None:
        """Make the engine; a failure is kept and told, and the other engines go on.

        `for_others`: whether engines that nobody uses may be let go of to make room.
        """
        if self._lease is None:
            return
        with self._loading:
            self._load(self._lease, for_others)
            self._starting = False

    def _load(self, lease: Lease[E], for_others: bool) -> None:
        if lease.here:
            return
        self.state = "loading"
        began = lease.shelf.clock.monotonic()
        try:
            lease.load(for_others=for_others)
        except Busy as full:  # it comes when somebody asks for it
            log.info("%s: %s", self.capability, full)
            self.state = "ready"
            return
        except BmoError as fault:
            log.error("%s: %s", self.capability, fault)
            self._failed(fault.sentence)
        except Exception:
            log.exception("%s: %s cannot be loaded", self.capability, self.model)
            self._failed(f"{self.model} cannot be loaded; the server's log says why.")
        else:
            seconds = lease.shelf.clock.monotonic() - began
            log.info("%s: %s is ready after %.1f s", self.capability, self.model, seconds)
            self.state, self.why, self._retry_wait = "ready", "", _RETRY_FIRST
            self.meter.loaded(self.capability, seconds)

    def _failed(self, why: str) -> None:
        assert self._lease is not None
        self._retry_at = self._lease.shelf.clock.monotonic() + self._retry_wait
        self._retry_wait = min(_RETRY_MOST, self._retry_wait * 2)
        self.state, self.why = "failed", why
        self.meter.failed(self.capability)

    def look(self) -> None:
        """Now and then: let go of an engine that nobody asks for, start a dead one again, try a failed one again."""
        lease = self._lease
        if lease is None or self._draining:
            return
        if lease.let_go_if_idle():
            log.info("%s: nobody asks for %s, so it is let go of", self.capability, self.model)
        if lease.dead and lease.let_go():
            log.warning("%s: %s has died; it is started again", self.capability, self.model)
            self.load()
        if self.state == "failed" and lease.shelf.clock.monotonic() >= self._retry_at:
            self.load()

    def drain(self) -> None:
        """Serve nobody new."""
        self._draining = True

    def hand_back(self) -> None:
        """Running streams end, and whoever reads them is told to ask another server for the rest."""
        with self._lock:
            served = tuple(self._served)
        for permit in served:
            permit.recall()

    def close(self) -> None:
        """Let go of the engine."""
        if self._lease is not None:
            self._lease.close()

    def take(self, gone: Callable[[], bool] = lambda: False) -> Permit[E]:
        """Wait in line for the engine; `gone` tells whether the asker has left.

        Raises `Unavailable` when there is no engine or this server is going away, `Busy` when the line is full, the
        engine is still loading at the start, or the asker has waited longer than `lifetime.wait_seconds`.
        """
        with self._lock:
            lease = self._open()
            if self._inside >= self._most:
                raise Busy(f"Too many are waiting for {self.capability} here.", retry_after=self._come_again())
            self._inside += 1
        began = lease.shelf.clock.monotonic()

        def still_wanted() -> None:
            if gone():
                raise Busy("Nobody waits for this any more.")
            if lease.shelf.clock.monotonic() - began >= self.lifetime.wait_seconds:
                raise Busy(f"It took too long until {self.capability} had time here.", retry_after=self._come_again())

        try:
            engine = self._turn(lease, still_wanted)
        except BaseException:
            self._leave()
            raise
        return self._permit(lease, engine, began)

    @contextmanager
    def used(self) -> Iterator[E]:
        """`take` for a block of code."""
        permit = self.take()
        try:
            yield permit.engine
        finally:
            permit.release()

    def health(self) -> CapabilityHealth:
        """How it is, for whoever has a key."""
        return CapabilityHealth(
            state=self.state,
            model=self.model,
            loaded=self.loaded,
            queue=self._inside,
            p50_seconds=self._recent.p50(),
            why=self.why,
        )

    def _open(self) -> Lease[E]:
        if self._draining:
            raise going_away()
        if self._lease is None or self.state == "failed":
            raise Unavailable(self.why, code=self.state)
        if self._starting:
            raise Busy(f"{self.model} is still loading.", retry_after=_COME_AGAIN)
        return self._lease

    def _turn(self, lease: Lease[E], still_wanted: Callable[[], None]) -> E:
        while not self._turns.acquire(timeout=_LOOK_AGAIN):
            still_wanted()
        try:
            while (engine := lease.lend()) is None:
                self._fetch(still_wanted)
        except BaseException:
            self._turns.release()
            raise
        return engine

    def _fetch(self, still_wanted: Callable[[], None]) -> None:
        """Bring the engine back into memory; whoever asked may leave before it is there."""
        if self._draining:
            raise going_away()
        if self.state == "failed":
            raise Unavailable(self.why, code="failed")
        loading = threading.Thread(target=self.load, name=f"load-{self.capability}", daemon=True)
        loading.start()
        while loading.is_alive():
            loading.join(_LOOK_AGAIN)
            still_wanted()
        if self.state == "ready" and not self.loaded:  # others use the memory
            time.sleep(_LOOK_AGAIN)
            still_wanted()

    def _permit(self, lease: Lease[E], engine: E, began: float) -> Permit[E]:
        now = lease.shelf.clock.monotonic
        self.meter.waited(self.capability, now() - began)

        def done(permit: Permit[E]) -> None:
            lease.give_back()
            self._turns.release()
            self._leave(permit)
            seconds = now() - began
            self._recent.add(seconds)
            self.meter.served(self.capability, seconds)
            log.info("%s: done after %.3f s", self.capability, seconds)  # under the asker's trace id

        permit = Permit(engine, done, lambda: self.meter.begun(self.capability, now() - began))
        with self._lock:
            self._served.add(permit)
        return permit

    def _leave(self, permit: Permit[E] | None = None) -> None:
        with self._lock:
            self._inside -= 1
            if permit is not None:
                self._served.discard(permit)

    def _come_again(self) -> float:
        """Seconds in which the line should have moved on, by what the last minute took."""
        rounds = self._inside / self._at_once
        return min(_COME_AGAIN_MOST, max(_COME_AGAIN, rounds * (self._recent.p50() or 0.0) / 2))
