"""Takes in what people drop into a domain's folder, and hands it to whoever searches, a changed file at a time."""

import logging
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

from bmo.capabilities.search import Document, Library, Passage
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Broken, Refused, Unavailable
from bmo.core.inside import Inside
from bmo.skills.documents.scan import Entry, scan, stamp_of
from bmo.skills.documents.store import DocumentTable, Row

log = logging.getLogger(__name__)

ROUND_SECONDS = 20.0
"""Of reading, until what was read is indexed: the first of many files are found while the others are read."""
SETTLED_SECONDS = 2.0
"""A file that was written to since may be half there. It is read once it stays as it is."""
BATCH_SIGNS = 500_000
"""Characters handed in at a time."""
PARTS = " › "
"""Between the headings of a path."""


class Reader(Protocol):
    """Reads documents."""

    @property
    def kinds(self) -> frozenset[str]:
        """Ends of the names it reads, such as `.md`."""

    def read(self, source: str, file: IO[bytes]) -> tuple[tuple[Passage, ...], str]:
        """The passages of a file, and a sentence about what of it could not be read. Raises `Refused`."""


class Intake:
    """One domain's folder. `look` is called by one thread at a time."""

    def __init__(
        self,
        folder: Path,
        table: DocumentTable,
        library: Library,
        reader: Reader,
        clock: Clock,
        *,
        settled: float = SETTLED_SECONDS,
    ) -> None:
        self.inside = Inside(folder)
        self.domain = table.domain
        self.trouble = ""
        """Why nothing is taken in now, in a sentence."""
        self.waiting = 0
        """Files that are still to be read."""
        self._table = table
        self._library = library
        self._reader = reader
        self._clock = clock
        self._settled = settled
        self._before: dict[str, str] = {}
        self._checked = False

    def look(self) -> bool:
        """One round; True when there is more to do soon. What goes wrong is told in `trouble`, and tried again."""
        try:
            more = self._round()
        except BmoError as fault:
            self._in_trouble(fault.sentence)
            return False
        except OSError as fault:
            self._in_trouble(f"The folder {self.inside.root} cannot be read: {fault.strerror}.")
            return False
        self.trouble = ""
        return more

    def lost(self) -> None:
        """Whoever searches has no index of this domain any more, or an old one: the next round hands all of it in."""
        self._checked = False

    def _in_trouble(self, sentence: str) -> None:
        if sentence != self.trouble:
            log.warning("documents of %s: %s", self.domain, sentence)
        self.trouble = sentence

    def _round(self) -> bool:
        rows = self._table.rows()
        if not rows:  # a folder that had files and is gone is no reason to forget them: a disk may be unplugged
            self.inside.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        entries = scan(self.inside, self._reader.kinds)
        if not rows and not entries:
            return False
        if self._check():
            rows = self._table.rows()
        changed = [path for path, entry in entries.items() if path not in rows or rows[path].stamp != entry.stamp]
        ready = [path for path in changed if self._is_settled(path, entries[path])]
        self._before = {path: entries[path].stamp for path in changed}
        self.waiting = len(changed)
        for path in rows.keys() - entries.keys():
            self._forget(path, rows[path])
        until = time.monotonic() + ROUND_SECONDS
        for path in ready:
            self._take(path, entries[path], rows.get(path))
            if time.monotonic() > until:
                break
        if self._table.index().stale:
            self._table.indexed(self._library.name, self._library.rebuild(self.domain).generation)
        return self.waiting > 0

    def _check(self) -> bool:
        """Once, and after `lost`: whether whoever searches still has what was handed in. True when it has not."""
        if self._checked:
            return False
        known = self._table.index()
        there = next((one.generation for one in self._library.stats() if one.domain == self.domain), 0)
        lost = known.home != self._library.name or there == 0 or there < known.generation
        if lost:
            self._table.anew(self._library.name)
        self._checked = True
        return lost

    def _is_settled(self, path: str, entry: Entry) -> bool:
        age = self._clock.now().timestamp() - entry.written
        return age >= self._settled or self._before.get(path) == entry.stamp

    def _take(self, path: str, entry: Entry, before: Row | None) -> None:
        """Read a file and hand in its passages in place of those that it had."""
        old = before.passages if before else 0
        try:
            passages, problem = ((), entry.problem) if entry.problem else self._read(path, entry.stamp)
        except FileNotFoundError:
            return  # the next round sees that it is gone
        except Refused as refusal:
            passages, problem = (), refusal.sentence
        except Unavailable:
            return  # it changed while it was read
        if passages or old:
            self._table.begin(path, max(old, len(passages)))
            self._hand_in(path, passages, old)
        self._table.finish(path, Row(entry.stamp, len(passages), problem))
        self.waiting -= 1

    def _read(self, path: str, stamp: str) -> tuple[Sequence[Passage], str]:
        """Raises `Unavailable` for a file that is not the one that was seen, or not any more once it is read."""
        try:
            with self.inside.file(path.split("/")) as file:
                if stamp_of(os.fstat(file.fileno())) != stamp:
                    raise Unavailable(f"{path} has changed.")
                found = self._reader.read(path, file)
                if stamp_of(os.fstat(file.fileno())) != stamp:
                    raise Unavailable(f"{path} has changed.")
        except FileNotFoundError:
            raise
        except OSError as fault:
            raise Refused(f"{path} cannot be read: {fault.strerror}.") from fault
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as fault:
            # A parser that breaks over one file must not keep the others out.
            log.warning("%s of %s cannot be read", path, self.domain, exc_info=fault)
            raise Refused(f"{path} cannot be read: something in it is broken.") from fault
        return found

    def _forget(self, path: str, row: Row) -> None:
        if row.passages:
            self._table.begin(path, row.passages)
            self._hand_in(path, (), row.passages)
        self._table.remove(path)

    def _hand_in(self, path: str, passages: Sequence[Passage], old: int) -> None:
        """Raises `Broken` when whoever searches will not take one: the file then stays to be handed in."""
        documents = [
            Document(f"{path}#{number}", one.text, PARTS.join(one.heading)[:1_000])
            for number, one in enumerate(passages)
        ]
        documents += [Document(f"{path}#{number}", "") for number in range(len(passages), old)]
        for batch in _batches(documents):
            try:
                self._library.add(self.domain, batch)
            except Refused as refusal:
                raise Broken(refusal.sentence, code=refusal.code) from refusal


def _batches(documents: Sequence[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    signs = 0
    for document in documents:
        batch.append(document)
        signs += len(document.text) + 100
        if signs > BATCH_SIGNS:
            yield batch
            batch, signs = [], 0
    if batch:
        yield batch
