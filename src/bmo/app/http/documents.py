"""The documents of the household: what there is, what they say, another one, one fewer. `/api/documents`."""

from dataclasses import asdict

from flask import Blueprint, Response, request
from pydantic import BaseModel

from bmo.app.http.bodies import raw_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden, Unavailable
from bmo.skills.documents.documents import Documents
from bmo.skills.documents.dropping import limit
from bmo.skills.documents.finding import sentence
from bmo.wire.documents import (
    DocumentEntry,
    DocumentFolder,
    DocumentHit,
    DocumentHits,
    DocumentList,
    DocumentPlace,
    DocumentSearch,
    NewDocument,
)

MOST_HITS = 10


def routes(parts: Parts) -> Blueprint:
    """Everybody sees what the domain and the folder let them see."""
    papers = Blueprint("documents", __name__)

    def documents() -> Documents:
        if parts.papers is None:
            raise Unavailable("This BMO keeps no documents.", code="no_documents")
        return parts.papers.documents

    def listed(status: int = 200) -> Response:
        found, asked = documents(), _asked()
        folders = tuple(DocumentFolder(**{**asdict(one), "folder": str(one.folder)}) for one in found.states(asked))
        entries = tuple(DocumentEntry(**asdict(one)) for one in found.listed(asked))
        return _json(DocumentList(folders=folders, documents=entries), status)

    @papers.get("/api/documents")
    def everything() -> Response:
        return listed()

    @papers.get("/api/documents/search")
    def search() -> Response:
        query = DocumentSearch.model_validate(request.args.to_dict()).q
        answer = documents().search(query, _asked())
        hits = answer.hits[:MOST_HITS]
        told = tuple(DocumentHit(domain=one.domain, file=one.file, heading=one.heading, text=one.text) for one in hits)
        return _json(DocumentHits(sentence=sentence(query, hits), hits=told, generations=dict(answer.generations)))

    @papers.post("/api/documents")
    def drop() -> Response:
        new, asked = NewDocument.model_validate(request.args.to_dict()), _asked()
        found = documents()
        found.check_drop(new.domain, new.name, asked, mine=new.mine)
        found.drop(new.domain, new.name, raw_body(limit(new.name)), asked, mine=new.mine, replace=new.replace)
        return listed(201)

    @papers.delete("/api/documents")
    def delete() -> Response:
        place = DocumentPlace.model_validate(request.args.to_dict())
        documents().delete(place.domain, place.path, _asked())
        return listed()

    return papers


def _asked() -> Asked:
    """Who asks. Raises `Forbidden` for guests, whatever the domain."""
    asked = visitor().asks("")
    if not asked.role.may(Role.CHILD):
        raise Forbidden("Documents are for those who live here: sign in first.")
    return asked


def _json(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
