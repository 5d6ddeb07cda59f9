"""Every turn as it went, kept for a while: what took how long, who served it, and why somebody else did not."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any, Literal

from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import (
    Acted,
    Ended,
    Heard,
    Outcome,
    Recognised,
    Reply,
    Rolled,
    Served,
    Tagged,
    Timed,
    TurnEvent,
)
from bmo.core.clock import Clock
from bmo.core.errors import BmoError
from bmo.store.database import Database, Migration

log = logging.getLogger(__name__)

KEPT_DAYS = 7
MOST = 5_000
"""Turns; the oldest beyond it go first."""
TURN_TABLE = Migration(
    40,
    "turns",
    """
    CREATE TABLE turn (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        trace TEXT NOT NULL,
        began TEXT NOT NULL,
        person TEXT NOT NULL,
        record TEXT NOT NULL
    );
    CREATE INDEX turn_began ON turn (began);
    """,
)

Ending = Literal["", "words", "silence", "longest", "button"]
"""Why a recording ended: its words were whole, it fell silent, it was too long, or the microphone was switched off;
empty for what was typed or sent as a file."""


@dataclass(slots=True)
class TurnRecord:
    """One turn."""

    trace: str
    """Its id in every log."""
    began: str
    """ISO time, UTC."""
    person: str
    room: str
    spoken: bool
    recording: Ending
    said: str = ""
    speaker: str = ""
    """Whose voice it was; empty when unknown or typed."""
    reply: str = ""
    outcome: Outcome = "cancelled"
    """A turn that nobody followed to its end was cancelled."""
    code: str = ""
    stages: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds from the end of speech, or from the arrival of the text, to each stage."""
    served: list[dict[str, str]] = field(default_factory=list)
    """`stage`, `provider` and `reason`, a sentence when it was not the first choice."""
    actions: list[str] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    """Response tags: `kind`, `tag`, and `refused`, a sentence when nothing came of it. No moods."""

    def followed(self, events: Stream[TurnEvent], keep: Callable[["TurnRecord"], None]) -> Stream[TurnEvent]:
        """The same events, each noted on its way; `keep` is called when they are over or nobody wants more."""
        try:
            with closing(events):
                for event in events:
                    self._note(event)
                    yield event
        finally:
            keep(self)

    def _note(self, event: TurnEvent) -> None:
        match event:
            case Heard(text, final=True):
                self.said = text
            case Recognised(person):
                self.speaker = person
            case Reply(text):
                self.reply += text
            case Acted(tool):
                self.actions.append(tool)
            case Tagged(tag, kind, refused) if kind != "mood":
                self.tags.append({"kind": kind, "tag": tag, "refused": refused})
            case Rolled(dice, _, total):
                self.tags.append({"kind": "roll", "tag": f"{dice} = {total}", "refused": ""})
            case Served(stage, provider, reason):
                self.served = [one for one in self.served if one["stage"] != stage]
                self.served.append({"stage": stage, "provider": provider, "reason": reason})
            case Timed(stages):
                self.stages = dict(stages)
            case Ended(outcome, code):
                self.outcome, self.code = outcome, code


class TurnLog:
    """The records of the last days. Thread-safe."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def latest(self, most: int = 50, before: int = 0, person: str | None = None) -> Sequence[Mapping[str, Any]]:
        """Records with their number `id`, the newest first: of one person, or of everybody; `before` this number.

        Raises `Broken`.
        """
        rows = self._database.read(
            "SELECT id, record FROM turn WHERE (? = 0 OR id < ?) AND (? IS NULL OR person = ?)"
            " ORDER BY id DESC LIMIT ?",
            (before, before, person, person, most),
        )
        return [{"id": row["id"], **json.loads(row["record"])} for row in rows]

    def forget(self, person: str | None = None) -> None:
        """Delete the records of one person, or everybody's. Raises `Broken`."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM turn WHERE ? IS NULL OR person = ?", (person, person))

    def keep(self, record: TurnRecord) -> None:
        """Keep this one and forget the oldest. A full disk costs the record, never the turn."""
        told = {name: getattr(record, name) for name in TurnRecord.__slots__}
        oldest = (self._clock.now().astimezone(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
        try:
            with self._database.transaction() as connection:
                connection.execute(
                    "INSERT INTO turn (trace, began, person, record) VALUES (?, ?, ?, ?)",
                    (record.trace, record.began, record.person, json.dumps(told)),
                )
                connection.execute(
                    "DELETE FROM turn WHERE began < ? OR id <= (SELECT max(id) FROM turn) - ?", (oldest, MOST)
                )
        except BmoError as fault:
            log.warning("a turn is not recorded: %s", fault.sentence)
