"""One process at a time, by a lock that the system lets go of when its holder dies."""

import fcntl
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
