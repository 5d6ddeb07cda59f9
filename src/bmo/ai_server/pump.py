"""Runs an engine's stream in a thread of its own, so that the asker hears something while the engine is silent."""

import contextvars
import queue
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from bmo.capabilities.provider import Stream

T = TypeVar("T")


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
        self._stopped = False
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
        """Nobody wants the rest: the engine stops at once if its stream has `interrupt()`, else at its next chunk.

        `interrupt` is called from this thread while another waits for a chunk. Harmless at the end.
        """
        self._stopped = True
        interrupt: Callable[[], None] | None = getattr(self._stream, "interrupt", None)
        if interrupt is not None:
            interrupt()

    def _run(self) -> None:
        end = Ended()
        try:
            with closing(self._stream):
                for chunk in self._stream:
                    if self._stopped:
                        break
                    self._chunks.put(chunk)
        except Exception as fault:  # it is not lost: whoever reads the chunks gets it
            end = Ended(fault)
        finally:
            self._done()
            self._chunks.put(end)
