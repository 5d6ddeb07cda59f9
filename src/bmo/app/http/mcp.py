"""The Model Context Protocol over HTTP: other assistants use BMO's actions with a program's key."""

from typing import Any

from flask import Blueprint, Response, abort
from pydantic import ValidationError
from pydantic_core import to_json

from bmo.app.http.bodies import JSON_LIMIT, raw_body
from bmo.app.http.guard import visitor
from bmo.app.mcp_desk import McpDesk
from bmo.app.parts import Parts
from bmo.core.fields import sentence
from bmo.wire import mcp


def routes(parts: Parts) -> Blueprint:
    """`/mcp`: requests are answered at once, as JSON; there is nothing to listen to and no session to end."""
    blueprint = Blueprint("mcp", __name__)
    desk = McpDesk(parts.deeds)

    @blueprint.post("/mcp")
    def call() -> Response:
        try:
            wanted = mcp.Call.model_validate_json(raw_body(JSON_LIMIT))
        except ValidationError as fault:
            broken = fault.errors()[0]["type"] == "json_invalid"
            return _json(mcp.failure(None, mcp.PARSE_ERROR if broken else mcp.INVALID_REQUEST, sentence(fault)), 400)
        if wanted.id is None:
            return Response(status=202)
        somebody = visitor()
        conversation = f"{somebody.proof} {somebody.session[:16]}".strip()
        return _json(desk.answer(wanted, somebody.asks(parts.settings.app.room, conversation)))

    @blueprint.get("/mcp")
    def stream() -> Response:
        abort(405)

    @blueprint.delete("/mcp")
    def end() -> Response:
        abort(405)

    return blueprint


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(to_json(body), status, mimetype="application/json")
