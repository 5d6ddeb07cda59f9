"""GET /api/openapi.json: what the app can be asked, for programs."""

from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response
from pydantic_core import to_json

from bmo.app.http.guard import PUBLIC
from bmo.app.http.operations import OPERATIONS
from bmo.wire.openai import ERROR_SCHEMA
from bmo.wire.openapi import Description, Route, Rule
from bmo.wire.openapi import document as written
from bmo.wire.openapi import routes as routes_of

SCHEMES = {
    "key": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": "bmo_session"},
}


def routes(app: Flask) -> Blueprint:
    """Describes `app` as it is when it is first asked."""
    description = Blueprint("description", __name__)

    @cache
    def whole() -> bytes:
        return to_json(document(app))

    @description.get("/api/openapi.json")
    def openapi() -> Response:
        return Response(whole(), mimetype="application/json")

    return description


def document(app: Flask) -> dict[str, Any]:
    """Every route of `app`, with what `OPERATIONS` knows about it."""
    open_ = {route.line for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC for route in _of(app, rule)}
    program = Description("BMO", OPERATIONS, open_, _problem, SCHEMES)
    return written(program, routes_of(app.url_map.iter_rules(), app.view_functions))


def _problem(path: str) -> dict[str, Any] | None:
    return ERROR_SCHEMA if path.startswith("/v1/") else None


def _of(app: Flask, rule: Rule) -> list[Route]:
    return list(routes_of([rule], app.view_functions))
