"""The OpenAPI file of this server: its routes, with what `operations` knows about them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from bmo.ai_server.access import OPEN
from bmo.ai_server.operations import OPERATIONS
from bmo.wire.openai import ERROR_SCHEMA
from bmo.wire.openapi import Description, routes
from bmo.wire.openapi import document as written

_OLLAMA_ERROR = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


def document(app: Flask) -> dict[str, Any]:
    """Every route of `app`."""
    open_ = {f"GET {path}" for path in OPEN}
    program = Description("BMO AI server", OPERATIONS, open_, _problem)
    return written(program, routes(app.url_map.iter_rules(), app.view_functions))


def _problem(path: str) -> Mapping[str, Any] | None:
    """The form of faults of the API that this path belongs to."""
    if path.startswith("/v1/"):
        return ERROR_SCHEMA
    return _OLLAMA_ERROR if path.startswith("/api/") else None
