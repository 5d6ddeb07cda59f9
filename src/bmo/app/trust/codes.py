"""One-time codes in an address: the owner's, which BMO prints, and those that invite one person each."""

import hashlib
import secrets

from bmo.core.clock import Clock
from bmo.store.database import Database

INVITED_SECONDS = 3_600.0
"""How long an invitation is good for: it is handed over to somebody who is there."""


class Codes:
    """At most one code is valid at any time; the disk knows its hash."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self) -> str:
        """A fresh code of 128 bits, safe in an address. The one before it opens nothing any more."""
        code = secrets.token_urlsafe(16)
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO sign_in_code (id, hash) VALUES (1, ?)", (_hash(code),))
        return code

    def redeem(self, code: str) -> bool:
        """Use the code up; False when it is wrong, used or replaced."""
        with self._database.transaction() as connection:
            return connection.execute("DELETE FROM sign_in_code WHERE hash = ?", (_hash(code),)).rowcount == 1


class Invitations:
    """At most one valid code for each account."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """The database has `PEOPLE_TABLES`."""
        self._database = database
        self._clock = clock

    def issue(self, account: int) -> str:
        """A code that signs in as this account once; the one before it opens nothing any more."""
        code = secrets.token_urlsafe(16)
        until = self._clock.now().timestamp() + INVITED_SECONDS
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO invitation VALUES (?, ?, ?)", (account, _hash(code), until))
        return code

    def redeem(self, code: str) -> int | None:
        """Use the code up: whose it was; None when it is wrong, used, replaced or too old."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT account, until FROM invitation WHERE hash = ?", (_hash(code),)).fetchone()
            connection.execute("DELETE FROM invitation WHERE hash = ?", (_hash(code),))
        return row["account"] if row is not None and row["until"] > self._clock.now().timestamp() else None

    def revoke(self, account: int) -> None:
        """The invitation of this account opens nothing any more."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM invitation WHERE account = ?", (account,))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
