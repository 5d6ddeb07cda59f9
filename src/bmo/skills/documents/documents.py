"""The documents of the household: taken in by themselves, searched, listed, put there and deleted."""

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role
from bmo.capabilities.provider import Patience
from bmo.capabilities.search import MOST_PASSAGES, MOST_SIGNS, Found, Library, Query
from bmo.core.clock import Clock
from bmo.core.errors import Forbidden, Refused, TooLarge, Unavailable
from bmo.skills.documents import dropping, owned
from bmo.skills.documents.access import KEPT, PRIVATE, Kept, folded, may_see, owner_of
from bmo.skills.documents.finding import Hit, about, hit, stems
from bmo.skills.documents.intake import SETTLED_SECONDS, Intake, Reader
from bmo.skills.documents.paths import plain_parts
from bmo.skills.documents.store import DocumentTable
from bmo.store.database import Database

log = logging.getLogger(__name__)

EVERY_SECONDS = 3.0
"""Between two looks at the folders."""
SOON_SECONDS = 1.0
"""While there is something to be read."""
AFTER_TROUBLE_SECONDS = 10.0
PATIENCE = Patience(connect=1.5, first=5.0)
_LOST = frozenset({"not_indexed", "index_too_old"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in one of the folders."""

    domain: Kept
    path: str
    passages: int
    problem: str
    """Why it, or a part of it, is not found; a sentence, or empty."""
    reading: bool
    """It is being taken in."""


@dataclass(frozen=True, slots=True)
class DomainState:
    """How it stands with the folder of a domain."""

    domain: Kept
    folder: Path
    generation: int
    """Of the index; 0 before the first."""
    waiting: int
    """Files that are still to be read."""
    trouble: str
    """Why nothing is taken in now; a sentence, or empty."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, best first."""

    hits: tuple[Hit, ...]
    generations: Mapping[str, int]
    """Of the indexes that answered, by domain."""


class Documents:
    """Thread-safe. Between `start` and `close` a thread looks at the folders; `look` is one look."""

    def __init__(
        self,
        folders: Mapping[Kept, Path],
        database: Database,
        library: Library,
        reader: Reader,
        clock: Clock,
        *,
        settled: float = SETTLED_SECONDS,
    ) -> None:
        """`library` is the one home of both domains. `database` has `DOCUMENT_TABLES`."""
        self._library = library
        self._reader = reader
        self._tables = {domain: DocumentTable(database, domain) for domain in KEPT}
        self._intakes = {
            domain: Intake(folders[domain], self._tables[domain], library, reader, clock, settled=settled)
            for domain in KEPT
        }
        self._looking = threading.Lock()
        self._soon = threading.Event()
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look at the folders from now on."""
        self._thread = threading.Thread(target=self._run, name="documents", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop looking. What is being read is not waited for: it is read again at the next start."""
        self._over.set()
        self._soon.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)

    def look(self) -> bool:
        """Take in what has changed; True when there is more to do soon."""
        with self._looking:
            more = [intake.look() for intake in self._intakes.values()]
        return any(more)

    def search(self, text: str, asked: Asked) -> Answer:
        """The passages about it that whoever asks may see.

        Raises `Unavailable` while nobody can search, `Refused` for a question without words or one that is too long.
        """
        if len(text) > MOST_SIGNS:
            raise TooLarge(f"A question has at most {MOST_SIGNS:,} characters.")
        wanted = stems(text)
        if not wanted:
            raise Refused("What shall I look for in your documents?", code="no_words")
        hits: list[Hit] = []
        generations: dict[str, int] = {}
        for domain in KEPT:
            generation = self._tables[domain].index().generation
            if generation == 0 and not self._tables[domain].rows():
                continue  # nobody ever put anything there
            found = self._found(domain, Query(domain, text, MOST_PASSAGES, generation, PATIENCE))
            generations[domain] = found.generation
            told = (hit(domain, one.source, one.heading, one.text, wanted) for one in found.passages)
            hits += [one for one in told if may_see(domain, one.file.split("/"), asked)]
        return Answer(about(hits), generations)

    def listed(self, asked: Asked) -> tuple[Listed, ...]:
        """The files that whoever asks may see."""
        return tuple(
            Listed(domain, path, row.passages, row.problem, not row.stamp and not row.problem)
            for domain in KEPT
            for path, row in self._tables[domain].rows().items()
            if may_see(domain, path.split("/"), asked)
        )

    def states(self, asked: Asked) -> tuple[DomainState, ...]:
        """Of the domains that whoever asks may see something of."""
        return tuple(
            DomainState(
                domain, intake.inside.root, self._tables[domain].index().generation, intake.waiting, intake.trouble
            )
            for domain, intake in self._intakes.items()
            if may_see(domain, (), asked) or (asked.person and may_see(domain, (PRIVATE, asked.person), asked))
        )

    def check_drop(self, domain: Kept, name: str, asked: Asked, *, mine: bool) -> tuple[str, ...]:
        """Where a document of this name would go. Raises `Forbidden`, `Refused`, `WrongType`: before it is sent."""
        dropping.check_name(name, self._reader.kinds)
        if mine and not asked.person:
            raise Forbidden("Sign in as yourself to keep a document for yourself.")
        parts = (PRIVATE, *plain_parts(asked.person), name) if mine else (name,)
        self._allow(domain, parts, asked)
        return parts

    def drop(self, domain: Kept, name: str, data: bytes, asked: Asked, *, mine: bool, replace: bool) -> str:
        """Put a document into a domain's folder, or (`mine`) into one's own; the path it has there.

        Raises as `check_drop`, and `TooLarge`, `WrongType`, `Refused` when there is one of that name, `Broken`.
        """
        parts = self.check_drop(domain, name, asked, mine=mine)
        dropping.check_content(name, data)
        dropping.write(self._intakes[domain].inside, parts, data, replace=replace)
        self._soon.set()
        return "/".join(parts)

    def delete(self, domain: Kept, path: str, asked: Asked) -> None:
        """Delete a document's file. Raises `Forbidden`, `NotFound`, `Refused`."""
        parts = plain_parts(path)
        if not asked.role.may(Role.ADULT) and owner_of(parts) is None:
            raise Forbidden("Only adults delete what belongs to everybody.")
        self._allow(domain, parts, asked)
        dropping.delete(self._intakes[domain].inside, parts)
        self._soon.set()

    def of_person(self, person: str) -> dict[str, int]:
        """How many documents lie in the person's own folders."""
        found = (path for table in self._tables.values() for path in table.rows())
        return {"documents": sum(1 for path in found if owner_of(path.split("/")) == folded(person))}

    def forget_person(self, person: str) -> dict[str, int]:
        """Delete the person's own folders; how many documents that were. They are found no more after the next look.

        Raises `Broken`.
        """
        gone = self.of_person(person)
        for intake in self._intakes.values():
            owned.forget(intake.inside, person)
        self._soon.set()
        return gone

    def rename_person(self, old: str, new: str) -> None:
        """The person's own folders are those of another name now. Raises `Broken`."""
        for intake in self._intakes.values():
            owned.rename(intake.inside, old, new)
        self._soon.set()

    def _allow(self, domain: Kept, parts: Sequence[str], asked: Asked) -> None:
        if not may_see(domain, parts, asked):
            raise Forbidden(f"Documents of {domain} are not for everybody: sign in as somebody who may see this one.")

    def _found(self, domain: Kept, query: Query) -> Found:
        try:
            return self._library.search(query)
        except Unavailable as fault:
            if fault.code in _LOST:
                self._intakes[domain].lost()
                self._soon.set()
                raise Unavailable("I am still reading your documents. Ask me again in a moment.") from fault
            raise Unavailable("I cannot look into your documents now.", code=fault.code) from fault

    def _run(self) -> None:
        while not self._over.is_set():
            self._soon.clear()
            try:
                more = self.look()
            except Exception:  # the thread must live: what it met is in the log, and the next look may do
                log.exception("looking at the documents failed")
                more = False
            trouble = any(intake.trouble for intake in self._intakes.values())
            self._soon.wait(SOON_SECONDS if more else AFTER_TROUBLE_SECONDS if trouble else EVERY_SECONDS)
