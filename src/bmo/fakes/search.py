"""A library in memory that finds passages by the words they share with a question."""

import re
import threading
from collections.abc import Sequence
from dataclasses import replace

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
from bmo.core.errors import BmoError, Refused, TooLarge, Unavailable

_COMMON = frozenset({"a", "an", "and", "do", "does", "how", "in", "is", "of", "or", "the", "to", "what", "who"})


class FakeSearch:
    """Each document is one passage; `queries` keeps what it was asked."""

    def __init__(self, name: str = "fake", *, failure: BmoError | None = None) -> None:
        """`failure` is raised at every search."""
        self.name = name
        self.failure = failure
        self.queries: list[Query] = []
        self._added: dict[Domain, dict[str, Document]] = {domain: {} for domain in DOMAINS}
        self._served: dict[Domain, tuple[int, tuple[Document, ...]]] = {}
        self._lock = threading.Lock()

    def search(self, query: Query) -> Found:
        self.queries.append(query)
        if self.failure is not None:
            raise self.failure
        if len(query.text) > MOST_SIGNS:
            raise TooLarge(f"A query has at most {MOST_SIGNS:,} characters.")
        if not 1 <= query.most <= MOST_PASSAGES:
            raise Refused(f"Ask for 1 to {MOST_PASSAGES} passages.")
        generation, documents = self._served.get(query.domain, (0, ()))
        if generation == 0 or generation < query.generation:
            raise Unavailable(
                f"There is no such index of {query.domain}.", code="index_too_old" if generation else "not_indexed"
            )
        wanted = _words(query.text)
        passages = (Passage(one.id, (one.title,) if one.title else (), one.text) for one in documents)
        scored = (
            replace(one, score=float(len(wanted & _words(" ".join((*one.heading, one.text)))))) for one in passages
        )
        best = sorted((one for one in scored if one.score), key=lambda one: -one.score)
        return Found(tuple(best[: query.most]), generation)

    def add(self, domain: Domain, documents: Sequence[Document]) -> None:
        if any(not document.id.strip() for document in documents):
            raise Refused("A document needs an id, by which it is named in answers.")
        with self._lock:
            self._added[domain].update({document.id: document for document in documents})

    def rebuild(self, domain: Domain) -> IndexStats:
        with self._lock:
            documents = tuple(document for document in self._added[domain].values() if document.text)
            self._served[domain] = (self._served.get(domain, (0, ()))[0] + 1, documents)
        return self._stats(domain)

    def stats(self) -> tuple[IndexStats, ...]:
        return tuple(self._stats(domain) for domain in DOMAINS)

    def _stats(self, domain: Domain) -> IndexStats:
        generation, documents = self._served.get(domain, (0, ()))
        return IndexStats(domain, generation, len(documents), len(documents))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - _COMMON
