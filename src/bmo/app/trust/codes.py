"""The one-time code in the printed address: it becomes a session once, and a new one replaces it."""

import hashlib
import secrets

from bmo.store.database import Database


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


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
