"""GET /openapi.json: what this server can be asked, for programs."""

from functools import cache

from flask import Blueprint, Flask, Response
from pydantic_core import to_json

from bmo.ai_server.openapi import document


def blueprint(app: Flask) -> Blueprint:
    """Describes `app` as it is when it is first asked."""
    routes = Blueprint("description", __name__)

    @cache
    def written() -> bytes:
        return to_json(document(app))

    @routes.get("/openapi.json")
    def openapi() -> Response:
        """This file."""
        return Response(written(), mimetype="application/json")

    return routes
