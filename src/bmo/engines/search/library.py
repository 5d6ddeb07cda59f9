"""The documents of every domain: searched, added to, indexed anew."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bmo.capabilities.embed import EmbedText, Texts
from bmo.capabilities.search import (
    DOMAINS,
    MOST_PASSAGES,
    MOST_SIGNS,
    Document,
    Domain,
    Found,
    IndexStats,
    Passage,
    Query,
)
from bmo.core.errors import BmoError, Broken, Busy, Refused, TooLarge, Unavailable
from bmo.engines.search.arrays import Array, damaged
from bmo.engines.search.documents import Piece, Problem, read_folder, record
from bmo.engines.search.index import Index
from bmo.engines.search.passages import passages
from bmo.engines.search.ranking import RANKING, Ranking
from bmo.engines.search.shelf import Current, Shelf, Stamp
from bmo.engines.search.vectors import embedded

log = logging.getLogger(__name__)

_TRIES = 10
"""Swaps that may happen while an index is being opened."""
_MOST_PROBLEMS = 100
Floats = npt.NDArray[np.float32]


class _Open:
    """An index in use."""

    def __init__(self, stamp: Stamp, current: Current, index: Index) -> None:
        self.stamp = stamp
        self.current = current
        self.index = index


class DocumentLibrary:
    """Exact search over the domains' folders below one folder. Thread-safe; other processes may build meanwhile."""

    def __init__(
        self, folder: Path, embed: EmbedText | None = None, *, ranking: Ranking = RANKING, name: str = "library"
    ) -> None:
        """`embed` makes vectors of passages when an index is built, and of queries to an index that has some."""
        self.name = name
        self._shelves: dict[Domain, Shelf] = {domain: Shelf(folder / domain) for domain in DOMAINS}
        self._embed = embed
        self._ranking = ranking
        self._open: dict[Domain, _Open] = {}
        self._opening = threading.Lock()

    def search(self, query: Query) -> Found:
        """As `Search.search`. Every answer is of one generation, however many swaps happen meanwhile."""
        if len(query.text) > MOST_SIGNS:
            raise TooLarge(f"A query has at most {MOST_SIGNS:,} characters.")
        if not 1 <= query.most <= MOST_PASSAGES:
            raise Refused(f"Ask for 1 to {MOST_PASSAGES} passages.")
        try:
            opened = self._opened(query.domain)
        except Broken as fault:
            raise Unavailable(fault.sentence, code=fault.code) from fault
        if opened is None:
            raise Unavailable(
                f"Nothing has been indexed for {query.domain} here: `bmo search index FOLDER --domain {query.domain}`.",
                code="not_indexed",
            )
        generation = opened.current.generation
        if generation < query.generation:
            raise Unavailable(
                f"The index of {query.domain} here is generation {generation}, older than {query.generation}.",
                code="index_too_old",
            )
        vector = self._vector(query.text, opened.current.embeddings)
        return Found(opened.index.search(query.text, query.most, vector), generation)

    def add(self, domain: Domain, documents: Sequence[Document]) -> None:
        """As `Library.add`."""
        if any(not document.id.strip() for document in documents):
            raise Refused("A document needs an id, by which it is named in answers.")
        try:
            self._shelves[domain].add(documents)
        except OSError as fault:
            raise _unwritable(self._shelves[domain], fault) from fault

    def rebuild(self, domain: Domain) -> IndexStats:
        """As `Library.rebuild`: the folder indexed last, and what was added since."""
        return self._rebuild(domain, None)

    def index(self, domain: Domain, folder: Path) -> IndexStats:
        """Index this folder and what was added to the domain, in place of the folder before it."""
        return self._rebuild(domain, folder.absolute())

    def stats(self) -> tuple[IndexStats, ...]:
        """As `Library.stats`; a damaged index is told of among its problems."""
        return tuple(self._stats(domain) for domain in DOMAINS)

    def _stats(self, domain: Domain) -> IndexStats:
        try:
            current = self._shelves[domain].current()
        except Broken as fault:
            return IndexStats(domain, 0, problems=(fault.sentence,))
        return _told(domain, current) if current else IndexStats(domain, 0)

    def _rebuild(self, domain: Domain, folder: Path | None) -> IndexStats:
        shelf = self._shelves[domain]
        try:
            with shelf.building():
                before = _known(shelf)
                kept = Path(before.folder) if folder is None and before and before.folder else folder
                current = self._built(shelf, kept, (before.generation if before else shelf.newest()) + 1)
        except OSError as fault:
            raise _unwritable(shelf, fault) from fault
        log.info("%s: generation %d, %d passages", domain, current.generation, current.passages)
        return _told(domain, current)

    def _built(self, shelf: Shelf, folder: Path | None, generation: int) -> Current:
        from bmo.engines.search import build  # scipy takes half a second, and a server that only searches needs none

        began = time.monotonic()
        problems: list[str] = []
        added = (record(document.id, document.title, document.text) for document in shelf.added())
        read = read_folder(folder) if folder is not None else iter(())
        found = tuple(_passages(chain(read, added), problems))
        model, vectors = self._vectors(shelf, found, problems)
        made = build.arrays(found, self._ranking) | vectors
        current = Current(
            generation=generation,
            documents=len(made["sources_starts"]) - 1,
            passages=len(found),
            terms=len(made["digests"]),
            bytes=sum(one.nbytes for one in made.values()),
            built=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - began, 3),
            ranking=self._ranking,
            folder=str(folder) if folder is not None else "",
            embeddings=model,
            problems=tuple(problems[:_MOST_PROBLEMS]),
        )
        shelf.swap(made, current)
        return current

    def _opened(self, domain: Domain) -> _Open | None:
        """The newest generation, opened once for all threads."""
        shelf, opened = self._shelves[domain], self._open.get(domain)
        if opened is not None and opened.stamp == shelf.stamp():
            return opened
        with self._opening:
            for _ in range(_TRIES):
                opened, stamp = self._open.get(domain), shelf.stamp()
                if opened is not None and opened.stamp == stamp:
                    return opened
                current = shelf.current()
                if current is None:
                    return None
                try:
                    made = _Open(stamp, current, Index(shelf.arrays(current.generation), current.ranking))
                except FileNotFoundError:
                    continue  # it was swapped, and that one again
                except KeyError as fault:
                    raise damaged(shelf.folder / "current.json") from fault
                if shelf.stamp() == stamp:
                    self._open[domain] = made
                    return made
        raise damaged(shelf.folder / "current.json")

    def _vector(self, text: str, model: str) -> Floats | None:
        """The query's embedding, if the index was built with the model that is here; without it, search goes on."""
        if self._embed is None or not model or not text.strip():
            return None
        try:
            answer = self._embed.embed(Texts((text,)))
        except (Unavailable, Busy) as fault:
            log.warning("searching without embeddings: %s", fault)
            return None
        return np.asarray(answer.vectors[0], np.float32) if answer.model == model else None

    def _vectors(self, shelf: Shelf, found: Sequence[Passage], problems: list[str]) -> tuple[str, dict[str, Array]]:
        """As `embedded`; an index without embeddings is better than none."""
        if self._embed is None or not found:
            return "", {}
        try:
            return embedded(self._embed, found, *_before(shelf))
        except BmoError as fault:
            problems.insert(0, f"Indexed without embeddings: {fault.sentence}")
            return "", {}


