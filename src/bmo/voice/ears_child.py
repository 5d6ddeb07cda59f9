"""The process that hears: started, written to, read from, and ended. `voice.ears` decides when."""

import logging
import subprocess
import threading
from collections.abc import Callable, Sequence
from queue import Empty, Full, Queue

from bmo.core.errors import Malformed
from bmo.voice.earline import Message, read, write

log = logging.getLogger(__name__)
ROOM = 1_000
"""Messages on their way to the child."""
GOODBYE_SECONDS = 2.0
"""For a child to end by itself."""


class Child:
    """One process, one thread that writes to it, one that reads from it."""

    def __init__(
        self,
        command: Sequence[str],
        answered: Callable[[Message], None],
        died: Callable[["Child"], None],
        born: float,
    ) -> None:
        """Start it. `answered` gets its messages and `died` its end, in the reader thread. Raises `OSError`."""
        self.born = born
        """When it was started, by a monotonic clock."""
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        self._queue: Queue[Message] = Queue(ROOM)
        self._answered = answered
        self._died = died
        self._over = threading.Event()
        threading.Thread(target=self._write, name="to the ears", daemon=True).start()
        threading.Thread(target=self._read, name="from the ears", daemon=True).start()

    def send(self, message: Message) -> bool:
        """Queue a message; False when the queue is full."""
        try:
            self._queue.put_nowait(message)
        except Full:
            return False
        return True

    def end(self) -> None:
        """Close its stdin, which ends it; kill it if it does not. Returns once it is gone."""
        self._over.set()
        try:
            self.process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _write(self) -> None:
        assert self.process.stdin is not None
        try:
            with self.process.stdin as stream:
                while not self._over.is_set():
                    try:
                        write(stream, self._queue.get(timeout=0.2))
                    except Empty:
                        continue
        except OSError:
            log.debug("the ears do not read any more")

    def _read(self) -> None:
        assert self.process.stdout is not None
        try:
            with self.process.stdout as stream:
                while (message := read(stream)) is not None:
                    self._answered(message)
        except (Malformed, OSError) as fault:
            log.warning("the ears make no sense: %s", fault)
        self._over.set()
        self._gone()
        self._died(self)

    def _gone(self) -> None:
        """Whoever closed its line is of no more use."""
        try:
            self.process.wait(GOODBYE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
