"""The wish that a turn ends, known to whatever waits for a server on its behalf.

A thread that waits for a silent server cannot look at an event by itself; what it waits in looks for it.
"""

import threading
from contextvars import ContextVar

from bmo.core.errors import Cancelled

LOOK_SECONDS = 0.1
"""Between two looks of somebody who waits: how much longer than wanted it may wait."""

_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


def work_until(stop: threading.Event) -> None:
    """This thread works for a turn that nobody wants once `stop` is set. A new thread starts without; hand it over."""
    _stop.set(stop)


def go_on() -> None:
    """Look. Raises `Cancelled` when nobody wants the turn any more that this thread works for."""
    stop = _stop.get()
    if stop is not None and stop.is_set():
        raise Cancelled("That was stopped.")
