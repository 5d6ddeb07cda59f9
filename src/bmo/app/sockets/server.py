"""The Socket.IO server: who may connect, how many, how fast, and what happens to everything else.

A namespace is registered with plain functions; they are called in the order in which the client sent its
events, in that client's own thread, and only while its session lives. A handler puts work in a queue and returns.
"""

import inspect
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from flask import Flask
from flask_socketio import SocketIO
from pydantic import BaseModel, ValidationError
from socketio.exceptions import ConnectionRefusedError as Full

from bmo.app.sockets.comings import Comings
from bmo.app.sockets.line import BoundedLine, cut
from bmo.app.trust.visitor import ENVIRON_KEY, SIGN_IN, Visitor
from bmo.core.errors import BmoError, Busy, Denied, Forbidden, NotFound, Refused
from bmo.core.fields import sentence
from bmo.wire.problem import problem

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[..., None]
"""Called with the client's sid and the event's arguments. Raises `BmoError`: the client gets a `problem` event."""
Known: TypeAlias = Mapping[str, tuple[Handler, inspect.Signature]]

EVENTS_A_SECOND = 100.0
"""An always-listening page sends 12.5 frames a second (50 with frames of 20 ms)."""
BURST = 300.0
"""Events at once, after a pause: what a page held back while its thread slept."""
PATIENCE_FOR_FLOODS = 1_000
"""Dropped events after which the client is dropped too."""
MOST_ATTACHMENTS = 1
"""Binary parts of one event: a frame of sound has one."""
SATELLITES_MAY = frozenset({"/voice"})
"""Namespaces that a satellite's key opens."""
BACKLOG = 200
"""Packets a client may leave unread before it is dropped; a piece of sound is two of them."""


@dataclass(slots=True)
class _Client:
    namespace: str
    line: str
    """Engine.IO's id of the connection, which several namespaces may share."""
    visitor: Visitor
    tokens: float = BURST
    filled: float = field(default_factory=time.monotonic)
    dropped: int = 0

    def takes_one(self) -> bool:
        """One event of the allowance, which fills up with time."""
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.filled) * EVENTS_A_SECOND)
        self.filled = now
        if self.tokens < 1:
            self.dropped += 1
            return False
        self.tokens -= 1
        return True


