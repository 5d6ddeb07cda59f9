"""Timers on the disk: their table and its rows."""

from dataclasses import dataclass
from datetime import datetime

from bmo.store.database import Database, Migration

TIMER_TABLE = Migration(
    10,
    "timers",
    """
    CREATE TABLE timer (
        id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: a late "cancel 3" must not hit another timer
        name TEXT NOT NULL,
        seconds REAL NOT NULL,
        due TEXT NOT NULL,                     -- wall time, ISO, UTC
        rang TEXT,                             -- wall time; NULL while it runs
        room TEXT NOT NULL,
        conversation TEXT NOT NULL,
        person TEXT NOT NULL
    );
    """,
)


@dataclass(frozen=True, slots=True)
class TimerRow:
    """A timer as it was last written."""

    id: int
    name: str
    seconds: float
    due: datetime
    rang: datetime | None
    room: str
    conversation: str
    person: str


class TimerTable:
    """Reads and writes the rows; each method is one transaction. Raises `Broken`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self) -> list[TimerRow]:
        """Every timer that was set and not yet cancelled or stopped."""
        return [
            TimerRow(
                row["id"],
                row["name"],
                row["seconds"],
                datetime.fromisoformat(row["due"]),
                datetime.fromisoformat(row["rang"]) if row["rang"] else None,
                row["room"],
                row["conversation"],
                row["person"],
            )
            for row in self._database.read("SELECT * FROM timer ORDER BY id")
        ]

    def add(self, timer: TimerRow) -> int:
        """Write a new timer (its id is ignored) and give its id."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO timer (name, seconds, due, room, conversation, person) VALUES (?, ?, ?, ?, ?, ?)",
                (timer.name, timer.seconds, timer.due.isoformat(), timer.room, timer.conversation, timer.person),
            )
            return int(cursor.lastrowid or 0)

    def remove(self, ids: list[int]) -> None:
        """Forget these timers."""
        with self._database.transaction() as connection:
            connection.executemany("DELETE FROM timer WHERE id = ?", [(number,) for number in ids])

    def give(self, ids: list[int], person: str) -> None:
        """These timers are this person's."""
        with self._database.transaction() as connection:
            connection.executemany("UPDATE timer SET person = ? WHERE id = ?", [(person, number) for number in ids])

    def rang(self, ids: list[int], at: datetime) -> None:
        """These timers have rung."""
        with self._database.transaction() as connection:
            connection.executemany("UPDATE timer SET rang = ? WHERE id = ?", [(at.isoformat(), n) for n in ids])

    def move(self, due: dict[int, datetime]) -> None:
        """These timers are due at another wall time, because somebody set the wall clock."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE timer SET due = ? WHERE id = ?", [(d.isoformat(), n) for n, d in due.items()]
            )

    def extend(self, number: int, due: datetime, seconds: float) -> None:
        """This timer runs longer, or again."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE timer SET due = ?, seconds = ?, rang = NULL WHERE id = ?", (due.isoformat(), seconds, number)
            )
