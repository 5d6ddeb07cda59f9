"""Deadlines that really bind.

A socket's timeout starts over with every byte that arrives, so a server that drips one header byte a second, or sends
keep-alives for ever, never meets it. Here every single receive gets only the time that is left until one point in time,
which moves on when a useful piece came (`connection.Connection`). That needs no thread.

The name look-up, which no socket timeout binds, runs in a thread that is left behind when the time is up.
"""

import ipaddress
import queue
import socket
import threading
import time
from typing import Any

LAST_CONNECT = 10.0
"""Seconds for a connection when nothing else binds: a server that is thinking accepts connections."""


class Deadline:
    """The point in time at which one exchange with a server is given up."""

    __slots__ = ("between", "connect", "ends")

    def __init__(self, seconds: float | None, connect: float = LAST_CONNECT, between: float | None = None) -> None:
        """`seconds` until the first useful piece, connecting included, and `between` two of them.

        None waits for ever once connected.
        """
        self.connect = connect if seconds is None else min(connect, seconds)
        self.between = between
        self.extend(seconds)

    def progress(self) -> None:
        """A useful piece came."""
        self.extend(self.between)

    def extend(self, seconds: float | None) -> None:
        """Wait so many seconds from now on; None for ever."""
        self.ends = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Seconds; None for ever. Raises `TimeoutError` when it has passed."""
        if self.ends is None:
            return None
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left


def look_up(host: str, port: int, seconds: float) -> list[Any]:
    """The addresses of a host, as `socket.getaddrinfo`. Raises `TimeoutError`, or `socket.gaierror`."""
    host = host.strip("[]")
    if _is_number(host):
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    answers: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as fault:
            answers.put(fault)

    threading.Thread(target=ask, name=f"look-up-{host}", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise TimeoutError(f"no address for {host}") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
