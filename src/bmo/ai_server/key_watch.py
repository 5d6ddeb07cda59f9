"""The file of keys as it is now, looked at again when it has changed: keys come and go without a restart."""

import logging
import threading
import time
from collections.abc import Callable

from bmo.ai_server.key_file import KeyFile, StoredKey, Version
from bmo.core.errors import Broken

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks; so long a removed key may still open."""
_SETTLED = 1.0
"""Seconds. A file younger than that may change again without a newer time stamp, so it is read once more."""


class WatchedKeys:
    """What `KeyFile` holds. Asked with every request; a look is one `stat`, a second apart, by one thread at a time.

    A file that cannot be read or makes no sense leaves the last good keys in place; a file that is gone means that
    nobody is let in by it any more.
    """

    def __init__(
        self, file: KeyFile, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time
    ) -> None:
        self.fault = ""
        """Why the keys are not those of the file; empty when they are."""
        self._file = file
        self._clock = clock
        self._wall = wall
        self._keys: tuple[StoredKey, ...] = ()
        self._seen: Version | None = None
        self._looking = threading.Lock()
        self._next = clock() + LOOK_EVERY
        self._look()

    def now(self) -> tuple[StoredKey, ...]:
        """The keys as they were a second ago at most; the same tuple while they do not change."""
        if self._clock() >= self._next and self._looking.acquire(blocking=False):
            try:
                self._look()
                self._next = self._clock() + LOOK_EVERY
            finally:
                self._looking.release()
        return self._keys

    def _look(self) -> None:
        """Read the file if it is another one than last time."""
        try:
            version = self._file.version()
            if version == self._seen:
                return
            keys, version = self._file.read()
        except Broken as fault:
            self._complain(fault.sentence)
            self._seen = self._settled(version)
        except OSError as fault:  # too many open files, a disk that is away: not the file's own fault, so look again
            self._complain(f"The file of keys {self._file.path} cannot be read: {fault.strerror}.")
            self._seen = None
        else:
            self._take(keys)
            self._seen = self._settled(version)

    def _take(self, keys: tuple[StoredKey, ...]) -> None:
        if self.fault:
            log.warning("the file of keys can be read again")
        self.fault = ""
        if keys != self._keys:
            log.info("keys are now: %s", ", ".join(f"{key.name} ({key.role})" for key in keys) or "none in the file")
            self._keys = keys

    def _settled(self, version: Version) -> Version | None:
        return version if self._wall() - version.changed / 1e9 > _SETTLED else None

    def _complain(self, sentence: str) -> None:
        sentence = f"{sentence} {'The keys read before go on opening.' if self._keys else 'No key in it opens.'}"
        if sentence != self.fault:
            log.error("%s", sentence)
        self.fault = sentence
