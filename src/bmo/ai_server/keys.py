"""Who may ask: bearer keys, compared in constant time, with a limit on wrong tries."""

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bmo.ai_server.holders import Holder
from bmo.ai_server.key_file import StoredKey, digest
from bmo.ai_server.key_watch import WatchedKeys
from bmo.ai_server.tries import Tries
from bmo.core.errors import Broken, Denied

UNGUESSABLE = 32
"""Characters. A key this long cannot be found by trying, so others' wrong tries never lock its holder out."""


@dataclass(frozen=True, slots=True)
class _Key:
    digest: bytes = field(repr=False)
    holder: Holder
    strong: bool
    until: float = float("inf")
    """When it expires, in seconds since 1970."""


class Keys:
    """The keys of this server: those of its settings and those of its file, as it is now. Thread-safe."""

    def __init__(
        self,
        named: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
        *,
        watched: WatchedKeys | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`named`: name of the holder -> key, all of the role `app`. Raises `Broken` when there is no key at all."""
        self._named = tuple(
            _Key(digest(key.strip()), Holder(name), len(key.strip()) >= UNGUESSABLE)
            for name, key in named.items()
            if key.strip()
        )
        self._watched = watched
        self._joined: tuple[tuple[StoredKey, ...] | None, tuple[_Key, ...]] = (None, ())
        self._tries = Tries(clock)
        self._wall = wall
        if not self._now():
            raise Broken(
                "The AI server does not start without a key: set AI_SERVER_KEY, here and for whoever asks, "
                f"or make one with `bmo ai-server keys add`. {self.fault}".rstrip(),
                code="no_key",
            )

    @property
    def fault(self) -> str:
        """What is wrong with the file of keys, as a sentence; empty when all is well. Until it is mended, the last
        keys that could be read go on opening."""
        return self._watched.fault if self._watched else ""

    def check(self, authorization: str | None, source: str) -> Holder:
        """The key's holder. `authorization`: the header as WSGI gives it (latin-1).

        Raises `Denied` for a key that is absent or wrong, `TooMany` after too many wrong ones.
        """
        scheme, _, given = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not given.strip():
            raise _denied()
        found = self._found(digest(given.strip().encode("latin-1", "replace")))
        if found is not None and found.strong:
            return found.holder
        self._tries.judge(source, right=found is not None)
        if found is None:
            raise _denied()
        return found.holder

    def _found(self, given: bytes) -> _Key | None:
        """The key that fits; every key is looked at, whichever it is."""
        found = None
        now = self._wall()
        for key in self._now():
            if hmac.compare_digest(key.digest, given) and now < key.until:
                found = key
        return found

    def _now(self) -> tuple[_Key, ...]:
        if self._watched is None:
            return self._named
        stored = self._watched.now()
        known, keys = self._joined
        if stored is not known:  # one tuple for both, so that two threads never see one half of each
            keys = (*self._named, *map(_of_file, stored))
            self._joined = (stored, keys)
        return keys


def _of_file(stored: StoredKey) -> _Key:
    """Keys of the file are made by us, so they are strong."""
    until = stored.until.timestamp() if stored.until else float("inf")
    holder = Holder(stored.name, stored.role, frozenset(stored.domains))
    return _Key(bytes.fromhex(stored.sha256), holder, strong=True, until=until)


def _denied() -> Denied:
    return Denied("This needs a valid key: send it as `Authorization: Bearer KEY`.")
