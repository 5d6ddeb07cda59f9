"""The engines of this server: loaded in the background, each with its waiting line, all let go of in an orderly way."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Literal, TypeVar

from bmo.capabilities.chat import Chat
from bmo.capabilities.describe import Describe
from bmo.capabilities.detect import Detect
from bmo.capabilities.embed import EmbedText
from bmo.capabilities.faces import FindFaces
from bmo.capabilities.read import ReadText
from bmo.capabilities.search import Search
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.capabilities.voiceprint import EmbedVoice
from bmo.core.errors import BmoError, Busy, Unavailable
from bmo.wire.ai import CapabilityHealth, Health

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


class EngineRoom:
    """The desks of a server and what the world is told about them."""

    def __init__(
        self,
        chat: Desk[Chat],
        transcribe: Desk[Transcribe],
        speak: Desk[Speak],
        *,
        detect: Desk[Detect] | None = None,
        describe: Desk[Describe] | None = None,
        embed: Desk[EmbedText] | None = None,
        search: Desk[Search] | None = None,
        faces: Desk[FindFaces] | None = None,
        read: Desk[ReadText] | None = None,
        voiceprint: Desk[EmbedVoice] | None = None,
        version: str = "",
    ) -> None:
        """A desk that is not given is one of a capability that this server does not have."""
        self.chat = chat
        self.transcribe = transcribe
        self.speak = speak
        self.detect: Desk[Detect] = detect or Desk("detect")
        self.describe: Desk[Describe] = describe or Desk("describe")
        self.embed: Desk[EmbedText] = embed or Desk("embed")
        self.search: Desk[Search] = search or Desk("search")
        self.faces: Desk[FindFaces] = faces or Desk("faces")
        self.read: Desk[ReadText] = read or Desk("read")
        self.voiceprint: Desk[EmbedVoice] = voiceprint or Desk("voiceprint")
        self._version = version
        self._gone_at: datetime | None = None

    @property
    def desks(self) -> tuple[Desk[Any], ...]:
        """In the order they load: what a person notices first comes first."""
        first = (self.speak, self.transcribe, self.chat)
        return (*first, self.embed, self.search, self.detect, self.describe, self.faces, self.read, self.voiceprint)

    def start(self) -> None:
        """Load every engine, one after the other, in the background."""
        threading.Thread(target=self.load, name="load-engines", daemon=True).start()

    def load(self) -> None:
        """Load every engine now."""
        for desk in self.desks:
            desk.load()

    def drain(self, seconds: float) -> None:
        """Serve nobody new; this server will be gone in `seconds`."""
        self._gone_at = datetime.now(UTC) + timedelta(seconds=seconds)
        for desk in self.desks:
            desk.drain()

    def idle(self) -> bool:
        """Nobody is served and nobody waits."""
        return not any(desk.inside for desk in self.desks)

    def close(self) -> None:
        """Let go of every engine."""
        for desk in self.desks:
            desk.close()

    def missing(self) -> tuple[str, ...]:
        """The capabilities that this server should have and does not (yet)."""
        return tuple(desk.capability for desk in self.desks if desk.state not in ("ready", "absent"))

    def word(self) -> Literal["ok", "degraded", "draining"]:
        """The state in one word."""
        if self._gone_at is not None:
            return "draining"
        return "degraded" if self.missing() else "ok"

    def health(self) -> Health:
        """The whole state."""
        return Health(
            state=self.word(),
            version=self._version,
            capabilities={desk.capability: desk.health() for desk in self.desks},
            draining_until=self._gone_at.isoformat() if self._gone_at else "",
        )
