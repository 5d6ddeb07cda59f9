"""Connections to AI servers, and the answers that come over them.

Ours, on top of httptools (the parser of Node.js), because the line must add little to what a server takes: of a short
call by a pooled urllib3, half of the time is urllib3's and http.client's own (`docs/decisions/0017`). It speaks what an
AI server speaks: HTTP/1.1, one request at a time, no redirects, no proxies, no compression.
"""

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from urllib3.util.wait import wait_for_read

from bmo.core.stopping import LOOK_SECONDS, go_on
from bmo.remote.deadline import Deadline, look_up

PIECE_BYTES = 65_536
HEAD_BYTES = 65_536
"""An answer whose headers are longer makes no sense."""
POOLED = 64
"""Idle connections kept per server."""


class NoAddress(OSError):
    """The name of the server has no address."""


class NoConnection(OSError):
    """Nobody listens there, or nothing leads there."""


class NotInTime(TimeoutError):
    """There was no connection before its deadline."""


class CutOff(OSError):
    """The answer stopped before its end."""


class Nonsense(OSError):
    """What came is not HTTP."""


class Connection:
    """A socket whose every wait ends at a deadline, or when the turn is stopped that it is for."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._timeout = -1.0

    def send(self, data: bytes, deadline: Deadline) -> None:
        """All of it."""
        rest = memoryview(data)
        while rest:
            self._look(deadline)
            with suppress(TimeoutError):  # time for another look
                rest = rest[self._sock.send(rest) :]

    def receive(self, deadline: Deadline) -> bytes:
        """What has come, at least a byte; empty at the end."""
        while True:
            self._look(deadline)
            with suppress(TimeoutError):  # time for another look
                return self._sock.recv(PIECE_BYTES)

    def rests(self) -> bool:
        """Whether it is open and silent, as it should be between two requests."""
        return not wait_for_read(self._sock, timeout=0)

    def close(self) -> None:
        """Harmless when it is closed."""
        self._sock.close()

    def _look(self, deadline: Deadline) -> None:
        go_on()
        left = deadline.left()
        seconds = LOOK_SECONDS if left is None else min(left, LOOK_SECONDS)
        if seconds != self._timeout:  # setting it is a call of the system
            self._sock.settimeout(seconds)
            self._timeout = seconds


class Answer:
    """The answer to one request: its status and headers are there, its body is read as it comes."""

    def __init__(self, connection: Connection, deadline: Deadline, give_back: Callable[[Connection], None]) -> None:
        """Waits for the headers. `give_back` gets the connection when all was read and it can serve again.

        Raises `OSError`; the connection is then the caller's to close.
        """
        self._connection = connection
        self._deadline = deadline
        self._give_back = give_back
        self._message = _Message()
        self._open = True
        while not self._message.headed:
            self._receive()
        self.status = self._message.status
        self.headers = self._message.headers

    def read1(self, most: int = PIECE_BYTES) -> bytes:
        """The next piece of the body, as soon as there is one; empty at its end. Raises `OSError`."""
        message = self._message
        while not message.body and self._open:
            self._receive()
        piece = bytes(message.body[:most])
        del message.body[:most]
        return piece

    def read(self, most: int) -> bytes:
        """The body, or the first `most` bytes of it. Raises `OSError`."""
        while len(self._message.body) < most and self._open:
            self._receive()
        return self.read1(most)

    def close(self) -> None:
        """Not interested in the rest. Does nothing to a connection that was given back."""
        if self._open:
            self._open = False
            self._connection.close()

    def _receive(self) -> None:
        data = self._connection.receive(self._deadline)
        message = self._message
        if data:
            message.feed(data)
        else:
            message.end()
        if message.over:
            self._open = False
            if message.again:
                self._give_back(self._connection)
            else:
                self._connection.close()


class Headers(dict[str, str]):
    """By name, whatever its case; several of one name are joined by commas."""

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        return super().get(name.lower(), default)

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())


class _Message:
    """What the parser makes of the bytes."""

    def __init__(self) -> None:
        self.status = 0
        self.headers = Headers()
        self.body = bytearray()
        self.headed = self.over = self.again = False
        self._parser = HttpResponseParser(self)
        self._head_bytes = 0

    def feed(self, data: bytes) -> None:
        """Raises `Nonsense`."""
        if not self.headed:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as fault:
            self.again = False
            if not self.over:  # what comes after a whole answer is of no interest
                raise Nonsense(str(fault)) from fault
        if not self.headed and self._head_bytes > HEAD_BYTES:
            raise Nonsense("headers without an end")

    def end(self) -> None:
        """The connection has ended: so has a body whose length was not told. Raises `CutOff`, `ConnectionError`."""
        if not self._head_bytes:
            raise ConnectionResetError("hung up without an answer")
        if not self.headed or "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            raise CutOff("the answer is not whole")
        self.over = True

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        self.headed = self.status >= 200

    def on_body(self, data: bytes) -> None:
        self.body += data

    def on_message_begin(self) -> None:
        if self.over:
            raise ValueError("this answers nothing that was asked")
        self.headers.clear()  # those of an interim answer (1xx)

    def on_message_complete(self) -> None:
        self.over = self.headed
        self.again = self._parser.should_keep_alive()


class Connections:
    """The connections to one address, kept open between requests. Thread-safe."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self._host = host
        self._port = port
        self._tls = tls
        self._idle: list[Connection] = []
        self._lock = threading.Lock()

    def exchange(self, request: bytes, deadline: Deadline) -> Answer:
        """Send a request and wait for the headers of its answer. Raises `OSError`."""
        connection = self._rested()
        if connection is not None:
            # The server may have closed an idle connection at the very moment we used it. Asking twice is harmless:
            # an inference changes nothing.
            with suppress(ConnectionError):
                return self._ask(connection, request, deadline)
        return self._ask(self._connect(deadline), request, deadline)

    def _ask(self, connection: Connection, request: bytes, deadline: Deadline) -> Answer:
        try:
            # A server may refuse a request before it has read it all: what it says is worth more than how we know.
            with suppress(ConnectionError):
                connection.send(request, deadline)
            return Answer(connection, deadline, self._give_back)
        except BaseException:
            connection.close()
            raise

    def _rested(self) -> Connection | None:
        """The one that was used last, of those that are still open."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if connection.rests():
                return connection
            connection.close()

    def _give_back(self, connection: Connection) -> None:
        with self._lock:
            if len(self._idle) < POOLED:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self, deadline: Deadline) -> Connection:
        """Within its time in all, whatever the name look-up and the number of addresses."""
        ends = time.monotonic() + deadline.connect
        fault: OSError | None = None
        addresses = self._addresses(ends)
        for tried, (family, kind, protocol, _, address) in enumerate(addresses):
            sock = socket.socket(family, kind, protocol)
            try:
                # Each address gets its share, so that a dead one does not eat the time of the next.
                sock.settimeout(max(0.001, (ends - time.monotonic()) / (len(addresses) - tried)))
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.settimeout(max(0.001, ends - time.monotonic()))
                return Connection(self._safe(sock))
            except ssl.SSLError:
                sock.close()
                raise
            except OSError as error:
                sock.close()
                fault = error
        if isinstance(fault, TimeoutError):
            raise NotInTime(f"no connection to {self._host} in time") from fault
        raise NoConnection(f"no connection to {self._host}: {fault}") from fault

    def _safe(self, sock: socket.socket) -> socket.socket:
        return sock if self._tls is None else self._tls.wrap_socket(sock, server_hostname=self._host.strip("[]"))

    def _addresses(self, ends: float) -> list[Any]:
        try:
            return look_up(self._host, self._port, ends - time.monotonic())
        except socket.gaierror as error:
            raise NoAddress(f"{self._host} has no address") from error
        except TimeoutError as error:
            raise NotInTime(f"the address of {self._host} was not found in time") from error
