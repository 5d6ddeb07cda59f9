"""Every wake of the last days with its score and a clip of three seconds: to see what wakes BMO, and what should not.

A thread of its own writes; a full disk costs the record, never the turn. What is too old, too much, or belongs to no
record is removed by the same thread.
"""

import logging
import secrets
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from queue import Empty, Full, Queue
from typing import Any

from bmo.capabilities.media import wav_of
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, NotFound
from bmo.core.whole import whole
from bmo.store.database import Database, Migration
from bmo.voice.wake_watch import HeardWake

log = logging.getLogger(__name__)

KEPT_DAYS = 7
MOST = 500
"""Wakes; the oldest beyond it go first. A clip has 96 kB, so all of them stay below 50 MB."""
WAITING = 16
"""Wakes that wait to be written; more are lost."""
TIDY_SECONDS = 3_600.0
WAKE_TABLE = Migration(
    70,
    "wakes",
    """
    CREATE TABLE wake (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,                      -- ISO time, UTC
        turn TEXT NOT NULL,
        person TEXT NOT NULL,
        room TEXT NOT NULL,
        word TEXT NOT NULL,
        score REAL NOT NULL,
        threshold REAL NOT NULL,
        clip TEXT NOT NULL,                    -- name of its file; empty when it could not be written
        wrong INTEGER NOT NULL DEFAULT 0       -- somebody said so
    );
    CREATE INDEX wake_at ON wake (at);
    """,
)


@dataclass(frozen=True, slots=True)
class Wake:
    """A wake as it is kept."""

    id: int
    at: str
    """ISO time, UTC."""
    turn: str
    person: str
    room: str
    word: str
    """What was listened for, such as "hey jarvis"."""
    score: float
    threshold: float
    """The score that counted."""
    clip: bool
    """Whether its sound is there."""
    wrong: bool
    """Whether somebody said that it should not have been."""


class Wakes:
    """The records and their clips, in `folder`. Thread-safe; `person` None stands for everybody."""

    def __init__(self, database: Database, folder: Path, clock: Clock, phrase: str) -> None:
        """`phrase` is what is listened for. Call `start` to have something written."""
        self._database = database
        self._folder = folder
        self._clock = clock
        self.phrase = phrase
        """What is listened for, such as "hey jarvis"."""
        self._waiting: Queue[HeardWake | None] = Queue(WAITING)
        self._thread = threading.Thread(target=self._run, name="wakes", daemon=True)

    def start(self) -> None:
        """Write what comes, and remove what is too old, in the background."""
        self._thread.start()

    def close(self) -> None:
        """Write what waits, and end."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join(timeout=5)

    def keep(self, wake: HeardWake) -> None:
        """Have this one written soon. Never waits, never fails: what finds no room is lost."""
        try:
            self._waiting.put_nowait(wake)
        except Full:
            log.warning("a wake is not recorded: too many wait to be written")

    def latest(self, most: int = 50, before: int = 0, person: str | None = None) -> Sequence[Wake]:
        """The newest first; only those before the number `before` unless it is 0. Raises `Broken`."""
        rows = self._database.read(
            "SELECT * FROM wake WHERE (? = 0 OR id < ?) AND (? IS NULL OR person = ?) ORDER BY id DESC LIMIT ?",
            (before, before, person, person, most),
        )
        return [_wake_of(row) for row in rows]

    def clip(self, number: int, person: str | None = None) -> bytes:
        """The sound of a wake as a WAV file. Raises `NotFound`, `Broken`."""
        rows = self._database.read(
            "SELECT clip FROM wake WHERE id = ? AND (? IS NULL OR person = ?)", (number, person, person)
        )
        name = rows[0]["clip"] if rows else ""
        try:
            return self._path(name).read_bytes() if name else _no_wake(number)
        except OSError:
            return _no_wake(number)

    def wrong(self, number: int, person: str | None = None, wrong: bool = True) -> None:
        """Somebody says that this should not have woken BMO, or that it was right. Raises `NotFound`, `Broken`."""
        with self._database.transaction() as connection:
            changed = connection.execute(
                "UPDATE wake SET wrong = ? WHERE id = ? AND (? IS NULL OR person = ?)", (wrong, number, person, person)
            ).rowcount
        if not changed:
            _no_wake(number)

    def forget(self, number: int, person: str | None = None) -> None:
        """Delete one. Raises `NotFound`, `Broken`."""
        if not self._remove("id = ? AND (? IS NULL OR person = ?)", (number, person, person)):
            _no_wake(number)

    def forget_all(self, person: str | None = None) -> None:
        """Delete those of a person, or everybody's. Raises `Broken`."""
        self._remove("? IS NULL OR person = ?", (person, person))

    def rename(self, old: str, new: str) -> None:
        """The wakes of somebody who is called otherwise now. Raises `Broken`."""
        with self._database.transaction() as connection:
            connection.execute("UPDATE wake SET person = ? WHERE person = ?", (new, old))

    def tidy(self) -> None:
        """Remove what is too old or too much, and files that belong to nothing. Raises `Broken`, `OSError`."""
        oldest = (self._clock.now().astimezone(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
        self._remove("at < ? OR id <= (SELECT max(id) FROM wake) - ?", (oldest, MOST))
        known = {self._path(row["clip"]) for row in self._database.read("SELECT clip FROM wake")}
        if self._folder.is_dir():
            for path in set(self._folder.iterdir()) - known:
                path.unlink(missing_ok=True)

    def _run(self) -> None:
        while True:
            try:
                self.tidy()
                wake = self._waiting.get(timeout=TIDY_SECONDS)
            except Empty:
                continue
            except (BmoError, OSError) as fault:
                log.warning("old wakes stay for now: %s", fault)
                wake = self._waiting.get()
            if wake is None:
                return
            self._write(wake)

    def _write(self, wake: HeardWake) -> None:
        name = self._write_clip(wake)
        row = (wake.at, wake.turn, wake.person, wake.room, self.phrase, wake.score, wake.threshold, name)
        try:
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT INTO wake (at, turn, person, room, word, score, threshold, clip)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
        except BmoError as fault:
            log.warning("a wake is not recorded: %s", fault.sentence)
            if name:
                self._unlink(name)

    def _write_clip(self, wake: HeardWake) -> str:
        """The name of the file, readable by its owner alone; empty when the disk did not take it."""
        name = secrets.token_hex(8)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with whole(self._path(name)) as file:
                file.write(wav_of([wake.sound]))
        except OSError as fault:
            log.warning("the sound of a wake is not kept: %s", fault)
            return ""
        return name

    def _remove(self, which: str, args: Sequence[object]) -> bool:
        """Delete records, then their files. False when there was nothing to delete."""
        with self._database.transaction() as connection:
            gone = connection.execute(f"DELETE FROM wake WHERE {which} RETURNING clip", tuple(args)).fetchall()  # noqa: S608
        for row in gone:
            if row["clip"]:
                self._unlink(row["clip"])
        return bool(gone)

    def _unlink(self, name: str) -> None:
        with suppress(OSError):  # `tidy` tries again
            self._path(name).unlink()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.wav"


def _no_wake(number: int) -> bytes:
    raise NotFound(f"There is no wake {number}, or its sound is gone.", code="no_wake")


def _wake_of(row: Any) -> Wake:
    told = {name: row[name] for name in ("id", "at", "turn", "person", "room", "word", "score", "threshold")}
    return Wake(**told, clip=bool(row["clip"]), wrong=bool(row["wrong"]))
