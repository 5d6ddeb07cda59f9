"""What was kept of old conversations, for whoever they were with: to read and to delete, and gone after a while."""

import json
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from bmo.assistant.conversation import Turn
from bmo.core.clock import Clock
from bmo.core.errors import NotFound
from bmo.store.database import Database

MOST_SAVED = 200
"""Saved conversations that are listed."""
_MINE = "((person <> '' AND person = ?) OR (person = '' AND substr(conversation, 1, length(?)) = ?))"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose conversations are meant."""

    person: str
    """Name of the account; empty for whoever uses a device that nobody signed in to."""
    base: str
    """What the keys of that device's conversations begin with; see `capabilities.threads.base_of`."""

    @property
    def values(self) -> tuple[str, str, str]:
        """For the three places in `_MINE`."""
        return self.person.casefold(), self.base, self.base


@dataclass(frozen=True, slots=True)
class Saved:
    """A conversation that was ended."""

    id: int
    at: str
    """ISO time, UTC, when it was saved."""
    summary: str
    """Of what came before the turns."""
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class SumUp:
    """A summary of a conversation that goes on."""

    id: int
    at: str
    """ISO time, UTC, when it was written."""
    text: str


class Saves:
    """Reads and deletes saved conversations and summaries. Nobody sees what belongs to somebody else."""

    def __init__(self, database: Database, clock: Clock, *, keep_days: float = 365.0) -> None:
        self._database = database
        self._clock = clock
        self._keep = timedelta(days=keep_days)

    def saved(self, whose: Whose) -> list[Saved]:
        """The newest first. Raises `Broken`."""
        rows = self._database.read(
            f"SELECT * FROM conversation_saved WHERE {_MINE} ORDER BY id DESC LIMIT ?",  # noqa: S608 - our own words
            (*whose.values, MOST_SAVED),
        )
        return [_saved(row) for row in rows]

    def summaries(self, whose: Whose) -> list[SumUp]:
        """The newest first. Raises `Broken`."""
        rows = self._database.read(
            f"SELECT * FROM conversation_summary WHERE {_MINE} ORDER BY id DESC LIMIT ?",  # noqa: S608
            (*whose.values, MOST_SAVED),
        )
        return [SumUp(row["id"], _iso(row["at"]), row["summary"]) for row in rows]

    def delete_saved(self, number: int, whose: Whose) -> None:
        """Delete a saved conversation. Raises `NotFound`, `Broken`."""
        self._delete("conversation_saved", number, whose)

    def delete_summary(self, number: int, whose: Whose) -> None:
        """Delete a summary: the conversation goes on without it. Raises `NotFound`, `Broken`."""
        self._delete("conversation_summary", number, whose)

    def tidy(self) -> None:
        """Delete what is too old. Raises `Broken`."""
        oldest = (self._clock.now().astimezone(UTC) - self._keep).strftime("%Y-%m-%d %H:%M:%S")
        with self._database.transaction() as connection:
            for table in ("conversation_turn", "conversation_summary", "conversation_saved"):
                connection.execute(f"DELETE FROM {table} WHERE at < ?", (oldest,))  # noqa: S608

    def _delete(self, table: str, number: int, whose: Whose) -> None:
        with self._database.transaction() as connection:
            gone = connection.execute(f"DELETE FROM {table} WHERE id = ? AND {_MINE}", (number, *whose.values))  # noqa: S608
        if not gone.rowcount:
            raise NotFound("This is gone already.", code="no_conversation")


def _saved(row: Any) -> Saved:
    turns = tuple(Turn(asked, answered, bool(row["outside"])) for asked, answered in json.loads(row["turns"]))
    return Saved(row["id"], _iso(row["at"]), row["summary"], turns)


def _iso(at: str) -> str:
    """SQLite's CURRENT_TIMESTAMP as ISO time."""
    return at.replace(" ", "T") + "+00:00"
