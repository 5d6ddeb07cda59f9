"""What was imported, kept as JSON: one file for each edition and kind, replaced whole or not at all.

A file is `{"format": 1, "edition": "5.1", "kind": "creature", "records": [...]}`, each record as its type writes it.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bmo.core.errors import Broken
from bmo.core.filelock import in_turn
from bmo.core.whole import whole
from bmo.dnd.content import naming
from bmo.dnd.content.creature import Creature
from bmo.dnd.content.entries import CharacterClass, ConditionEntry, RuleEntry
from bmo.dnd.content.item import Item
from bmo.dnd.content.record import Kind, Record
from bmo.dnd.content.source import Maker, Source
from bmo.dnd.content.spell import Spell
from bmo.dnd.rules.terms import Edition

FOLDER = Path("data", "dnd", "content")
"""Below the folder that BMO lives in."""
FORMAT = 1
TYPES: Mapping[Kind, type[Record]] = {
    one.kind: one for one in (Creature, Spell, Item, CharacterClass, ConditionEntry, RuleEntry)
}


def sources(folder: Path) -> list[Source]:
    """What lies in a folder, for each edition. Nothing is read before it is asked for."""
    return [Source("imported", edition, partial(_entries, folder, edition), imported=True) for edition in Edition]


def keep(folder: Path, records: Iterable[Record]) -> None:
    """Add records to a folder; those of a name that is there take its place. Raises `Broken` when it cannot be written.

    Each file is replaced at once, so whoever reads meanwhile sees the old or the new one.
    """
    sorted_out: dict[tuple[Edition, Kind], dict[str, Record]] = {}
    for record in records:
        sorted_out.setdefault((record.edition, record.kind), {})[naming.key(record.name)] = record
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with in_turn(folder / ".writing"):
            for (edition, kind), new in sorted_out.items():
                _write(folder, edition, kind, new)
    except OSError as fault:
        reason = fault.strerror or fault
        raise Broken(
            f"What was imported could not be kept in {folder}: {reason}. What was there is as before."
        ) from fault


def _write(folder: Path, edition: Edition, kind: Kind, new: Mapping[str, Record]) -> None:
    there = {naming.key(told["name"]): told for told in _read(folder, edition, kind)}
    there |= {key: record.model_dump(mode="json", exclude_defaults=True) for key, record in new.items()}
    told = {"format": FORMAT, "edition": edition.value, "kind": kind.value, "records": list(there.values())}
    with whole(_path(folder, edition, kind)) as file:
        file.write(json.dumps(told, ensure_ascii=False, indent=1).encode())


def _path(folder: Path, edition: Edition, kind: Kind) -> Path:
    return folder / f"srd-{edition.value}-{kind.value}.json"


def _read(folder: Path, edition: Edition, kind: Kind) -> list[dict[str, Any]]:
    """The records of one file as they stand there; none where there is no file. Raises `Broken` for a damaged one."""
    path = _path(folder, edition, kind)
    try:
        told = json.loads(path.read_bytes())
        if told["format"] != FORMAT:
            raise Broken(f"{path} was written by another BMO: import the SRD again into an empty folder.")
        records = told["records"]
        if not all(isinstance(one["name"], str) for one in records):
            raise TypeError
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as fault:
        raise _damaged(path) from fault
    return list(records)


def _entries(folder: Path, edition: Edition, kind: Kind) -> Iterator[tuple[str, Maker]]:
    for told in _read(folder, edition, kind):
        yield told["name"], partial(_record, _path(folder, edition, kind), kind, told)


def _record(path: Path, kind: Kind, told: dict[str, Any]) -> Record:
    try:
        return TYPES[kind].model_validate(told)
    except ValueError as fault:
        raise _damaged(path) from fault


def _damaged(path: Path) -> Broken:
    return Broken(f"{os.fspath(path)} is damaged: delete it, and import the SRD again.", code="content_damaged")
