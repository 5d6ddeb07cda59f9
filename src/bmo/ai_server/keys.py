"""Who may ask: bearer keys, compared in constant time, with a limit on wrong tries."""

import hashlib
import hmac
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from bmo.core.errors import Broken, Denied, TooMany

WINDOW = 60.0
"""Seconds that a wrong try is remembered."""
TRIES_PER_SOURCE = 10
TRIES_IN_ALL = 100
UNGUESSABLE = 32
"""Characters. A key this long cannot be found by trying, so others' wrong tries never lock its holder out."""
_MAX_SOURCES = 1_000


class Keys:
    """The keys of this server and the wrong tries of late. Thread-safe."""

    def __init__(self, keys: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        """`keys`: name of the holder -> key. Raises `Broken` when there is none."""
        if not any(keys.values()):
            raise Broken(
                "The AI server does not start without a key: set AI_SERVER_KEY, here and for whoever asks.",
                code="no_key",
            )
        self._keys = {name: (_digest(key.encode()), len(key) >= UNGUESSABLE) for name, key in keys.items() if key}
        self._clock = clock
        self._lock = threading.Lock()
        self._sources: dict[str, deque[float]] = {}
        self._all: deque[float] = deque()

    def check(self, authorization: str | None, source: str) -> str:
        """The name of the key's holder. `authorization`: the header as WSGI gives it (latin-1).

        Raises `Denied` for a key that is absent or wrong, `TooMany` after too many wrong ones.
        """
        scheme, _, given = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not given:
            raise _denied()
        name, strong = self._holder(_digest(given.strip().encode("latin-1", "replace")))
        if strong:
            return name
        with self._lock:
            wait = self._wait(source)
            if wait > 0:
                raise TooMany("Too many wrong keys; wait a minute.", retry_after=wait)
            if not name:
                self._remember(source)
                raise _denied()
        return name

    def _holder(self, digest: bytes) -> tuple[str, bool]:
        """Name and strength of the key; every key is looked at, whichever fits."""
        found = ("", False)
        for name, (key, strong) in self._keys.items():
            if hmac.compare_digest(key, digest):
                found = (name, strong)
        return found

    def _wait(self, source: str) -> float:
        """Seconds until another try is looked at; 0 when there is no need to wait."""
        now = self._clock()
        waits = [0.0]
        for tries, most in ((self._sources.get(source, deque()), TRIES_PER_SOURCE), (self._all, TRIES_IN_ALL)):
            while tries and tries[0] <= now - WINDOW:
                tries.popleft()
            if len(tries) >= most:
                waits.append(tries[0] + WINDOW - now)
        return max(waits)

    def _remember(self, source: str) -> None:
        now = self._clock()
        if len(self._sources) >= _MAX_SOURCES:
            self._sources = {one: tries for one, tries in self._sources.items() if tries and tries[-1] > now - WINDOW}
        self._sources.setdefault(source, deque()).append(now)
        self._all.append(now)


def _digest(key: bytes) -> bytes:
    """Of one length for all keys, so that the comparison does not tell how long they are."""
    return hashlib.sha256(key).digest()


def _denied() -> Denied:
    return Denied("This needs a valid key: send it as `Authorization: Bearer KEY`.")
