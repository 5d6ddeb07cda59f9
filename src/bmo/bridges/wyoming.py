"""Wyoming, the protocol of Home Assistant's voice services: events over a connection, sent by either side.

An event is a line of JSON (`type`, `data`, `data_length`, `payload_length`), `data_length` bytes of more JSON and
`payload_length` bytes of sound. What events exist and how they are written comes from the `wyoming` package. They are
read here, because its own readers take lines and payloads of any length, wait for ever, and make an end of a fault.

The protocol knows no keys and no encryption: it belongs on a network where everybody may use what is offered.
"""

import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from wyoming.event import Event, Eventable, write_event
from wyoming.info import Describe, Info

from bmo.core.errors import BmoError, Malformed, Refused, TimedOut, Unavailable, Unreachable

SEND_SECONDS = 10.0
"""A peer that takes nothing for so long is given up."""
CONNECT_SECONDS = 10.0
_PIECE = 65_536
_MOST_WORDS = 300
"""Characters of somebody else's error that are passed on."""
E = TypeVar("E", bound=Eventable)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most that one event may have; bytes."""

    line: int = 65_536
    data: int = 2_000_000
    """The voices of Piper are described in some hundred thousand."""
    payload: int = 2_000_000
    """A minute of 16 kHz mono int16."""


class Peer:
    """The other end of one connection. One thread reads; any may send."""

    def __init__(self, connection: socket.socket, name: str, bounds: Bounds | None = None) -> None:
        """`name` is what sentences call it. The connection is closed with it."""
        self.name = name
        self._bounds = bounds or Bounds()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._in = connection
        self._out = connection.dup()  # a timeout of its own: who reads sets another one with every event
        self._out.settimeout(SEND_SECONDS)
        self._sending = threading.Lock()
        self._rest = bytearray()

    def read(self, seconds: float | None = None) -> Event | None:
        """The next event, whole within `seconds` (None: whenever it comes); None when the peer has hung up.

        Raises `Malformed` for what is no event or too large for one, `TimedOut` and `Unreachable`.
        """
        ends = None if seconds is None else time.monotonic() + seconds
        with translated(self.name):
            line = self._line(ends)
            if line is None:
                return None
            head = self._object(line)
            data = self._part(head, "data")
            if length := self._length(head, "data_length", self._bounds.data):
                data = {**data, **self._object(self._exactly(length, ends))}
            length = self._length(head, "payload_length", self._bounds.payload)
            payload = self._exactly(length, ends) if length else None
        kind = head.get("type")
        if not isinstance(kind, str):
            raise Malformed(f"{self.name} sent an event without a type.")
        return Event(kind, data, payload)

    def send(self, event: Eventable | Event) -> None:
        """Raises `TimedOut` and `Unreachable`; the connection is of no use then."""
        written = io.BytesIO()
        write_event(event.event() if isinstance(event, Eventable) else event, written)
        with translated(self.name), self._sending:
            self._out.sendall(written.getbuffer())

    def hang_up(self) -> None:
        """End the connection, from any thread: whoever reads gets None."""
        try:
            self._in.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it was over already

    def close(self) -> None:
        """Free the connection; for the thread that reads."""
        self.hang_up()
        self._in.close()
        self._out.close()

    def _line(self, ends: float | None) -> bytes | None:
        seen = 0
        while (end := self._rest.find(b"\n", seen)) < 0:
            seen = len(self._rest)
            if seen > self._bounds.line:
                raise Malformed(f"{self.name} sent a line that never ends.")
            if not self._more(ends):
                if self._rest:
                    raise self._cut()
                return None
        if end > self._bounds.line:
            raise Malformed(f"{self.name} sent a line of {end:,} bytes; at most {self._bounds.line:,} make sense.")
        return self._take(end + 1)

    def _exactly(self, length: int, ends: float | None) -> bytes:
        while len(self._rest) < length:
            if not self._more(ends):
                raise self._cut()
        return self._take(length)

    def _take(self, length: int) -> bytes:
        taken = bytes(self._rest[:length])
        del self._rest[:length]
        return taken

    def _more(self, ends: float | None) -> bool:
        left = None if ends is None else ends - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError
        self._in.settimeout(left)
        piece = self._in.recv(_PIECE)
        self._rest += piece
        return bool(piece)

    def _cut(self) -> Malformed:
        return Malformed(f"{self.name} hung up in the middle of an event.")

    def _object(self, text: bytes) -> dict[str, Any]:
        try:
            made = json.loads(text)
        except (ValueError, RecursionError) as fault:
            raise Malformed(f"{self.name} sent something that is no Wyoming event.") from fault
        if not isinstance(made, dict):
            raise Malformed(f"{self.name} sent something that is no Wyoming event.")
        return made

    def _part(self, head: dict[str, Any], key: str) -> dict[str, Any]:
        part = head.get(key)
        if part is not None and not isinstance(part, dict):
            raise Malformed(f"{self.name} sent an event whose {key} is no object.")
        return part or {}

    def _length(self, head: dict[str, Any], key: str, most: int) -> int:
        length = head.get(key)
        if length is None:
            return 0
        if not isinstance(length, int) or isinstance(length, bool) or length < 0:
            raise Malformed(f"{self.name} sent an event whose {key} is no length.")
        if length > most:
            raise Malformed(f"{self.name} wants to send an event of {length:,} bytes; at most {most:,} are taken.")
        return length


def address(uri: str) -> tuple[str, int]:
    """Host and port of `tcp://host:port`. Raises `Refused`."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not uri.startswith("tcp://") or not host or not port:
        raise Refused(f"{uri!r} is no address of a Wyoming service; write it like tcp://192.168.1.20:10300.")
    return host, port