def _before(shelf: Shelf) -> tuple[Mapping[str, Array], str]:
    """The generation that is served and the model of its embeddings; nothing when it is damaged or has none."""
    current = _known(shelf)
    if current is None or not current.embeddings:
        return {}, ""
    try:
        return shelf.arrays(current.generation), current.embeddings
    except (FileNotFoundError, Broken) as fault:
        log.warning("all passages are embedded anew: %s", fault)
        return {}, ""


def _passages(read: Iterator[Piece | Problem], problems: list[str]) -> Iterator[Passage]:
    for one in read:
        if isinstance(one, Problem):
            problems.append(one.sentence)
        else:
            yield from passages(one)


def _known(shelf: Shelf) -> Current | None:
    """What is served; a damaged one is no reason not to build another."""
    try:
        return shelf.current()
    except Broken as fault:
        log.warning("%s", fault)
        return None


def _told(domain: Domain, current: Current) -> IndexStats:
    return IndexStats(
        domain,
        current.generation,
        current.documents,
        current.passages,
        current.terms,
        current.bytes,
        current.built,
        current.seconds,
        current.embeddings,
        current.problems,
    )


def _unwritable(shelf: Shelf, fault: OSError) -> Broken:
    return Broken(f"The index in {shelf.folder} cannot be written: {fault.strerror or fault}.", code="index_unwritable")
