"""Keys of programs over REST: owners make them, see them and take them away."""

from datetime import UTC, datetime

from flask import Blueprint, Response
from pydantic import BaseModel

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import owner
from bmo.app.parts import Parts
from bmo.app.trust.keys import ProgramKey
from bmo.wire.keys import KeyLine, Keys, MadeKey, NewKey


def routes(parts: Parts) -> Blueprint:
    """`/api/keys` and each of them. A key itself opens none of these."""
    keys = Blueprint("keys", __name__)
    trust = parts.trust

    @keys.get("/api/keys")
    def listed() -> Response:
        owner()
        return _listed()

    @keys.post("/api/keys")
    def add() -> Response:
        maker, wanted = owner(), json_body(NewKey)
        person = wanted.person or maker.name or trust.accounts.owner().name
        key, made = trust.keys.add(wanted.name, person)
        return _answer(MadeKey(key=key, line=_line(made)), 201)

    @keys.delete("/api/keys/<int(max=9007199254740991):number>")
    def remove(number: int) -> Response:
        owner()
        trust.keys.remove(number)
        return _listed()

    def _listed() -> Response:
        return _answer(Keys(keys=tuple(map(_line, trust.keys.listed()))))

    return keys


def _line(key: ProgramKey) -> KeyLine:
    return KeyLine(
        id=key.id, name=key.name, person=key.person, role=key.role.value, made=_iso(key.made), seen=_iso(key.seen)
    )


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds") if seconds else ""


def _answer(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