def connect(uri: str, name: str, seconds: float = CONNECT_SECONDS, bounds: Bounds | None = None) -> Peer:
    """A connection to the service at `uri`. Raises `Unavailable` in the right kind, and `Refused` for the address."""
    with translated(name):
        return Peer(socket.create_connection(address(uri), timeout=seconds), name, bounds)


def described(peer: Peer, seconds: float) -> Info:
    """What the peer says it can do. Raises `Unavailable`."""
    peer.send(Describe())
    ends = time.monotonic() + seconds
    while (event := peer.read(max(0.0, ends - time.monotonic()))) is not None:
        if Info.is_type(event.type):
            return understood(Info, event)
    raise Unreachable(f"{peer.name} hung up before it said what it is.")


def asked_about(uri: str, name: str, seconds: float) -> Info:
    """What the service at `uri` can do, on a connection of its own. Raises `Unavailable`."""
    with closing(connect(uri, name, seconds)) as peer:
        return described(peer, seconds)


def understood(kind: type[E], event: Event) -> E:
    """The event as one of its kind. Raises `Malformed` when it lacks something."""
    try:
        return cast(E, kind.from_event(event))
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise Malformed(f"The event {event.type!r} lacks something, or has it in another form.") from fault


def complaint(event: Event, name: str) -> Unavailable:
    """An `error` event as one of ours: what another program cannot, somebody else may."""
    text = str(event.data.get("text") or "something went wrong")[:_MOST_WORDS]
    return Unavailable(f"{name} says: {text}", code="turned_away")


@contextmanager
def translated(name: str) -> Iterator[None]:
    """The faults of a connection in our words: the one place for them."""
    try:
        yield
    except BmoError:
        raise
    except TimeoutError as fault:
        raise TimedOut(f"{name} did not answer in time.") from fault
    except socket.gaierror as fault:
        raise Unreachable(f"{name} cannot be found: its name has no address.") from fault
    except ConnectionRefusedError as fault:
        raise Unreachable(f"{name} is not running, or not at this address.") from fault
    except (ConnectionResetError, BrokenPipeError) as fault:
        raise Unreachable(f"{name} hung up.") from fault
    except OSError as fault:
        raise Unreachable(f"{name} cannot be reached: {fault.strerror or fault}.") from fault
