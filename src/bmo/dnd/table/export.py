"""Sessions as files for people, and back: `data/dnd_sessions/session_YYYY-MM-DD.json`.

One event stands on each line, with a sum over it and all before it, so that a line changed by hand is found and named.
The file is read by an explicit restore only, which makes a new branch: the log stays the truth.
"""

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bmo.core.errors import BmoError, Broken, NotFound, Refused, TooLarge
from bmo.core.whole import whole
from bmo.dnd.table.events import VERSION, event_of
from bmo.dnd.table.folding import fold
from bmo.dnd.table.loading import load
from bmo.dnd.table.log import Log
from bmo.dnd.table.state import State

FORMAT = 1
LARGEST_FILE = 64 * 1024 * 1024
"""Bytes: some 200,000 events."""
_AS_ALWAYS = (",", ":")


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that was written."""

    path: Path
    events: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A branch that was made from a file."""

    campaign: int
    branch: int
    shared: int
    """Events that the campaign had already."""
    added: int


def export(log: Log, campaign: int, folder: Path) -> Exported:
    """Write the campaign as it stands, under the date of its last session. The file is replaced whole or not at all.

    Raises `Refused` before the first session, `NotFound`, `Broken` where it cannot be written.
    """
    one = log.campaign(campaign)
    state, seq = load(log, one.head)
    if state.date is None:
        raise Refused("No session has begun yet, so there is nothing to export.", code="no_session")
    path = _free(folder, state.date, one.name)
    head = {"bmo_dnd_session": FORMAT, "event_version": VERSION, "campaign": one.name, "date": state.date,
            "session": state.session or "", "count": seq}  # fmt: skip
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole(path) as stream:
            for line in _lines(log, one.head, head):
                stream.write(line.encode())
    except OSError as fault:
        raise Broken(f"The session cannot be written to {path}: {fault.strerror}.", code="export_failed") from fault
    return Exported(path, seq)


def _free(folder: Path, date: str, campaign: str) -> Path:
    """Two campaigns may be played on one day: the file of another is left alone."""
    number, path = 1, folder / f"session_{date}.json"
    while path.exists() and _campaign_of(path) != campaign:
        number += 1
        path = folder / f"session_{date}_{number}.json"
    return path


def _campaign_of(path: Path) -> str:
    """Of an older file; empty for one that BMO did not write."""
    try:
        return str(_head(_read(path).split("\n", 1)[0])["campaign"])
    except Refused:
        return ""


def _lines(log: Log, branch: int, head: dict[str, Any]) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "events": [\n'
    total, before = "", ""
    for entry in log.read(branch):
        total = _sum(total, entry.body)
        yield f'{before}{{"seq":{entry.seq},"sum":"{total}","event":{entry.body}}}'
        before = ",\n"
    yield "\n]}\n"


def _sum(before: str, body: str) -> str:
    return hashlib.blake2s(f"{before} {body}".encode(), digest_size=8).hexdigest()


def restore(log: Log, path: Path, name: str = "") -> Restored:
    """Make a new branch of the campaign (or the campaign, where there is none of that name) from a session file.

    Nothing is changed before all of it was read and added up. Raises `Refused` with the line and the reason for a file
    that was edited, is of a newer BMO or is no session; `NotFound`, `TooLarge`.
    """
    lines = _read(path).split("\n")
    head = _head(lines[0])
    bodies = _bodies(lines, head)
    found = next((one for one in log.campaigns() if one.name == head["campaign"]), None)
    one = found or log.begin(head["campaign"])
    shared = _shared(log, one.head, bodies)
    branch = log.fork(one.head, shared, name or f"restored {head['date']}")
    if bodies[shared:]:
        log.append(branch.id, shared, bodies[shared:])
    return Restored(one.id, branch.id, shared, len(bodies) - shared)


def _read(path: Path) -> str:
    """The file that was opened is the one that is looked at. Raises `NotFound`, `TooLarge`, `Refused`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as fault:
        raise NotFound(f"{path} cannot be opened: {fault.strerror}.", code="no_file") from fault
    about = os.fstat(handle)
    if not stat.S_ISREG(about.st_mode):
        os.close(handle)
        raise Refused(f"{path} is no file.", code="no_file")
    with os.fdopen(handle, "rb") as file:
        if about.st_size > LARGEST_FILE:
            raise TooLarge(f"{path} is larger than {LARGEST_FILE // 1024 // 1024} MB.")
        data = file.read(LARGEST_FILE + 1)
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        raise _wrong(data.count(b"\n", 0, fault.start) + 1, "it is not UTF-8 text") from fault


def _head(line: str) -> dict[str, Any]:
    try:
        head = json.loads(line.removesuffix("\r") + "]}")
    except (ValueError, RecursionError) as fault:
        raise _wrong(1, "this is not how a session file begins") from fault
    if not isinstance(head, dict) or type(head.get("bmo_dnd_session")) is not int:
        raise _wrong(1, "this is not how a session file begins")
    if head["bmo_dnd_session"] != FORMAT or head.get("event_version") != VERSION:
        raise _wrong(1, f"it was written by a newer BMO (this one knows version {FORMAT} with events {VERSION})")
    name, date, count = head.get("campaign"), head.get("date"), head.get("count")
    dated = isinstance(date, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", date)
    if not isinstance(name, str) or not name or not dated or type(count) is not int:
        raise _wrong(1, "campaign, date or count is missing")
    return head


def _bodies(lines: list[str], head: dict[str, Any]) -> list[str]:
    """Every event as the log keeps it, each of them checked: its sum, its words, and that it can happen there."""
    bodies: list[str] = []
    state, total = State(), ""
    for number, line in enumerate(lines[1:-2], 2):
        body, told = _event(number, line, len(bodies) + 1)
        total = _sum(total, body)
        try:
            fold(state, [event_of(body)])
        except BmoError as fault:
            raise _wrong(number, fault.sentence.rstrip(".")) from fault
        if told != total:
            raise _wrong(number, "its sum does not fit: this line, or its order, was changed by hand")
        bodies.append(body)
    if lines[-2:] != ["]}", ""] or len(bodies) != head["count"]:
        raise _wrong(len(lines), f"the file ends after {len(bodies)} of {head['count']} events")
    return bodies


def _event(number: int, line: str, seq: int) -> tuple[str, str]:
    plain = line.removesuffix(",")
    try:
        said = json.loads(plain)
        if set(said) != {"seq", "sum", "event"} or said["seq"] != seq:
            raise _wrong(number, f"this should be event {seq}")
        event = said["event"]
        newer = isinstance(event, dict) and type(event.get("v")) is int and event["v"] > VERSION
        if newer:
            raise _wrong(number, f"this event was written by a newer BMO (this one knows version {VERSION})")
        return json.dumps(event, separators=_AS_ALWAYS, ensure_ascii=False), str(said["sum"])
    except (ValueError, TypeError, RecursionError) as fault:
        raise _wrong(number, "this is no event as BMO writes them") from fault


def _shared(log: Log, branch: int, bodies: list[str]) -> int:
    """How many events at the beginning are the same."""
    same = 0
    for entry in log.read(branch):
        if same >= len(bodies) or bodies[same] != entry.body:
            break
        same += 1
    return same


def _wrong(line: int, why: str) -> Refused:
    return Refused(f"Line {line} of the session file: {why}. Nothing was restored.", code="bad_session_file")
