"""A deadline for the bodies of requests, for both web programs."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_TICK = 0.5
"""Seconds between two looks, and so the most by which a deadline is missed."""


class Deadlines:
    """Ends the reading side of connections whose request takes too long: one thread for all, asleep while all is well.

    A socket's own timeout does not do: it starts anew with every byte that drips in. The answer can still be written.
    """

    def __init__(self) -> None:
        self._watched: dict[int, tuple[float, socket.socket]] = {}
        self._lock = threading.Lock()
        self._needed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def bounded(self, line: socket.socket | None, deadline: float) -> Iterator[None]:
        """Reads from `line` end after `deadline` (monotonic), as if the other end had hung up. None bounds nothing."""
        if line is None:
            yield
            return
        key = threading.get_ident()
        with self._lock:
            self._watched[key] = (deadline, line)
            if self._thread is None:  # here, not in the constructor: after the fork
                self._thread = threading.Thread(target=self._watch, name="slow-bodies", daemon=True)
                self._thread.start()
        self._needed.set()
        try:
            yield
        finally:
            with self._lock:
                self._watched.pop(key, None)

    def _watch(self) -> None:
        while self._needed.wait():
            time.sleep(_TICK)
            now = time.monotonic()
            with self._lock:
                for key in [key for key, (deadline, _) in self._watched.items() if deadline <= now]:
                    with suppress(OSError):  # it hung up by itself
                        self._watched.pop(key)[1].shutdown(socket.SHUT_RD)
                if not self._watched:
                    self._needed.clear()


DEADLINES = Deadlines()
"""Of this process."""
