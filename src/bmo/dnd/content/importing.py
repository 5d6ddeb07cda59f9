"""Takes in the SRD from a person's files: its JSON layout, Markdown with headings, or its PDF.

Nothing is written here: what was read is handed back, with each thing that was refused, where, and why. A file is
opened once and judged by what was opened; nothing of it is run; its size, depth and number of entries are bounded.
"""

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from bmo.core.errors import Refused, TooLarge
from bmo.core.plain_text import decoded
from bmo.dnd.content import naming, srd_json, srd_text
from bmo.dnd.content.entries import RuleEntry
from bmo.dnd.content.record import Kind, Record
from bmo.dnd.content.srd_json_classes import character_class
from bmo.dnd.rules.terms import Edition

MOST_BYTES = 8_000_000
"""Of a text; the largest of the SRD has 1.4 million."""
MOST_PDF_BYTES = 40_000_000
MOST_FILES = 200
MOST_ENTRIES = 5_000
"""Of one list."""
MOST_FOUND = 20_000
"""Of one text."""
MOST_REFUSALS = 200
_DEEPEST = 40
"""Brackets inside brackets, in JSON."""
_TEXTS = (".md", ".markdown", ".txt")
_EDITION = re.compile(r"(?:SRD|System Reference Document)[\s_-]*(?:CC[\s_-]*)?v?[\s_-]*(5\.[12])", re.IGNORECASE)
_NONSENSE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What reading an entry that is built wrongly meets."""
_BRACKETS = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""A string, or a bracket outside of one. It never goes back, so that no file can hold it up."""
_SPACE = re.compile(r"[\s,]*")

Pages = Callable[[IO[bytes]], Iterable[tuple[int, str] | str]]
"""Reads a PDF: number and text of each page, and a sentence's end for what is wrong with it."""


@dataclass(frozen=True)
class Refusal:
    """Something that was not taken in."""

    file: str
    line: int
    """Of the file, from 1; of a PDF the page; 0 for the file as a whole."""
    name: str
    """Of the entry; empty for the file as a whole."""
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.name + ': ' if self.name else ''}{self.reason}"


@dataclass
class Import:
    """What was read, and what was not."""

    records: list[Record] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[tuple[Edition, Kind], int]:
        """Records by edition and kind."""
        return Counter((one.edition, one.kind) for one in self.records)


def read(path: Path, pages: Pages, edition: Edition | None = None) -> Import:
    """Read a file, or every file below a folder. `edition` is for texts that do not say themselves which they are.

    Raises `Refused` when there is nothing to read at this path.
    """
    done = Import()
    several = path.is_dir()
    files = list(_files(path)) if several else [path]
    if not files:
        raise Refused(f"There is no JSON, Markdown or PDF in {path}.")
    lists: list[_Entry] = []
    for file in files[:MOST_FILES]:
        name = str(file.relative_to(path)) if several else file.name
        try:
            _read_file(file, name, pages, edition, done, lists)
        except Refused as fault:
            done.refusals.append(Refusal(name, 0, "", fault.sentence))
    if len(files) > MOST_FILES:
        done.refusals.append(Refusal(str(path), 0, "", f"more than {MOST_FILES} files: the rest was not read"))
    _classes(lists, done)
    done.records = list(_without_twins(done.records))
    return done


def _files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders.sort()
        yield from (Path(where, name) for name in sorted(names) if _suffix(name) in (".json", ".pdf", *_TEXTS))


def _suffix(name: str) -> str:
    return Path(name).suffix.casefold()


def _read_file(
    path: Path, name: str, pages: Pages, edition: Edition | None, done: Import, lists: "list[_Entry]"
) -> None:
    kind = _suffix(path.name)
    if kind not in (".json", ".pdf", *_TEXTS):
        raise Refused("only JSON, Markdown and PDF can be read")
    with _opened(path, MOST_PDF_BYTES if kind == ".pdf" else MOST_BYTES) as file:
        if kind == ".pdf":
            _read_pdf(file, name, pages, edition, done)
            return
        text = decoded(file.read(MOST_BYTES + 1))
    if kind == ".json":
        _read_json(text, name, done, lists)
    else:
        _take(name, srd_text.document(text, _edition(edition, name, text), headings=True), done)


def _opened(path: Path, most: int) -> IO[bytes]:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as fault:
        raise Refused(f"cannot be read: {fault.strerror}") from fault
    told = os.fstat(handle)
    if stat.S_ISREG(told.st_mode) and told.st_size <= most:
        return os.fdopen(handle, "rb")
    os.close(handle)
    if not stat.S_ISREG(told.st_mode):
        raise Refused("is not a plain file")
    raise TooLarge(f"has {told.st_size / 1e6:.0f} MB; up to {most / 1e6:.0f} MB are read")


def _edition(given: Edition | None, name: str, text: str) -> Edition:
    """Which SRD a text is: as the person says, or as it says itself near its beginning, or as it is called."""
    found = _EDITION.search(text[:20_000]) or _EDITION.search(name)
    if given or found:
        return given or (Edition.SRD_5_1 if found and found[1] == "5.1" else Edition.SRD_5_2)
    raise Refused("does not say which SRD it is: give --edition 5.1 or --edition 5.2.1")


