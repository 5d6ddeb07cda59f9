"""The line to the app: its socket namespace `/voice`, like a page's. It comes back by itself, patiently.

Speaks Socket.IO with python-socketio, of the extra `device`.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Broken, Denied, Unreachable

log = logging.getLogger(__name__)

NAMESPACE = "/voice"
CONNECT_SECONDS = 10
FIRST_PAUSE = 0.5
"""Seconds until a line that broke is tried again; doubles up to `LONGEST_PAUSE` while nobody answers."""
LONGEST_PAUSE = 15.0
STEADY_SECONDS = 5.0
"""A line that lived for so long starts the pauses anew."""
LOOK_SECONDS = 0.5

Down = Mapping[str, Callable[[Any], None]]
"""What to do with each event, by its name. Called in order, in the line's own thread: return at once."""


class Line:
    """One satellite's connection to one app."""

    def __init__(
        self, url: Callable[[], str], key: str, down: Down, joined: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        """`url` is asked before each connection; `joined` and `lost` are told of each."""
        self._url = url
        self._key = key
        self._down = down
        self._joined = joined
        self._lost = lost
        self._client: Any = None

    @property
    def up(self) -> bool:
        """Whether there is a connection now."""
        client = self._client
        return client is not None and NAMESPACE in client.namespaces

    def run(self, stop: threading.Event, clock: Clock) -> None:
        """Connect, and connect again, until `stop`. Raises `Denied` when the app does not know the key (any more),
        `Broken` when python-socketio is not installed.
        """
        pause = FIRST_PAUSE
        while not stop.is_set():
            began = clock.monotonic()
            try:
                self._stay(stop)
            except Unreachable as failure:
                log.warning("%s Trying again in %.1f s.", failure.sentence, pause)
            if clock.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE
            stop.wait(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    def send(self, event: str, message: BaseModel, samples: bytes | None = None) -> bool:
        """Send it if the line is up; False when it is not.

        What waits is bounded: a line whose other side is silent is given up within a minute.
        """
        client = self._client
        if client is None or NAMESPACE not in client.namespaces:
            return False
        body = message.model_dump(mode="json")
        try:
            client.emit(event, (body, samples) if samples is not None else body, namespace=NAMESPACE)
        except _library().exceptions.SocketIOError:
            return False  # it broke this very moment
        return True

    def _stay(self, stop: threading.Event) -> None:
        """One connection, from its beginning to its end."""
        library = _library()
        url = self._url()
        client = self._client = _in_order()(reconnection=False, handle_sigint=False, logger=False)
        for event, do in self._down.items():
            client.on(event, do, namespace=NAMESPACE)
        refused: list[str] = []
        client.on("connect_error", lambda told=None: refused.append(_sentence(told)), namespace=NAMESPACE)
        try:
            client.connect(
                url,
                headers={"Authorization": f"Bearer {self._key}"},
                transports=["websocket"],
                namespaces=[NAMESPACE],
                wait_timeout=CONNECT_SECONDS,
            )
        except library.exceptions.ConnectionError as fault:
            self._let_go(client)
            raise _refusal(fault, refused) from fault
        log.info("connected to %s", url)
        self._joined()
        while NAMESPACE in client.namespaces and not stop.wait(LOOK_SECONDS):
            pass
        self._let_go(client)
        self._lost()
        if not stop.is_set():
            raise Unreachable(f"The line to BMO at {url} broke.")

    def _let_go(self, client: Any) -> None:
        self._client = None
        client.disconnect()


def _library() -> Any:
    try:
        import socketio
    except ImportError as fault:
        raise Broken("`bmo voice` needs Python packages: pip install 'bmo[device]'.", code="no_library") from fault
    return socketio


def _in_order() -> Any:
    """A Socket.IO client that hands on events in the order they came.

    Left alone, engineio starts a thread for each message: pieces of sound would overtake each other.
    """
    import engineio  # type: ignore[import-untyped]

    class InOrder(engineio.Client):  # type: ignore[misc]
        def _trigger_event(self, event: str, *arguments: Any, **_: Any) -> Any:
            return super()._trigger_event(event, *arguments, run_async=False)

        def disconnect(self, abort: bool = False, reason: str | None = None) -> None:
            """The app's goodbye is handled in the thread that reads, which cannot wait for itself."""
            super().disconnect(abort or threading.current_thread() is self.read_loop_task, reason)

    class Client(_library().Client):  # type: ignore[misc]
        def _engineio_client_class(self) -> Any:
            return InOrder

    return Client


def _sentence(told: object) -> str:
    return str(told.get("message", "")) if isinstance(told, dict) else ""


def _refusal(fault: Exception, refused: list[str]) -> BmoError:
    """What a failed connection means: an unknown key will not become a known one by waiting."""
    cause: BaseException | None = fault
    while cause is not None:
        if getattr(cause, "status_code", None) in (401, 403):
            return Denied("BMO does not know this satellite (any more). Let it in again: `bmo voice pair`.")
        cause = cause.__cause__ or cause.__context__
    why = next((sentence for sentence in refused if sentence), "")
    return Unreachable(f"BMO does not let me in: {why}" if why else "BMO does not answer.")
