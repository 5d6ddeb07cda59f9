"""gunicorn's worker, with the one deadline that it lacks: how long the head of a request may take."""

import socket
import threading
import time
from contextlib import suppress
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

HEAD_SECONDS = 15.0
"""From the first byte of a request to the end of its headers."""
LOOK_EVERY = 1.0


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

    def handle_exit(self, sig: int, frame: Any) -> None:
        """SIGTERM: open sockets would hold the worker back until its grace is over, so they are closed first."""
        super().handle_exit(sig, frame)
        threading.Thread(target=self.app.say_goodbye, name="goodbye", daemon=True).start()

    def _look(self) -> None:
        while True:
            time.sleep(LOOK_EVERY)
            now = time.monotonic()
            for connection, until in tuple(self._reading.items()):
                if until < now:
                    with suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
