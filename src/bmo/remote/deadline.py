"""Deadlines that really bind.

A socket's timeout starts over with every byte that arrives, so a server that drips one header byte a second, or sends
keep-alives for ever, never meets it. Here every single receive gets only the time that is left until one point in time,
which moves on when a useful piece came. That needs no thread and costs a `settimeout` per receive.

A wait for bytes also ends when nobody wants the turn any more that this thread works for (`core.stopping`), however
long the server is silent. The name look-up, which no socket timeout binds, runs in a thread that is left behind when
the time is up.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from bmo.core.stopping import LOOK_SECONDS, go_on

LAST_CONNECT = 10.0
"""Seconds for a connection when nothing else binds: a server that is thinking accepts connections."""


class Deadline:
    """The point in time at which one exchange with a server is given up."""

    __slots__ = ("between", "connect", "ends", "reused")

    def __init__(self, seconds: float | None, connect: float = LAST_CONNECT, between: float | None = None) -> None:
        """`seconds` until the first useful piece, connecting included, and `between` two of them.

        None waits for ever once connected.
        """
        self.connect = connect if seconds is None else min(connect, seconds)
        self.between = between
        self.reused = False
        """Whether the request went out on a connection that had served before."""
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


current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
"""The deadline of the exchange that this thread is opening; urllib3 has no way to hand it to the connection."""


class _Bound:
    """A socket whose every wait ends at its deadline, or when the turn is stopped that it is for."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        while self.deadline is not None:
            go_on()
            left = self.deadline.left()
            self.settimeout(LOOK_SECONDS if left is None else min(left, LOOK_SECONDS))
            with suppress(TimeoutError):  # time for another look
                return super().recv_into(*args, **kwargs)  # type: ignore[misc,no-any-return]
        return super().recv_into(*args, **kwargs)  # type: ignore[misc,no-any-return]

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        if self.deadline is not None:
            self.settimeout(self.deadline.left())
        super().sendall(*args, **kwargs)  # type: ignore[misc]

    def settimeout(self, seconds: float | None, /) -> None:
        super().settimeout(seconds)  # type: ignore[misc]


class _BoundSocket(_Bound, socket.socket):
    pass


class _BoundTls(_Bound, ssl.SSLSocket):
    pass


class _BoundConnection(HTTPConnection):
    """Connects within its time in all, whatever the name look-up and the number of addresses.

    Sends head and body of a request together: apart, the server wakes up twice, which costs a tenth of a short call.
    """

    _held: list[bytes] | None = None

    def connect(self) -> None:
        super().connect()
        self._hand_over(reused=False)

    def request(self, *args: Any, **kwargs: Any) -> None:
        if self.sock is not None:
            self._hand_over(reused=True)
        self._held = []
        try:
            super().request(*args, **kwargs)
        finally:
            held, self._held = self._held, None
        super().send(b"".join(held))

    def send(self, data: Any) -> None:
        if self._held is None:
            super().send(data)
        else:
            self._held.append(data)

    def _hand_over(self, *, reused: bool) -> None:
        deadline = current.get()
        if deadline is not None:
            # A TLS connection is made before the request that it is for: that is not a second use.
            deadline.reused = reused and getattr(self.sock, "deadline", None) is not deadline
        setattr(self.sock, "deadline", deadline)  # noqa: B010 - urllib3 declares it as a plain socket

    def _new_conn(self) -> socket.socket:
        ends = time.monotonic() + (self.timeout or LAST_CONNECT)
        addresses = self._addresses(ends)
        fault: OSError | None = None
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            sock = _BoundSocket(family, kind, protocol)
            try:
                for option in self.socket_options or ():
                    sock.setsockopt(*option)
                # Each address gets its share, so that a dead one does not eat the time of the next.
                sock.settimeout(max(0.001, (ends - time.monotonic()) / (len(addresses) - tried)))
                sock.connect(address)
                sock.settimeout(max(0.001, ends - time.monotonic()))
                return sock
            except OSError as error:
                sock.close()
                fault = error
        if isinstance(fault, TimeoutError):
            raise ConnectTimeoutError(self, f"no connection to {self.host} in time") from fault
        raise NewConnectionError(self, f"no connection to {self.host}: {fault}") from fault

    def _addresses(self, ends: float) -> list[Any]:
        try:
            found = look_up(self.host, self.port or self.default_port, ends - time.monotonic())
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"the address of {self.host} was not found in time") from error
        return found


class _BoundTlsConnection(_BoundConnection, HTTPSConnection):
    pass


class BoundPool(HTTPConnectionPool):
    """Connections that obey `current`."""

    ConnectionCls = _BoundConnection


class BoundTlsPool(HTTPSConnectionPool):
    """The same over TLS; wants a context made by `bind`."""

    ConnectionCls = _BoundTlsConnection


def bind(context: ssl.SSLContext) -> ssl.SSLContext:
    """Have the context make sockets that obey deadlines."""
    context.sslsocket_class = _BoundTls
    return context


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
