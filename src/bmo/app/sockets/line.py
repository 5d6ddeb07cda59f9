"""One WebSocket that cannot eat the process: messages, sends and closing are all bounded."""

import contextlib
import socket
import struct
import sys
from collections.abc import Iterable
from typing import Any

import simple_websocket
from engineio.async_drivers._websocket_wsgi import SimpleWebSocketWSGI  # type: ignore[import-untyped]

MAX_MESSAGE = 1_000_000
"""Bytes of one message from a client; a page never sends more than a frame of sound."""
SEND_SECONDS = 10
"""How long a client may leave its side unread before it is dropped."""

LOOK_UP_SECONDS = 1.0


class BoundedLine(SimpleWebSocketWSGI):  # type: ignore[misc]
    """Engine.IO's WebSocket for threads, with the limits it does not set.

    Left alone, a message may be of any size, a send to somebody who never reads blocks its thread
    for ever, and a closed socket keeps its request thread until the other side hangs up.
    """

    def __init__(self, handler: Any, server: Any) -> None:
        super().__init__(handler, server, max_message_size=MAX_MESSAGE)
        self._socket: socket.socket | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._socket = environ.get("gunicorn.socket") or environ.get("werkzeug.socket")
        if self._socket is not None and sys.platform != "win32":
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        answer: Iterable[bytes] = super().__call__(environ, start_response)
        return answer

    def wait(self) -> str | bytes | None:
        """The next message; None when the line is closed.

        simple-websocket can wake its reader just before it notes that the line is closed, which would then
        sleep for ever. So it looks up now and then.
        """
        while True:
            try:
                message: str | bytes | None = self.ws.receive(timeout=LOOK_UP_SECONDS)
            except simple_websocket.ConnectionClosed:
                return None
            if message is not None or not self.ws.connected:
                return message

    def close(self) -> None:
        """Say goodbye if the line still takes it, and free both threads in any case."""
        with contextlib.suppress(OSError):
            super().close()
        cut(self._socket)


def cut(line: socket.socket | None) -> None:
    """End both directions now; whoever reads or writes it wakes up."""
    if line is not None:
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
