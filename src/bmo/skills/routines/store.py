"""The routines of the household: those on the disk, and those that every house has."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any

from bmo.capabilities.steps import LONGEST_STEP, MOST_STEPS, Checked, ReadsSteps
from bmo.capabilities.wording import Told
from bmo.core.clock import Clock
from bmo.core.errors import NotFound, Refused
from bmo.skills.routines.builtin import BUILTIN
from bmo.skills.routines.routine import Routine, name_of
from bmo.store.database import Database, Migration

MOST = 100
"""Routines of the household."""
ROUTINE_TABLE = Migration(
    110,
    "routines",
    """
    CREATE TABLE routine (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        steps TEXT NOT NULL,                   -- JSON, a list of sentences
        person TEXT NOT NULL,                  -- name of the account of who made it, in lower case
        made TEXT NOT NULL                     -- ISO time, UTC
    );
    """,
)


class Routines:
    """Reads and writes them, for the whole household. Thread-safe. Everything raises `Broken`."""

    def __init__(self, database: Database, clock: Clock, reads: Callable[[], ReadsSteps]) -> None:
        """`reads` makes steps of sentences; asked for when it is needed."""
        self._database = database
        self._clock = clock
        self._reads = reads

    def all(self) -> tuple[Routine, ...]:
        """The household's own first, then those of every house that no own one replaces."""
        own = tuple(map(_routine, self._database.read("SELECT * FROM routine ORDER BY name")))
        taken = {routine.name for routine in own}
        return (*own, *(routine for routine in BUILTIN if routine.name not in taken))

    def named(self, name: str) -> Routine:
        """The one of this name, or that goes by it. Raises `NotFound` with the names there are."""
        there = self.all()
        for routine in there:
            if routine.name == name:
                return routine
        for routine in there:
            if name in routine.also:
                return routine
        names = ", ".join(routine.name for routine in there)
        raise NotFound(
            Told("There is no routine called {name}. There are: {names}.", name=name, names=names), code="no_routine"
        )

    def add(self, name: str, steps: Sequence[str], person: str) -> Routine:
        """Keep a new one. Raises `Refused` for a name that the household uses, and for steps that are none."""
        name, kept = _checked(name, steps)
        made = self._clock.now().astimezone(UTC).isoformat()
        try:
            with self._database.transaction() as write:
                if write.execute("SELECT count(*) FROM routine").fetchone()[0] >= MOST:
                    raise Refused(f"There are {MOST} routines already. Delete one first.", code="full")
                row = write.execute(
                    "INSERT INTO routine (name, steps, person, made) VALUES (?, ?, ?, ?) RETURNING *",
                    (name, json.dumps(kept), person.casefold(), made),
                ).fetchone()
        except sqlite3.IntegrityError as fault:
            raise Refused(f"There is a routine called {name} already.", code="name_taken") from fault
        return _routine(row)

    def change(self, number: int, name: str, steps: Sequence[str], person: str) -> Routine:
        """Say it another way; it is whoever changed it last that made it. Raises `NotFound`, `Refused`."""
        name, kept = _checked(name, steps)
        try:
            with self._database.transaction() as write:
                row = write.execute(
                    "UPDATE routine SET name = ?, steps = ?, person = ? WHERE id = ? RETURNING *",
                    (name, json.dumps(kept), person.casefold(), number),
                ).fetchone()
        except sqlite3.IntegrityError as fault:
            raise Refused(f"There is a routine called {name} already.", code="name_taken") from fault
        return _routine(row) if row else _gone()

    def remove(self, number: int) -> None:
        """Delete one of the household's own. Raises `NotFound`."""
        with self._database.transaction() as write:
            if not write.execute("DELETE FROM routine WHERE id = ?", (number,)).rowcount:
                _gone()

    def split(self, text: str) -> tuple[str, ...]:
        """The steps in what somebody says."""
        return self._reads().split(text)

    def check(self, steps: Sequence[str]) -> tuple[Checked, ...]:
        """What each step would do now."""
        return tuple(self._reads().check(step) for step in steps)


def _checked(name: str, steps: Sequence[str]) -> tuple[str, list[str]]:
    try:
        name = name_of(name)
    except ValueError as fault:
        raise Refused(f"That is no name for a routine: {fault}.", code="bad_name") from fault
    lines = [" ".join("".join(sign if sign.isprintable() else " " for sign in step).split()) for step in steps]
    kept = [line for line in lines if line]
    if not kept:
        raise Refused("A routine needs at least one step.", code="no_steps")
    if len(kept) > MOST_STEPS or max(map(len, kept)) > LONGEST_STEP:
        sentence = f"That is too long: at most {MOST_STEPS} steps of {LONGEST_STEP} characters."
        raise Refused(sentence, code="too_many_steps")
    return name, kept


def _routine(row: Any) -> Routine:
    return Routine(row["name"], tuple(json.loads(row["steps"])), id=row["id"], person=row["person"])


def _gone() -> Routine:
    raise NotFound("That routine is not there any more.", code="no_routine")
