"""The log of a campaign: events are appended and never changed. What is not in it did not happen.

A campaign has branches. Undo and retcon take nothing away: they begin a new branch at an earlier event, and the
campaign goes on there. A branch is its own events after those of its parent up to the fork.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC

from bmo.core.clock import Clock
from bmo.core.errors import Broken, NotFound, Refused
from bmo.store.database import Database, Migration

LONGEST_NAME = 80
"""Characters of a campaign's or a branch's name."""
PAGE = 2_000
"""Events read at a time, so that a long campaign never stands in memory twice."""

LOG_TABLES = Migration(
    120,
    "log of the game",
    """
    CREATE TABLE campaign (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        head INTEGER NOT NULL,
        made TEXT NOT NULL
    );
    CREATE TABLE branch (
        id INTEGER PRIMARY KEY,
        campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        parent INTEGER REFERENCES branch (id),
        fork INTEGER NOT NULL,
        made TEXT NOT NULL
    );
    CREATE TABLE game_event (
        branch INTEGER NOT NULL REFERENCES branch (id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        at TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (branch, seq)
    ) WITHOUT ROWID;
    CREATE TABLE snapshot (
        branch INTEGER NOT NULL REFERENCES branch (id) ON DELETE CASCADE,
        seq INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (branch, seq)
    ) WITHOUT ROWID;
    """,
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """A story that goes on over many evenings."""

    id: int
    name: str
    head: int
    """The branch on which it goes on."""
    made: str
    """ISO time, UTC."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way in which the story went."""

    id: int
    campaign: int
    name: str
    parent: int | None
    fork: int
    """The last event that it shares with its parent; 0 for the first branch."""
    made: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it is kept."""

    seq: int
    """From 1, without gaps, over a branch and what it grew from."""
    at: str
    """ISO time, UTC, when it was written."""
    body: str
    """JSON."""


class Moved(Refused):
    """Somebody else wrote meanwhile: look again, then decide again."""

    code = "table_moved"


class Log:
    """All campaigns of a database. Thread-safe; everything raises `Broken` when the disk fails."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._lock = threading.Lock()
        self._lines: dict[int, tuple[tuple[int, int], ...]] = {}

    def begin(self, name: str) -> Campaign:
        """A new campaign with one empty branch. Raises `Refused` for a name that is empty or too long."""
        name, now = _name(name), self._now()
        with self._database.transaction() as connection:
            made = connection.execute("INSERT INTO campaign (name, head, made) VALUES (?, 0, ?)", (name, now))
            campaign = made.lastrowid or 0
            row = (campaign, "main", None, 0, now)
            branch = connection.execute(
                "INSERT INTO branch (campaign, name, parent, fork, made) VALUES (?, ?, ?, ?, ?)", row
            ).lastrowid
            connection.execute("UPDATE campaign SET head = ? WHERE id = ?", (branch, campaign))
        return Campaign(campaign, name, branch or 0, now)

    def campaigns(self) -> tuple[Campaign, ...]:
        """All of them, the oldest first."""
        rows = self._database.read("SELECT id, name, head, made FROM campaign ORDER BY id")
        return tuple(Campaign(*row) for row in rows)

    def campaign(self, number: int) -> Campaign:
        """Raises `NotFound`."""
        found = next((campaign for campaign in self.campaigns() if campaign.id == number), None)
        if found is None:
            raise NotFound(f"There is no campaign {number}.", code="no_campaign")
        return found

    def branches(self, campaign: int) -> tuple[Branch, ...]:
        """Every way in which its story went, the oldest first."""
        rows = self._database.read(
            "SELECT id, campaign, name, parent, fork, made FROM branch WHERE campaign = ? ORDER BY id", (campaign,)
        )
        return tuple(Branch(*row) for row in rows)

    def last(self, branch: int) -> int:
        """The number of the last event of a branch; 0 when nothing has happened."""
        own = self._database.read("SELECT max(seq) FROM game_event WHERE branch = ?", (branch,))[0][0]
        return own or self._line(branch)[-1][1]

    def append(self, branch: int, after: int, bodies: Sequence[str]) -> int:
        """Keep these events, all or none: on the disk when this returns. Tells the number of the last.

        Raises `Moved` unless `after` is the number of the last event: what was decided on an older state may be wrong.
        """
        at = self._now()
        first = self._line(branch)[-1][1]
        with self._database.transaction() as connection:
            own = connection.execute("SELECT max(seq) FROM game_event WHERE branch = ?", (branch,)).fetchone()[0]
            if (own or first) != after:
                raise Moved("The game went on meanwhile. Look at it again, then decide again.")
            rows = [(branch, after + number, at, body) for number, body in enumerate(bodies, 1)]
            connection.executemany("INSERT INTO game_event (branch, seq, at, body) VALUES (?, ?, ?, ?)", rows)
        return after + len(bodies)

    def read(self, branch: int, after: int = 0, until: int | None = None) -> Iterator[Entry]:
        """The events of a branch with those it grew from, in order: `after` < seq <= `until`."""
        line = self._line(branch)
        bounds = [fork for _, fork in line[1:]] + [self.last(branch) if until is None else until]
        for (part, start), end in zip(line, bounds, strict=True):
            yield from self._part(part, max(after, start), end if until is None else min(end, until))

    def fork(self, branch: int, at: int, name: str) -> Branch:
        """A new branch that shares everything up to event `at`, on which the campaign goes on from now.

        Raises `Refused` for an event that has not happened.
        """
        if not 0 <= at <= self.last(branch):
            raise Refused(f"The game has no event {at} to go back to.", code="no_such_event")
        parent = next(part for part, start in reversed(self._line(branch)) if at > start or start == 0)
        name, now = _name(name), self._now()
        with self._database.transaction() as connection:
            campaign = connection.execute("SELECT campaign FROM branch WHERE id = ?", (branch,)).fetchone()[0]
            row = (campaign, name, parent, at, now)
            made = connection.execute(
                "INSERT INTO branch (campaign, name, parent, fork, made) VALUES (?, ?, ?, ?, ?)", row
            ).lastrowid
            connection.execute("UPDATE campaign SET head = ? WHERE id = ?", (made, campaign))
        return Branch(made or 0, campaign, name, parent, at, now)

    def go_on(self, campaign: int, branch: int) -> None:
        """Continue a campaign on another of its branches. Raises `NotFound`."""
        if branch not in [one.id for one in self.branches(campaign)]:
            raise NotFound(f"The campaign has no branch {branch}.", code="no_branch")
        with self._database.transaction() as connection:
            connection.execute("UPDATE campaign SET head = ? WHERE id = ?", (branch, campaign))

    def keep_snapshot(self, branch: int, seq: int, body: str) -> None:
        """State after event `seq`, as JSON, so that nobody has to add up everything; older ones of the branch go."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM snapshot WHERE branch = ?", (branch,))
            connection.execute("INSERT INTO snapshot (branch, seq, body) VALUES (?, ?, ?)", (branch, seq, body))

    def snapshot(self, branch: int) -> tuple[int, str] | None:
        """The newest state kept for a branch or what it grew from, and the event after which it was so."""
        line = self._line(branch)
        ends = [fork for _, fork in line[1:]] + [self.last(branch)]
        for (part, _), end in reversed(list(zip(line, ends, strict=True))):
            rows = self._database.read("SELECT seq, body FROM snapshot WHERE branch = ? AND seq <= ?", (part, end))
            if rows:
                return rows[0][0], rows[0][1]
        return None

    def _part(self, branch: int, after: int, until: int) -> Iterator[Entry]:
        while after < until:
            rows = self._database.read(
                "SELECT seq, at, body FROM game_event WHERE branch = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
                (branch, after, until, PAGE),
            )
            if not rows:
                raise Broken(f"The log of the game has a gap after event {after}. Restore a backup.", code="log_gap")
            yield from (Entry(*row) for row in rows)
            after = rows[-1][0]

    def _line(self, branch: int) -> tuple[tuple[int, int], ...]:
        """The branches it grew from, the first at the front, each with the event after which its own begin.

        Neither ever changes, so it is kept. Raises `NotFound`.
        """
        with self._lock:
            known = self._lines.get(branch)
        if known is None:
            rows = self._database.read("SELECT parent, fork FROM branch WHERE id = ?", (branch,))
            if not rows:
                raise NotFound(f"The game has no branch {branch}.", code="no_branch")
            before = self._line(rows[0]["parent"]) if rows[0]["parent"] else ()
            known = (*before, (branch, rows[0]["fork"]))
            with self._lock:
                self._lines[branch] = known
        return known

    def _now(self) -> str:
        return self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds")


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused(f"A name has 1 to {LONGEST_NAME} characters.", code="bad_name")
    return name
