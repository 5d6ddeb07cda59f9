"""gunicorn's worker for both web programs, with what it lacks: a deadline for heads, and refusals in our style."""

import socket
import threading
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers.gthread import ThreadWorker

from bmo.wire.problem import of_status

HEAD_SECONDS = 15.0
"""From the first byte of a request to the end of its headers."""
LOOK_EVERY = 1.0
TOO_LONG = (
    (LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
)


class HurriedWorker(ThreadWorker):  # type: ignore[misc]
    """A client that drips its headers loses its connection instead of holding a thread for ever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reading: dict[socket.socket, float] = {}
        """Connections whose head is being read, and until when they may take."""

    def init_process(self) -> None:
        threading.Thread(target=self._look, name="hurry", daemon=True).start()
        super().init_process()

    def handle(self, conn: Any) -> Any:
        self._reading[conn.sock] = time.monotonic() + HEAD_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._reading.pop(conn.sock, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        self._reading.pop(conn.sock, None)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """A request that gunicorn itself refuses gets the same JSON as everything else."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        number = next((number for kind, number in TOO_LONG if isinstance(exc, kind)), HTTPStatus.BAD_REQUEST)
        self.log.warning("refused what is not a request: %.200s", exc)
        with suppress(OSError):
            client.sendall(_answer(number))

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            now = time.monotonic()
            for connection, until in tuple(self._reading.items()):
                if until < now:
                    with suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)


def _answer(number: HTTPStatus) -> bytes:
    body = of_status(number).model_dump_json().encode()
    head = (
        f"HTTP/1.1 {number.value} {number.phrase}\r\nConnection: close\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n\r\n"
    )
    return head.encode() + body