def _read_pdf(file: IO[bytes], name: str, pages: Pages, edition: Edition | None, done: Import) -> None:
    texts: list[str] = []
    firsts: list[tuple[int, int]] = []
    for page in pages(file):
        if isinstance(page, str):
            done.refusals.append(Refusal(name, 0, "", page))
            continue
        firsts.append((sum(text.count("\n") + 1 for text in texts[-1:]) + (firsts[-1][0] if firsts else 1), page[0]))
        texts.append(page[1])
    if not texts:
        return
    text = "\n".join(texts)
    found = srd_text.document(text, _edition(edition, name, text), headings=False)
    _take(name, found, done, lambda line: next(page for first, page in reversed(firsts) if first <= line))


def _take(
    name: str, found: Iterable[srd_text.Found], done: Import, place: Callable[[int], int] = lambda line: line
) -> None:
    for number, one in enumerate(found):
        if number >= MOST_FOUND:
            _refuse(
                done, Refusal(name, place(one.line), "", f"has more than {MOST_FOUND:,} entries; the rest was left")
            )
            return
        if one.record is not None:
            done.records.append(one.record)
        else:
            _refuse(done, Refusal(name, place(one.line), _shown(one.name), one.reason))


def _refuse(done: Import, refusal: Refusal) -> None:
    if len(done.refusals) < MOST_REFUSALS:
        done.refusals.append(refusal)


def _shown(name: object) -> str:
    """A name that may be printed: short, and without control characters."""
    return "".join(sign for sign in str(name)[:60] if sign.isprintable())


@dataclass(frozen=True)
class _Entry:
    """One entry of a JSON list."""

    file: str
    line: int
    told: Mapping[str, Any]
    edition: Edition
    collection: str


def _read_json(text: str, name: str, done: Import, lists: list[_Entry]) -> None:
    if _depth(text) > _DEEPEST:
        raise Refused(f"has more than {_DEEPEST} brackets inside each other")
    for line, told in _elements(text):
        origin = srd_json.origin(told) if isinstance(told, dict) else None
        if origin is None or not isinstance(told, dict):
            _refuse(done, Refusal(name, line, "", "no entry of the SRD's layout: it has no url that says what it is"))
            continue
        entry = _Entry(name, line, told, *origin)
        if entry.collection in ("classes", "features"):
            lists.append(entry)
        _convert(entry, done, partial(srd_json.records, told, *origin))


def _convert(entry: _Entry, done: Import, make: Callable[[], Iterable[Record]]) -> None:
    try:
        done.records += make()
    except _NONSENSE as fault:
        name = _shown(entry.told.get("name", ""))
        _refuse(done, Refusal(entry.file, entry.line, name, srd_text.reason(fault)))


def _depth(text: str) -> int:
    """How deep brackets stand inside each other, outside of strings."""
    deepest = depth = 0
    for sign in _BRACKETS.finditer(text):
        if sign[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign[0] in "]}":
            depth -= 1
    return deepest


def _elements(text: str) -> Iterator[tuple[int, object]]:
    """The elements of a list, each with its line. Raises `Refused` with the line for what is no list of JSON."""
    start = text.find("[")
    if start < 0 or text[:start].strip():
        raise Refused("is not a list of entries, as the SRD's JSON files are")
    decoder, at, line, counted = json.JSONDecoder(), start + 1, 1, 0
    for _ in range(MOST_ENTRIES):
        space = _SPACE.match(text, at)
        at = space.end() if space else at
        if text[at : at + 1] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            told, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as fault:
            wrong = line + text.count("\n", counted, getattr(fault, "pos", at))
            raise Refused(f"is no JSON from line {wrong} on; what stands before it was read") from fault
        yield line, told
    raise Refused(f"has more than {MOST_ENTRIES:,} entries; the rest was not read")


def _classes(lists: Sequence[_Entry], done: Import) -> None:
    """Classes with their features, which stand in a file of their own."""
    for entry in lists:
        if entry.collection == "classes":
            features = [one.told for one in lists if one.collection == "features" and one.edition is entry.edition]
            _convert(entry, done, partial(_class, entry, features))


def _class(entry: _Entry, features: Sequence[Mapping[str, Any]]) -> list[Record]:
    return [character_class(entry.told, features, entry.edition)]


def _without_twins(records: Iterable[Record]) -> Iterator[Record]:
    """Rules of one name in several sections are told apart by their section."""
    seen: set[tuple[Edition, Kind, str]] = set()
    for record in records:
        key = (record.edition, record.kind, naming.key(record.name))
        if key in seen and isinstance(record, RuleEntry):
            above = record.section.split(" > ")[-2:][0].removeprefix(f"SRD {record.edition} ")
            record = record.model_copy(update={"name": f"{record.name} ({above})"[:120]})
        seen.add(key)
        yield record
