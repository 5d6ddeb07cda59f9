"""The one SQLite file: connections, transactions, numbered migrations. It knows no feature's tables.

Number ranges of the migrations: 10-19 timers, 20-29 trust, 30-39 conversations, 40-49 turns, 50-59 speakers,
60-69 satellites, 70-79 wakes, 80-89 people, 90-99 memory, 100-109 documents, 110-119 routines, 120-129 game.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bmo.core.errors import BmoError, Broken, Busy

BUSY_SECONDS = 5.0
"""How long a writer waits for another process's writer, such as a backup."""

_RECORD = """
CREATE TABLE IF NOT EXISTS migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    applied TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a feature's tables; never edited after it was released."""

    number: int
    """Unique; steps are applied in this order."""
    name: str
    sql: str
    """Statements, each ended by a semicolon."""


class Database:
    """A SQLite file in WAL mode whose commits are on the disk when they return.

    Threads share one connection for writing and one for reading, each behind a lock: hundreds of socket
    threads would otherwise hold hundreds of connections. What is read is what was last committed.
    """

    def __init__(self, path: Path, migrations: Sequence[Migration]) -> None:
        """Open or create the file and bring its tables up to date.

        Raises `Broken` when the file is damaged, newer than this program, or cannot be written.
        """
        numbers = [step.number for step in migrations]
        if len(set(numbers)) != len(numbers):
            raise ValueError(f"two migrations share a number: {sorted(numbers)}")
        self.path = path
        self._writing = threading.RLock()
        self._reading = threading.Lock()
        with self._faults():
            _make_private(path)
            self._writer = _connect(path)
            self._reader = _connect(path)
            self._check()
            self._migrate(sorted(migrations, key=lambda step: step.number))

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """Every row of a query over what was committed before. Raises `Broken`."""
        with self._reading, self._faults():
            return self._reader.execute(sql, args).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write everything in the block or nothing; it is on the disk when the block has ended.

        One thread at a time; do not nest. Raises `Broken` (disk full, file damaged) or `Busy`.
        """
        with self._writing, self._faults():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # a full disk has already rolled it back
                    self._writer.execute("ROLLBACK")
                raise

    def scrub(self) -> None:
        """Leave nothing in the files of what was deleted. Raises `Broken`, `Busy`."""
        with self._writing, self._faults():
            self._writer.execute("VACUUM")
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Let go of the file; the object cannot be used afterwards."""
        with self._writing, self._reading:
            self._reader.close()
            self._writer.close()

    def _check(self) -> None:
        verdict = self._writer.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise Broken(_damaged(self.path), code="database_damaged")

    def _migrate(self, steps: Sequence[Migration]) -> None:
        with self.transaction() as connection:
            connection.execute(_RECORD)
            done = dict(connection.execute("SELECT number, name FROM migration").fetchall())
        known = {step.number: step.name for step in steps}
        unknown = [f"{number} {name}" for number, name in done.items() if known.get(number) != name]
        if unknown:
            raise Broken(
                f"{self.path} was written by a newer BMO (step {', '.join(unknown)}). Update BMO, or restore a backup.",
                code="database_newer",
            )
        for step in steps:
            if step.number not in done:
                self._apply(step)

    def _apply(self, step: Migration) -> None:
        with self.transaction() as connection:
            # Not `executescript`: it commits first, and half a step must never stay.
            for statement in _statements(step.sql):
                connection.execute(statement)
            connection.execute("INSERT INTO migration (number, name) VALUES (?, ?)", (step.number, step.name))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn what SQLite and the disk say into sentences; a broken constraint stays `sqlite3.IntegrityError`."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as fault:
            raise _translated(fault, self.path) from fault
        except OSError as fault:
            raise Broken(f"{self.path} cannot be opened: {fault.strerror}.", code="database_unwritable") from fault


def _make_private(path: Path) -> None:
    """SQLite gives its side files the rights of the main file, so those are set before it opens it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.create_function("casefold", 1, str.casefold, deterministic=True)
    return connection


def _statements(sql: str) -> Iterator[str]:
    """The script cut into statements, at semicolons that end one."""
    statement = ""
    for piece in sql.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip("; \n\t"):
                yield statement
            statement = ""
    if statement.strip("; \n\t"):
        raise ValueError(f"unfinished SQL: {statement[:80]}")


def _damaged(path: Path) -> str:
    return f"{path} is damaged. Restore a backup of it, or move it away to start with an empty one."


def _translated(fault: sqlite3.DatabaseError, path: Path) -> BmoError:
    # The low byte is the primary code; the rest says where inside SQLite it happened.
    primary = (getattr(fault, "sqlite_errorcode", None) or 0) & 0xFF
    if primary in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return Broken(_damaged(path), code="database_damaged")
    if primary == sqlite3.SQLITE_FULL:
        return Broken(f"The disk that holds {path} is full: nothing was saved. Free some space.", code="disk_full")
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
        return Broken(f"{path} cannot be read or written: {fault}.", code="database_unwritable")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy("Another program is writing BMO's database. Try again in a moment.", retry_after=1.0)
    return Broken(f"The database did not understand BMO: {fault}. This is a fault in BMO.", code="database_error")
