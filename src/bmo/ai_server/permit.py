"""The right to use an engine, and the stream that somebody reads by it."""

import threading
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar

from bmo.capabilities.provider import Stream
from bmo.core.errors import Cancelled, Unavailable

E = TypeVar("E")
T = TypeVar("T")


def going_away() -> Unavailable:
    """What an asker is told by a server that drains: another one may go on."""
    return Unavailable("This server is going away; ask another one.", code="draining")


class Watched(Generator[T, None, None], Generic[T]):
    """A stream whose first piece is noted, and which can be handed back: whoever reads it is told to ask elsewhere."""

    def __init__(self, stream: Stream[T], begun: Callable[[], None]) -> None:
        """`begun` is called when the first piece is there."""
        self._stream = stream
        self._begun: Callable[[], None] | None = begun
        self._recalled = False

    def send(self, value: None) -> T:
        if self._recalled:
            raise going_away()
        try:
            piece = self._stream.send(value)
        except Cancelled as fault:
            if self._recalled:
                raise going_away() from fault
            raise
        if self._begun is not None:
            self._begun()
            self._begun = None
        return piece

    def throw(self, *fault: Any) -> T:
        return self._stream.throw(*fault)

    def close(self) -> None:
        self._stream.close()

    def interrupt(self) -> None:
        """Stop an engine that can be stopped while it is silent. Any thread may call this."""
        interrupt: Callable[[], None] = getattr(self._stream, "interrupt", lambda: None)
        interrupt()

    def recall(self) -> None:
        """End it with `Unavailable`, code `draining`: now, if the engine can be stopped, else at its next piece."""
        self._recalled = True
        self.interrupt()


class Permit(Generic[E]):
    """The right to use an engine; give it back once, however often you say so."""

    def __init__(self, engine: E, give_back: "Callable[[Permit[E]], None]", begun: Callable[[], None]) -> None:
        """`begun` is called at the first piece of a stream."""
        self.engine = engine
        self._give_back = give_back
        self._begun = begun
        self._lock = threading.Lock()
        self._held = True
        self._stream: Watched[Any] | None = None

    def watched(self, stream: Stream[T]) -> Stream[T]:
        """The engine's stream, so that its first piece is measured and a server that must go can hand it back."""
        watched = Watched(stream, self._begun)
        self._stream = watched
        return watched

    def recall(self) -> None:
        """Time is up: the stream, if there is one, ends with a word that another server should go on."""
        if self._stream is not None:
            self._stream.recall()

    def release(self) -> None:
        """Let the next one in. Any thread may call this."""
        with self._lock:
            held, self._held = self._held, False
        if held:
            self._give_back(self)