class Sockets:
    """Every live socket of the app. `lives` tells whether a visitor may still be here; it is asked at each event."""

    def __init__(self, lives: Callable[[Visitor], bool], cap: int = 200) -> None:
        self._lives = lives
        self._cap = cap
        self._clients: dict[str, _Client] = {}
        self._lock = threading.Lock()
        # Handed over, because they print past every format else; and they would tell of each packet.
        chatter = logging.getLogger("socketio")
        chatter.setLevel(logging.ERROR)
        self._io = SocketIO(
            async_mode="threading",
            async_handlers=False,  # one thread a client: frames keep their order
            cors_allowed_origins=[],  # no CORS; the door has already compared Host and Origin
            transports=["websocket"],  # long polling would hold a second thread for each client
            manage_session=False,
            max_http_buffer_size=1_000_000,
            logger=chatter,
            engineio_logger=chatter,
        )

    def attach(self, app: Flask) -> None:
        """Answer `/socket.io/` of this Flask app; the door must stand outside of it."""
        self._io.init_app(app)
        server = self._io.server
        server.namespaces = []  # python-socketio would let everybody into "/", where nobody counts them
        server.eio._async = {**server.eio._async, "websocket": BoundedLine}
        server.eio.on("message", self._packet)

    def register(
        self,
        namespace: str,
        handlers: Mapping[str, Handler],
        on_connect: Callable[[str], None] | None = None,
        on_disconnect: Callable[[str], None] | None = None,
    ) -> None:
        """Serve a namespace. Call it after `attach` and before the first client."""

        known = {name: (handler, inspect.signature(handler)) for name, handler in handlers.items()}

        def entered(sid: str, environ: dict[str, Any]) -> None:
            self._enter(sid, namespace, environ)
            try:
                if on_connect is not None:
                    on_connect(sid)
            except BmoError as error:
                self._forget(sid)
                raise _refusal(error) from error

        def left(sid: str) -> None:
            if self._forget(sid) and on_disconnect is not None:
                on_disconnect(sid)

        def told(name: str, sid: str, *arguments: object) -> None:
            self._event(known, name, sid, arguments)

        self._io.server.register_namespace(Comings(namespace, entered, left, told))

    def visitor(self, sid: str) -> Visitor:
        """Who sits at this socket. Raises `NotFound` when it has gone."""
        with self._lock:
            client = self._clients.get(sid)
        if client is None:
            raise NotFound("This socket is closed.")
        return client.visitor

    def send(self, sid: str, event: str, message: BaseModel) -> None:
        """One message to one client; silently nothing when it has gone, and it goes when it never reads."""
        with self._lock:
            client = self._clients.get(sid)
        if client is not None:
            self._send(sid, client, event, message.model_dump())

    def broadcast(self, event: str, message: BaseModel) -> None:
        """One message to everybody."""
        with self._lock:
            clients = tuple(self._clients.items())
        body = message.model_dump()
        for sid, client in clients:
            self._send(sid, client, event, body)

    def drop(self, sid: str) -> None:
        """Send this client away; a well-behaved one does not come back by itself."""
        with self._lock:
            client = self._clients.get(sid)
        if client is not None:
            self._io.server.disconnect(sid, namespace=client.namespace)
            self._hang_up(client.line)

    def close_session(self, session: str) -> None:
        """Close every socket of a session or key that was revoked or has expired; `session` is its hash."""
        with self._lock:
            gone = [sid for sid, client in self._clients.items() if client.visitor.session == session]
        for sid in gone:
            self._say_problem(sid, Denied("You are not let in any more. Sign in again, or pair this satellite again."))
            self.drop(sid)

    def renew(self, session: str) -> None:
        """Close every socket of a session or key whose bearer has another name or room now; they come again."""
        with self._lock:
            known = [sid for sid, client in self._clients.items() if client.visitor.session == session]
        for sid in known:
            self.drop(sid)

    def close(self) -> None:
        """Close every socket; the program ends, and clients may try again later."""
        for line in tuple(self._io.server.eio.sockets):
            self._hang_up(line)

    def holds(self, session: str) -> bool:
        """Whether this session or key, named by its hash, has a socket open."""
        with self._lock:
            return any(client.visitor.session == session for client in self._clients.values())

    @property
    def count(self) -> int:
        """How many clients are connected."""
        with self._lock:
            return len(self._clients)

    @property
    def lines(self) -> int:
        """How many connections are open, also those of clients that were not let in."""
        return sum(not line.closed for line in tuple(self._io.server.eio.sockets.values()))

    def _enter(self, sid: str, namespace: str, environ: Mapping[str, Any]) -> None:
        visitor = environ.get(ENVIRON_KEY)
        if not isinstance(visitor, Visitor) or not self._lives(visitor):
            raise _refusal(Denied(SIGN_IN))
        if visitor.proof == "satellite" and namespace not in SATELLITES_MAY:
            raise _refusal(Forbidden("A satellite may listen and speak; it may do nothing else."))
        line = self._io.server.manager.eio_sid_from_sid(sid, namespace)
        with self._lock:
            room = len(self._clients) < self._cap
            if room:
                self._clients[sid] = _Client(namespace, line, visitor)
        if room:
            if not self._lives(visitor):  # signed out since we looked, and nobody saw this socket
                self._forget(sid)
                raise _refusal(Denied(SIGN_IN))
            return
        # Give the sentence time to arrive, then the thread back.
        farewell = threading.Timer(1.0, self._hang_up, [line])
        farewell.daemon = True
        farewell.start()
        raise _refusal(Busy("BMO is full: too many pages are open. Close one and try again.", retry_after=10))

    def _packet(self, line: str, packet: str | bytes) -> None:
        """One message of a connection. Whoever sends what Socket.IO cannot read is no page of ours, and goes."""
        server = self._io.server
        try:
            server._handle_eio_message(line, packet)
            unfinished = server._binary_packet.get(line)
            if unfinished is None or unfinished.attachment_count <= MOST_ATTACHMENTS:
                return
            log.warning("a socket announced %d attachments and was closed", unfinished.attachment_count)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as fault:
            log.warning("a socket sent what is not Socket.IO and was closed: %.100s", fault)
        self._hang_up(line)

    def _forget(self, sid: str) -> bool:
        with self._lock:
            return self._clients.pop(sid, None) is not None

    def _event(self, handlers: Known, name: str, sid: str, arguments: tuple[object, ...]) -> None:
        with self._lock:
            client = self._clients.get(sid)
        if client is None:
            return
        if not client.takes_one():
            self._flooded(sid, client)
        elif not self._lives(client.visitor):
            self._say_problem(sid, Denied("You are signed out. Sign in again."))
            self.drop(sid)
        else:
            self._handle(handlers, name, sid, arguments)

    def _handle(self, handlers: Known, name: str, sid: str, arguments: tuple[object, ...]) -> None:
        try:
            _fitting(handlers, name, sid, arguments)(sid, *arguments)
        except BmoError as error:
            self._say_problem(sid, error)
        except ValidationError as fault:
            self._say_problem(sid, Refused(sentence(fault)))
        except Exception:
            log.exception("event %r failed", name[:40])
            self._say_problem(sid, BmoError("That went wrong inside BMO. Its log says why."))

    def _flooded(self, sid: str, client: _Client) -> None:
        if client.dropped == 1:
            self._say_problem(sid, Busy("Too many events at once; some were dropped."))
        elif client.dropped == PATIENCE_FOR_FLOODS:
            log.warning("a socket of %s sent too much and was closed", client.visitor.proof)
            self._abort(client)

    def _say_problem(self, sid: str, error: BmoError) -> None:
        self.send(sid, "problem", problem(error))

    def _send(self, sid: str, client: _Client, event: str, body: dict[str, Any]) -> None:
        line = self._io.server.eio.sockets.get(client.line)
        if line is None:
            return
        if line.queue.qsize() > BACKLOG:
            log.warning("a socket of %s does not read and was closed", client.visitor.proof)
            self._abort(client)
            return
        self._io.server.emit(event, body, to=sid, namespace=client.namespace)

    def _hang_up(self, line: str) -> None:
        """Close once what is queued is sent. Engine.IO's own `disconnect` waits for that, perhaps for ever."""
        connection = self._io.server.eio.sockets.get(line)
        if connection is not None:
            connection.close(wait=False)

    def _abort(self, client: _Client) -> None:
        """Without a goodbye, which would wait behind everything unread."""
        environ = self._io.server.environ.get(client.line, {})
        cut(environ.get("gunicorn.socket") or environ.get("werkzeug.socket"))


def _fitting(handlers: Known, name: str, sid: str, arguments: tuple[object, ...]) -> Handler:
    """The handler of this event. Raises `NotFound`, or `Refused` when the arguments are too few or too many."""
    if name not in handlers:
        raise NotFound(f"There is no event {name[:40]!r} here.", code="unknown_event")
    handler, signature = handlers[name]
    try:
        signature.bind(sid, *arguments)
    except TypeError as fault:
        raise Refused(f"The event {name[:40]!r} does not have the right fields.") from fault
    return handler


def _refusal(error: BmoError) -> Exception:
    """A refused connect as Socket.IO clients read it: the sentence as message, the problem as data."""
    refusal: Exception = Full(error.sentence, problem(error).model_dump())
    return refusal
