"""Runs an engine's stream in a thread of its own, so that the asker hears something while the engine is silent."""

import contextvars
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, runtime_checkable

from bmo.capabilities.provider import Stream

T = TypeVar("T")


@runtime_checkable
class Interruptible(Protocol):
    """A stream that can be stopped while another thread waits for its next chunk."""

    def interrupt(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Ended:
    """The stream is over; `fault` is what it died of."""

    fault: Exception | None = None


class Pump(Generic[T]):
    """Chunks of a stream, taken from another thread. A slow reader never holds the engine up."""

    def __init__(self, stream: Stream[T], done: Callable[[], None], threads: Executor) -> None:
        """Starts at once; `done` is called when the stream is closed, before its end is told."""
        self._stream = stream
        self._done = done
        self._chunks: queue.SimpleQueue[T | Ended] = queue.SimpleQueue()
        self._stopped = threading.Event()
        threads.submit(contextvars.copy_context().run, self._run)

    def next(self, timeout: float) -> T | Ended | None:
        """The next chunk or the end; None when there was nothing within `timeout` seconds."""
        try:
            return self._chunks.get(timeout=timeout)
        except queue.Empty:
            return None

    def ready(self) -> list[T | Ended]:
        """What is there already, without waiting."""
        found: list[T | Ended] = []
        with suppress(queue.Empty):
            while True:
                found.append(self._chunks.get_nowait())
        return found

    def stop(self) -> None:
        """Nobody wants the rest: the engine stops at once if it can, else at its next chunk. Harmless at the end."""
        self._stopped.set()
        if isinstance(self._stream, Interruptible):
            self._stream.interrupt()

    def _run(self) -> None:
        end = Ended()
        try:
            with closing(self._stream):
                for chunk in self._stream:
                    if self._stopped.is_set():
                        break
                    self._chunks.put(chunk)
        except Exception as fault:  # it is not lost: whoever reads the chunks gets it
            end = Ended(fault)
        finally:
            self._done()
            self._chunks.put(end)
