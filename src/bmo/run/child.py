"""One running program: started on a leash, its words written to its log, ended with its whole family."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

from bmo.core import leash
from bmo.run.program import Program

LOG_BYTES = 5_000_000
LOG_FILES = 3
LINE_BYTES = 16_384


class Child:
    """The process of a program. Start it from the main thread: when the starting thread ends, the leash pulls."""

    def __init__(self, program: Program, home: Path) -> None:
        self.log = home / "logs" / f"{program.name}.log"
        self._pid_file = home / "run" / f"{program.name}.pid"
        self._process = subprocess.Popen(  # noqa: S603
            # -I -S: the leash needs nothing but the standard library, and starts in a few milliseconds
            [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), str(program.niceness), *program.argv],
            env={**os.environ, **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which ends its children in order
        )
        self._pid_file.write_text(str(self._process.pid))
        self._last: deque[str] = deque(maxlen=1)
        self._pump = threading.Thread(target=self._copy, args=(program.name,), daemon=True)
        self._pump.start()

    @property
    def pid(self) -> int:
        """Process id, also of the process group."""
        return self._process.pid

    def last_words(self) -> str:
        """The last line it said."""
        self._pump.join(timeout=1.0)
        return self._last[-1] if self._last else ""

    def code(self) -> int | None:
        """Exit code, negative for a signal; None while it runs. Whoever it left behind is ended with it."""
        code = self._process.poll()
        if code is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            with suppress(FileNotFoundError):
                self._pid_file.unlink()
        return code

    def ask_to_end(self) -> None:
        """SIGTERM: finish what you do."""
        self._process.terminate()

    def kill(self) -> None:
        """SIGKILL for it and whoever it started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _copy(self, name: str) -> None:
        output = self._process.stdout
        assert output is not None
        writer = RotatingFileHandler(self.log, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8")
        with output:
            for line in _lines(output):
                self._last.append(line)
                writer.handle(logging.LogRecord(name, logging.INFO, "", 0, f"{name} | {line}", None, None))
        writer.close()


def _lines(output: IO[bytes]) -> Iterator[str]:
    """Lines of text; one without end comes in pieces."""
    while raw := output.readline(LINE_BYTES):
        yield raw.decode("utf-8", "replace").rstrip()
