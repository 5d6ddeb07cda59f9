"""Search on an AI server: a question in, passages out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from bmo.capabilities.search import MOST_SIGNS, Document, Domain, Found, IndexStats, Passage, Query
from bmo.core.errors import Malformed, Refused, TooLarge
from bmo.core.fields import sentence
from bmo.remote.deadline import Deadline
from bmo.remote.server import Server, read_all
from bmo.wire.rag import (
    AddAsk,
    AddedAnswer,
    DocumentPart,
    FoundAnswer,
    IndexPart,
    RebuildAsk,
    SearchAsk,
    StatsAnswer,
)

A = TypeVar("A", bound=BaseModel)
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
REBUILD_SECONDS = 900.0
"""A hundred thousand passages with embeddings take minutes."""


class RemoteSearch:
    """The library of an AI server."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self._server = server

    def search(self, query: Query) -> Found:
        """As `Search.search`; the patience's `first` is for the whole answer."""
        if len(query.text) > MOST_SIGNS:
            raise TooLarge(f"A query has at most {MOST_SIGNS:,} characters.")
        with _well_formed():
            ask = SearchAsk(domain=query.domain, query=query.text, most=query.most, generation=query.generation)
        answer = self._ask("POST", "/rag/search", self._server.deadline(query.patience), FoundAnswer, ask)
        if answer.generation < query.generation:
            raise Malformed(f"{self._server.called} answered from an older index than was asked for.")
        found = tuple(Passage(one.source, one.heading, one.text, one.score) for one in answer.passages)
        return Found(found, answer.generation)

    def add(self, domain: Domain, documents: Sequence[Document]) -> None:
        """As `Library.add`."""
        with _well_formed():
            parts = tuple(DocumentPart(id=one.id, title=one.title, text=one.text) for one in documents)
            ask = AddAsk(domain=domain, documents=parts, rebuild=False)
        self._ask("POST", "/rag/add", self._server.deadline(None), AddedAnswer, ask)

    def rebuild(self, domain: Domain) -> IndexStats:
        """As `Library.rebuild`; answers when it is done."""
        deadline = Deadline(REBUILD_SECONDS, self._server.connect_seconds, REBUILD_SECONDS)
        return _stats(self._ask("POST", "/rag/rebuild", deadline, IndexPart, RebuildAsk(domain=domain)))

    def stats(self) -> tuple[IndexStats, ...]:
        """As `Library.stats`, for the domains that our key opens."""
        told = self._ask("GET", "/rag/stats", self._server.deadline(None), StatsAnswer)
        return tuple(_stats(one) for one in told.domains)

    def _ask(self, method: str, path: str, deadline: Deadline, kind: type[A], ask: BaseModel | None = None) -> A:
        sent = ask.model_dump_json().encode() if ask else None
        with self._server.exchange(method, path, deadline, sent, HEADERS if ask else {}) as response:
            body = read_all(response, self._server)
        try:
            return kind.model_validate_json(body)
        except ValidationError as fault:
            raise Malformed(f"{self._server.called} sent an answer about documents that makes no sense.") from fault


@contextmanager
def _well_formed() -> Iterator[None]:
    """Raises `Refused` for what no server would take, before it is sent."""
    try:
        yield
    except ValidationError as fault:
        raise Refused(sentence(fault)) from fault


def _stats(part: IndexPart) -> IndexStats:
    return IndexStats(**part.model_dump())
