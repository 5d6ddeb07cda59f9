"""One process at a time, by a lock that the system lets go of when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bmo.core.errors import Broken


@contextmanager
def only_one(path: Path, sentence: str) -> Iterator[None]:
    """Hold the lock file at `path`; raises `Broken` with `sentence` when another process holds it. POSIX only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise Broken(sentence, code="already_running") from taken
        yield


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Wait for the lock file at `path`, whose folder must exist, and hold it: for work of milliseconds.

    Threads wait for each other as processes do. Nobody else may open the file, so nobody else can hold it up.
    Raises `OSError` as the system does. POSIX only.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
