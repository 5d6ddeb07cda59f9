"""Satellites that were let in: each has a key of its own, known to the database by its hash."""

import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from sqlite3 import Row

from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.clock import Clock
from bmo.core.errors import Busy, NotFound
from bmo.store.database import Database, Migration

SATELLITE_TABLE = Migration(
    60,
    "satellites",
    """
    CREATE TABLE satellite (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL UNIQUE,             -- SHA-256 of its key
        name TEXT NOT NULL,
        room TEXT NOT NULL,
        seen REAL NOT NULL                     -- seconds since 1970, UTC
    );
    """,
)
MOST = 32
"""Paired at a time."""
WRITE_EVERY = 600.0
"""Seconds between two notes on the disk that a satellite is in use."""


@dataclass(slots=True)
class Paired:
    """One satellite that may come in."""

    id: int
    name: str
    room: str
    seen: float
    """Its last sign of life: seconds since 1970, UTC."""
    hash: str
    written: float
    """When the disk was told of it."""


class Satellites:
    """The memory is the truth while the app runs, as with sessions: asking at every socket event is cheap."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """The database must have `SATELLITE_TABLE`."""
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._listeners: list[Callable[[str], None]] = []
        self._changed: list[Callable[[str], None]] = []
        rows = database.read("SELECT id, name, room, seen, hash FROM satellite")
        self._paired = {row["hash"]: _paired(row) for row in rows}

    def on_end(self, listener: Callable[[str], None]) -> None:
        """Call this with the hash of every key that is revoked."""
        self._listeners.append(listener)

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call this with the hash of the key of a satellite that stands somewhere else now."""
        self._changed.append(listener)

    def add(self, name: str, room: str) -> str:
        """Let one in; the answer is its key, which is kept nowhere here. Raises `Busy` when there are too many."""
        key = secrets.token_urlsafe(32)
        hashed, now = _hash(key), self._now()
        with self._lock:
            if len(self._paired) >= MOST:
                raise Busy(f"There are {MOST} satellites already. Forget one of them first.")
            with self._database.transaction() as connection:
                values = (hashed, name, room, now)
                row = connection.execute("INSERT INTO satellite (hash, name, room, seen) VALUES (?, ?, ?, ?)", values)
            self._paired[hashed] = Paired(row.lastrowid or 0, name, room, now, hashed, now)
        return key

    def visitor(self, key: str) -> Visitor | None:
        """Who holds this key; None when it opens nothing (any more)."""
        with self._lock:
            one = self._paired.get(_hash(key))
        return Visitor("satellite", Role.GUEST, "", one.hash, room=one.room) if one is not None else None

    def lives(self, visitor: Visitor) -> bool:
        """Whether its key is still good; asking counts as a sign of life."""
        now = self._now()
        with self._lock:
            one = self._paired.get(visitor.session)
            if one is None:
                return False
            one.seen = now
            note = now - one.written > WRITE_EVERY
            if note:
                one.written = now
        if note:
            with self._database.transaction() as connection:
                connection.execute("UPDATE satellite SET seen = ? WHERE id = ?", (now, one.id))
        return True

    def listed(self) -> list[Paired]:
        """All of them, by room and name."""
        with self._lock:
            return sorted(self._paired.values(), key=lambda one: (one.room, one.name, one.id))

    def place(self, number: int, name: str, room: str) -> None:
        """What it is called, and where it stands. Raises `NotFound`."""
        with self._lock:
            one = self._found(number)
            one.name, one.room = name, room
            with self._database.transaction() as connection:
                connection.execute("UPDATE satellite SET name = ?, room = ? WHERE id = ?", (name, room, number))
        for listener in self._changed:
            listener(one.hash)

    def forget(self, number: int) -> None:
        """Revoke its key, and close its sockets. Raises `NotFound`."""
        with self._lock:
            gone = self._found(number)
            del self._paired[gone.hash]
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM satellite WHERE id = ?", (number,))
        for listener in self._listeners:
            listener(gone.hash)

    def _found(self, number: int) -> Paired:
        for one in self._paired.values():
            if one.id == number:
                return one
        raise NotFound("There is no such satellite any more.")

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _paired(row: Row) -> Paired:
    return Paired(row["id"], row["name"], row["room"], row["seen"], row["hash"], row["seen"])


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
