"""POST /rag/search, /rag/add, /rag/rebuild, GET /rag/stats: questions to documents, and the documents themselves."""

from dataclasses import asdict

from flask import Blueprint, Response
from pydantic import BaseModel

from bmo.ai_server import problems
from bmo.ai_server.access import holder
from bmo.ai_server.bodies import read_body, wants
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.problems import parsed
from bmo.capabilities.search import Document, Domain, Library, Query
from bmo.core.errors import Forbidden, Unavailable
from bmo.wire.problem import problem
from bmo.wire.rag import (
    AddAsk,
    AddedAnswer,
    FoundAnswer,
    IndexPart,
    PassagePart,
    RebuildAsk,
    SearchAsk,
    StatsAnswer,
)

_MOST_BYTES = 200_000
"""Of a question; ten thousand characters fit in any alphabet, escaped or not."""


def blueprint(desk: Desk[Library], limits: Limits) -> Blueprint:
    routes = Blueprint("rag", __name__, url_prefix="/rag")

    @routes.post("/search")
    def search() -> Response:
        wants("application/json")
        ask = parsed(SearchAsk, read_body(min(limits.body, _MOST_BYTES), limits.body_seconds))
        _open(ask.domain)
        with desk.used() as library:
            try:
                found = library.search(Query(ask.domain, ask.query, ask.most, ask.generation))
            except Unavailable as fault:  # this server works; it has no such index
                return problems.answer(problem(fault), 404)
        parts = tuple(
            PassagePart(source=one.source, heading=one.heading, text=one.text, score=one.score)
            for one in found.passages
        )
        return _told(FoundAnswer(passages=parts, generation=found.generation))

    @routes.post("/add")
    def add() -> Response:
        wants("application/json")
        ask = parsed(AddAsk, read_body(limits.body, limits.body_seconds))
        _open(ask.domain)
        with desk.used() as library:
            library.add(ask.domain, tuple(Document(one.id, one.text, one.title) for one in ask.documents))
            if ask.rebuild:
                generation = library.rebuild(ask.domain).generation
            else:
                generation = next(one.generation for one in library.stats() if one.domain == ask.domain)
        return _told(AddedAnswer(added=len(ask.documents), generation=generation))

    @routes.post("/rebuild")
    def rebuild() -> Response:
        wants("application/json")
        ask = parsed(RebuildAsk, read_body(min(limits.body, _MOST_BYTES), limits.body_seconds))
        _open(ask.domain)
        with desk.used() as library:
            return _told(IndexPart.model_validate(asdict(library.rebuild(ask.domain))))

    @routes.get("/stats")
    def stats() -> Response:
        with desk.used() as library:
            told = tuple(one for one in library.stats() if one.domain in holder().domains)
        return _told(StatsAnswer(domains=tuple(IndexPart.model_validate(asdict(one)) for one in told)))

    return routes


def _open(domain: Domain) -> None:
    """Raises `Forbidden` for the documents of a domain that the key was not made for."""
    if domain not in holder().domains:
        raise Forbidden(f"This key does not open the documents of {domain!r}.")


def _told(answer: BaseModel) -> Response:
    return Response(answer.model_dump_json(), mimetype="application/json")
