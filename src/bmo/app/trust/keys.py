"""Keys of programs: each acts for a person, and is known to the database by its hash."""

import hashlib
import secrets
from dataclasses import dataclass
from sqlite3 import Row

from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.clock import Clock
from bmo.core.errors import Busy, NotFound, Refused
from bmo.store.database import Database, Migration

KEY_TABLE = Migration(
    25,
    "keys of programs",
    """
    CREATE TABLE program_key (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        hash TEXT NOT NULL UNIQUE,             -- SHA-256 of the key
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
        made REAL NOT NULL,                    -- seconds since 1970, UTC
        seen REAL NOT NULL DEFAULT 0           -- the same; 0 until it is used
    );
    """,
)
MOST = 64
"""Keys at a time."""
WRITE_EVERY = 600.0
"""Seconds between two notes on the disk that a key is in use."""
_LISTED = (
    "SELECT program_key.id, program_key.hash, program_key.name, account.name AS person, role, made, seen "
    "FROM program_key JOIN account ON account.id = account"
)


@dataclass(frozen=True, slots=True)
class ProgramKey:
    """One program that may come in."""

    id: int
    name: str
    person: str
    """Name of the account that it acts for."""
    role: Role
    """That account's, as it is now."""
    made: float
    """Seconds since 1970, UTC."""
    seen: float
    """Last use, to ten minutes; 0 for never."""
    hash: str


class ProgramKeys:
    """Asked of the disk each time: a person's role may change and a person may go, and the key follows at once."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """The database must have `TRUST_TABLES` and `KEY_TABLE`."""
        self.database = database
        self._clock = clock

    def add(self, name: str, person: str) -> tuple[str, ProgramKey]:
        """A new key, which is kept nowhere here, for a program that acts for this person.

        Raises `Refused` for a name that is taken, `NotFound` for nobody by that name, `Busy` for too many keys.
        """
        accounts = self.database.read("SELECT id FROM account WHERE name = ?", (person,))
        if not accounts:
            raise NotFound(f"Nobody here is called {person[:64]!r}.", code="unknown_person")
        key = f"bmo-{secrets.token_urlsafe(32)}"
        with self.database.transaction() as connection:
            names = [row["name"].casefold() for row in connection.execute("SELECT name FROM program_key")]
            if name.casefold() in names:
                raise Refused(f"There is a key called {name!r} already. Choose another name.", code="name_taken")
            if len(names) >= MOST:
                raise Busy(f"There are {MOST} keys already. Take one of them away first.")
            connection.execute(
                "INSERT INTO program_key (hash, name, account, made) VALUES (?, ?, ?, ?)",
                (_hash(key), name, accounts[0]["id"], self._now()),
            )
        return key, next(one for one in self.listed() if one.hash == _hash(key))

    def visitor(self, key: str) -> Visitor | None:
        """Who holds this key; None when it opens nothing (any more)."""
        found = self._by_hash(_hash(key))
        if found is None:
            return None
        now = self._now()
        if now - found.seen > WRITE_EVERY:
            with self.database.transaction() as connection:
                connection.execute("UPDATE program_key SET seen = ? WHERE id = ?", (now, found.id))
        return Visitor("key", found.role, found.person, found.hash)

    def lives(self, visitor: Visitor) -> bool:
        """Whether its key is still good."""
        return self._by_hash(visitor.session) is not None

    def listed(self) -> list[ProgramKey]:
        """All of them, by name."""
        rows = self.database.read(f"{_LISTED} ORDER BY program_key.name COLLATE NOCASE")
        return [_key(row) for row in rows]

    def remove(self, number: int) -> None:
        """Revoke a key. Raises `NotFound`."""
        with self.database.transaction() as connection:
            if not connection.execute("DELETE FROM program_key WHERE id = ?", (number,)).rowcount:
                raise NotFound("There is no such key any more.")

    def _by_hash(self, hashed: str) -> ProgramKey | None:
        rows = self.database.read(f"{_LISTED} WHERE program_key.hash = ?", (hashed,))
        return _key(rows[0]) if rows else None

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _key(row: Row) -> ProgramKey:
    role = Role(row["role"])
    return ProgramKey(row["id"], row["name"], row["person"], role, row["made"], row["seen"], row["hash"])


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
