"""The people of the house: their names, their roles, and the PIN that each of them signs in with."""

import hashlib
import hmac
import re
import secrets
import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bmo.capabilities.people import Role
from bmo.core.errors import NotFound, Refused
from bmo.store.database import Database

COST = {"n": 2**14, "r": 8, "p": 1}
"""scrypt: 16 MB and about 50 ms a try."""
MOST = 20
"""People of a house: each PIN that is tried is compared with everybody's."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person."""

    id: int
    name: str
    role: Role
    has_pin: bool = False


class Accounts:
    """Reads and writes accounts. Set-up made the first one, the owner's; one owner is always left. Thread-safe."""

    def __init__(self, database: Database) -> None:
        """The database has `TRUST_TABLES` and `PEOPLE_TABLES`."""
        self._database = database
        self._changing = threading.Lock()

    def all(self) -> tuple[Account, ...]:
        """Everybody, in the order they came."""
        rows = self._database.read("SELECT id, name, role, pin FROM account ORDER BY id")
        return tuple(Account(row["id"], row["name"], Role(row["role"]), row["pin"] != "") for row in rows)

    def owner(self) -> Account:
        """Whose house this is."""
        return next(account for account in self.all() if account.role is Role.OWNER)

    def of(self, number: int) -> Account:
        """Who has this id. Raises `NotFound`."""
        for account in self.all():
            if account.id == number:
                return account
        raise NotFound("There is no such person any more.")

    def by_name(self, name: str) -> Account | None:
        """Who is called this, in capitals or not."""
        return next((account for account in self.all() if account.name.casefold() == name.casefold()), None)

    def role_of(self, name: str) -> Role | None:
        """What whoever is called this may do; None where nobody is."""
        account = self.by_name(name)
        return account.role if account else None

    def add(self, name: str, role: Role) -> Account:
        """Somebody new, without a PIN. Raises `Refused` for a name that is taken, and when there are too many."""
        with self._changing:
            self._free(name, 0)
            if len(self.all()) >= MOST:
                raise Refused(f"I know {MOST} people already: delete somebody first.", code="too_many_people")
            with self._database.transaction() as connection:
                row = connection.execute("INSERT INTO account (name, role) VALUES (?, ?)", (name, role.value))
        return Account(row.lastrowid or 0, name, role)

    def rename(self, number: int, name: str) -> None:
        """Call somebody otherwise. Raises `NotFound`, `Refused` for a name that is taken."""
        with self._changing:
            self.of(number)
            self._free(name, number)
            with self._database.transaction() as connection:
                connection.execute("UPDATE account SET name = ? WHERE id = ?", (name, number))

    def set_role(self, number: int, role: Role) -> None:
        """Somebody may do more or less. Raises `NotFound`, `Refused` when no owner would be left."""
        with self._changing:
            if role is not Role.OWNER:
                self._another_owner(number)
            with self._database.transaction() as connection:
                connection.execute("UPDATE account SET role = ? WHERE id = ?", (role.value, number))

    def remove(self, number: int) -> None:
        """Delete an account. Raises `NotFound`, `Refused` when no owner would be left."""
        with self._changing:
            self._another_owner(number)
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM account WHERE id = ?", (number,))

    def pin_set(self) -> bool:
        """Whether anybody can sign in by PIN."""
        return any(account.has_pin for account in self.all())

    def set_pin(self, number: int, pin: str) -> None:
        """Keep a new PIN for this account. Raises `Refused` unless it is 4 to 12 digits and nobody else's."""
        if not re.fullmatch(r"[0-9]{4,12}", pin):
            raise Refused("A PIN has 4 to 12 digits.", code="bad_pin")
        with self._changing:
            self.of(number)
            holder = self.by_pin(pin)
            if holder is not None and holder.id != number:
                raise Refused("Choose another PIN: this one is in use.", code="pin_taken")
            with self._database.transaction() as connection:
                kept = _kept(pin, secrets.token_bytes(16))
                connection.execute("UPDATE account SET pin = ? WHERE id = ?", (kept, number))

    def forget_pin(self, number: int) -> None:
        """Somebody cannot sign in by PIN any more. Raises `NotFound`, `Refused` for an owner."""
        with self._changing:
            if self.of(number).role is Role.OWNER:
                raise Refused("An owner keeps a PIN: set another one instead.", code="owner_needs_pin")
            with self._database.transaction() as connection:
                connection.execute("UPDATE account SET pin = '' WHERE id = ?", (number,))

    def by_pin(self, pin: str) -> Account | None:
        """The account that this PIN opens."""
        rows = self._database.read("SELECT id, name, role, pin FROM account WHERE pin <> ''")
        found = [row for row in rows if hmac.compare_digest(row["pin"], _kept(pin, bytes.fromhex(row["pin"][:32])))]
        return Account(found[0]["id"], found[0]["name"], Role(found[0]["role"]), True) if found else None

    def _free(self, name: str, number: int) -> None:
        holder = self.by_name(name)
        if holder is not None and holder.id != number:
            raise Refused(f"There is somebody called {holder.name} already.", code="name_taken")

    def _another_owner(self, number: int) -> None:
        """Raises `Refused` when this is the only owner, `NotFound`."""
        owners = [account.id for account in self.all() if account.role is Role.OWNER]
        if self.of(number).id in owners and len(owners) < 2:
            raise Refused("Somebody must own the house: make somebody else an owner first.", code="last_owner")


def pin_on_disk(database: Path) -> bool:
    """Whether anybody has a PIN, asked before the database is opened for good; False when it cannot be read."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM account WHERE pin <> '' LIMIT 1").fetchone() is not None
    except sqlite3.Error:
        return False  # the safe side: loopback only


def _kept(pin: str, salt: bytes) -> str:
    return salt.hex() + hashlib.scrypt(pin.encode(), salt=salt, **COST).hex()
