"""The people of the house, and the PIN they sign in with."""

import hashlib
import hmac
import re
import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bmo.capabilities.people import Role
from bmo.core.errors import Refused
from bmo.store.database import Database

COST = {"n": 2**14, "r": 8, "p": 1}
"""scrypt: 16 MB and about 50 ms a try."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person."""

    id: int
    name: str
    role: Role


class Accounts:
    """Reads and writes accounts. Set-up made the first one, the owner's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def owner(self) -> Account:
        """Whose house this is."""
        row = self._database.read("SELECT id, name, role FROM account WHERE role = 'owner' ORDER BY id LIMIT 1")[0]
        return Account(row["id"], row["name"], Role(row["role"]))

    def pin_set(self) -> bool:
        """Whether anybody can sign in by PIN."""
        return bool(self._database.read("SELECT 1 FROM account WHERE pin <> '' LIMIT 1"))

    def set_pin(self, account: int, pin: str) -> None:
        """Keep a new PIN for this account. Raises `Refused` unless it is 4 to 12 digits."""
        if not re.fullmatch(r"[0-9]{4,12}", pin):
            raise Refused("A PIN has 4 to 12 digits.", code="bad_pin")
        salt = secrets.token_bytes(16)
        with self._database.transaction() as connection:
            connection.execute("UPDATE account SET pin = ? WHERE id = ?", (_kept(pin, salt), account))

    def by_pin(self, pin: str) -> Account | None:
        """The account that this PIN opens."""
        rows = self._database.read("SELECT id, name, role, pin FROM account WHERE pin <> ''")
        found = [row for row in rows if hmac.compare_digest(row["pin"], _kept(pin, bytes.fromhex(row["pin"][:32])))]
        return Account(found[0]["id"], found[0]["name"], Role(found[0]["role"])) if found else None


def pin_on_disk(database: Path) -> bool:
    """Whether anybody has a PIN, asked before the database is opened for good; False when it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM account WHERE pin <> '' LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False  # the safe side: loopback only


def _kept(pin: str, salt: bytes) -> str:
    return salt.hex() + hashlib.scrypt(pin.encode(), salt=salt, **COST).hex()
