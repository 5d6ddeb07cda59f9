"""Facts about people on the disk: those they told BMO to keep, and proposals that wait for their yes."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from bmo.core.clock import Clock
from bmo.core.errors import NotFound, Refused
from bmo.store.database import Database, Migration

MOST = 500
"""Facts of a person."""
MOST_PROPOSALS = 20
"""Proposals of a person; beyond it the oldest go: nobody wanted them."""
LONGEST = 300
"""Characters of a fact."""
MEMORY_TABLE = Migration(
    90,
    "memory",
    """
    CREATE TABLE person_fact (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        person TEXT NOT NULL,                  -- name of the account, in lower case
        fact TEXT NOT NULL,
        proposed INTEGER NOT NULL,             -- waits for the person's yes
        made TEXT NOT NULL                     -- ISO time, UTC
    );
    CREATE INDEX person_fact_person ON person_fact (person, proposed, id);
    """,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about a person, in their words."""

    id: int
    text: str
    proposed: bool
    """Whether it waits for the person's yes; until then nobody acts on it."""
    made: str
    """ISO time, UTC."""


def tidied(text: str) -> str:
    """A fact as it is kept: one line of characters that are seen. Raises `Refused` for nothing, and for too much."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split()).rstrip(" .")
    if not any(sign.isalnum() for sign in line):
        raise Refused("There is nothing to remember in that.", code="empty_fact")
    if len(line) > LONGEST:
        raise Refused(f"That is too much to remember: at most {LONGEST} characters at a time.", code="fact_too_long")
    return line


class Facts:
    """Reads and writes the facts; `person` is the name of an account. Thread-safe. Everything raises `Broken`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of(self, person: str, *, proposed: bool = False) -> tuple[Fact, ...]:
        """The facts of a person, or what waits for their yes, oldest first."""
        rows = self._database.read(
            "SELECT * FROM person_fact WHERE person = ? AND proposed = ? ORDER BY id", (person.casefold(), proposed)
        )
        return tuple(map(_fact, rows))

    def add(self, person: str, text: str, *, proposed: bool = False) -> Fact:
        """Keep one; what is known already is not kept twice. Raises `Refused`."""
        line, owner = tidied(text), person.casefold()
        with self._database.transaction() as connection:
            rows = connection.execute("SELECT * FROM person_fact WHERE person = ? ORDER BY id", (owner,)).fetchall()
            same = [row for row in rows if row["fact"].casefold() == line.casefold()]
            if same and (proposed or not same[0]["proposed"]):
                return _fact(same[0])
            if not proposed and sum(not row["proposed"] for row in rows) >= MOST:
                raise Refused(f"I remember {MOST} things about you already. Let me forget some first.", code="full")
            gone = [row["id"] for row in same]  # told now, proposed before
            if proposed:
                gone = [row["id"] for row in rows if row["proposed"]][: -MOST_PROPOSALS + 1 or None]
                gone = gone if sum(row["proposed"] for row in rows) >= MOST_PROPOSALS else []
            connection.executemany("DELETE FROM person_fact WHERE id = ?", [(number,) for number in gone])
            made = self._clock.now().astimezone(UTC).isoformat()
            row = connection.execute(
                "INSERT INTO person_fact (person, fact, proposed, made) VALUES (?, ?, ?, ?) RETURNING *",
                (owner, line, proposed, made),
            ).fetchone()
        return _fact(row)

    def change(self, person: str, number: int, text: str) -> Fact:
        """Say it another way. Raises `NotFound`, `Refused`."""
        line = tidied(text)
        with self._database.transaction() as connection:
            row = connection.execute(
                "UPDATE person_fact SET fact = ? WHERE id = ? AND person = ? AND NOT proposed RETURNING *",
                (line, number, person.casefold()),
            ).fetchone()
        return _fact(row) if row else _gone()

    def accept(self, person: str, number: int) -> Fact:
        """A proposal becomes a fact. Raises `NotFound`, `Refused` when there are too many."""
        wanted = [fact for fact in self.of(person, proposed=True) if fact.id == number]
        return self.add(person, wanted[0].text) if wanted else _gone()

    def remove(self, person: str, numbers: list[int]) -> int:
        """Delete facts or proposals; tells how many there were."""
        with self._database.transaction() as connection:
            return sum(
                connection.execute(
                    "DELETE FROM person_fact WHERE id = ? AND person = ?", (number, person.casefold())
                ).rowcount
                for number in numbers
            )


def _fact(row: Any) -> Fact:
    return Fact(row["id"], row["fact"], bool(row["proposed"]), row["made"])


def _gone() -> Fact:
    raise NotFound("I do not remember that any more.", code="no_fact")
