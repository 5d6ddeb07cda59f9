"""One capability of this server: its engine, those it serves and those who wait for it."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Literal, TypeVar

from bmo.core.errors import BmoError, Busy, Unavailable
from bmo.wire.ai import CapabilityHealth

log = logging.getLogger(__name__)
E = TypeVar("E")

State = Literal["ready", "loading", "failed", "absent"]
_LOOK_AGAIN = 0.25
"""Seconds between two looks at whether somebody who waits in line is still there."""
_COME_AGAIN = 2.0


class Desk(Generic[E]):
    """One engine, those it serves and those who wait for it. Thread-safe."""

    def __init__(
        self, capability: str, model: str = "", load: Callable[[], E] | None = None, *, at_once: int = 1, queue: int = 8
    ) -> None:
        """`load` makes the engine, in a thread of its own; None: this server does not have the capability."""
        self.capability = capability
        self.model = model
        self.state: State = "loading" if load else "absent"
        self.why = "" if load else f"This server is set up without {capability}."
        self._load = load
        self._engine: E | None = None
        self._permits = threading.Semaphore(at_once)
        self._most = at_once + queue
        self._lock = threading.Lock()
        self._inside = 0
        self._draining = False

    @property
    def inside(self) -> int:
        """Requests that run or wait."""
        return self._inside

    def load(self) -> None:
        """Make the engine; a failure is kept and told, and the other engines go on."""
        if self._load is None:
            return
        began = time.monotonic()
        try:
            self._engine = self._load()
        except BmoError as fault:
            log.error("%s: %s", self.capability, fault)
            self.state, self.why = "failed", fault.sentence
        except Exception:
            log.exception("%s: %s cannot be loaded", self.capability, self.model)
            self.state, self.why = "failed", f"{self.model} cannot be loaded; the server's log says why."
        else:
            log.info("%s: %s is ready after %.1f s", self.capability, self.model, time.monotonic() - began)
            self.state = "ready"

    def drain(self) -> None:
        """Serve nobody new."""
        self._draining = True

    def close(self) -> None:
        """Let go of the engine."""
        close: Callable[[], None] = getattr(self._engine, "close", lambda: None)
        close()

    def take(self, gone: Callable[[], bool] = lambda: False) -> "Permit[E]":
        """Wait in line for the engine; `gone` tells whether the asker has left.

        Raises `Unavailable` when there is no engine or this server is going away, `Busy` when the line is full.
        """
        with self._lock:
            engine = self._ready()
            if self._inside >= self._most:
                raise Busy(f"Too many are waiting for {self.capability} here.", retry_after=_COME_AGAIN)
            self._inside += 1
        try:
            while not self._permits.acquire(timeout=_LOOK_AGAIN):
                if gone():
                    raise Busy("Nobody waits for this any more.")
        except BaseException:
            self._leave()
            raise
        return Permit(engine, self._release)

    @contextmanager
    def used(self) -> Iterator[E]:
        """`take` for a block of code."""
        permit = self.take()
        try:
            yield permit.engine
        finally:
            permit.release()

    def health(self) -> CapabilityHealth:
        return CapabilityHealth(state=self.state, model=self.model, queue=self._inside, why=self.why)

    def _ready(self) -> E:
        if self._draining:
            raise Unavailable("This server is going away; ask another one.", code="draining")
        if self.state == "loading":
            raise Busy(f"{self.model} is still loading.", retry_after=_COME_AGAIN)
        if self._engine is None:
            raise Unavailable(self.why, code=self.state)
        return self._engine

    def _release(self) -> None:
        self._permits.release()
        self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._inside -= 1


class Permit(Generic[E]):
    """The right to use an engine; give it back once, however often you say so."""

    def __init__(self, engine: E, give_back: Callable[[], None]) -> None:
        self.engine = engine
        self._give_back = give_back
        self._lock = threading.Lock()
        self._held = True

    def release(self) -> None:
        """Let the next one in. Any thread may call this."""
        with self._lock:
            held, self._held = self._held, False
        if held:
            self._give_back()
