"""The OpenAPI 3.1 file of this server, made from its routes and the messages of `bmo.wire`."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

import bmo
from bmo.ai_server.access import OPEN
from bmo.ai_server.operations import FORM, OPERATIONS, Bodies, Operation
from bmo.wire.problem import Problem

_REF = "#/components/schemas/{model}"
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")
_PARAMETER = re.compile(r"{(\w+)}")
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})

Refs = Callable[[type[BaseModel], JsonSchemaMode], dict[str, Any]]
"""Where the schema of a message is."""


def document(app: Flask) -> dict[str, Any]:
    """Every route of `app`, with what `OPERATIONS` knows about it."""
    routes = dict(_routes(app))
    known = {line: OPERATIONS.get(line, Operation(summary)) for line, summary in routes.items()}
    found, definitions = models_json_schema(sorted(_models(known.values()), key=str), ref_template=_REF)

    def refs(model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
        return dict(found[model, mode])

    paths: dict[str, dict[str, Any]] = {}
    for line, operation in known.items():
        method, path = line.split(" ")
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": "BMO AI server", "version": bmo.__version__, "license": {"name": "Apache-2.0"}},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": definitions.get("$defs", {}),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path, and what the route says about itself."""
    for rule in app.url_map.iter_rules():
        words = (app.view_functions[rule.endpoint].__doc__ or "").partition("\n")[0]
        path = _VARIABLE.sub(r"{\1}", rule.rule)
        for method in sorted(_METHODS & (rule.methods or set())):
            yield f"{method} {path}", words


def _models(operations: Iterable[Operation]) -> set[tuple[type[BaseModel], JsonSchemaMode]]:
    models: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for operation in operations:
        models.update((model, "validation") for bodies in operation.body.values() for model in bodies)
        models.update((model, "serialization") for bodies in operation.answers.values() for model in bodies)
    return models


def _operation(method: str, path: str, operation: Operation, refs: Refs) -> dict[str, Any]:
    named = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(path)
    ]
    asked = [{"name": name, "in": "query", "schema": {"type": kind}} for name, kind in operation.query.items()]
    told: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": "_".join(re.findall(r"\w+", f"{method.lower()} {path}")),
        "parameters": [*named, *asked],
        "responses": {
            str(operation.status): {
                "description": "Done.",
                "content": _content(operation.answers, "serialization", refs),
            },
            "default": {"description": "What was wrong, in a sentence.", "content": _problem(path, refs)},
        },
    }
    if operation.body:
        told["requestBody"] = {"required": True, "content": _content(operation.body, "validation", refs)}
    if path in OPEN:
        told["security"] = [{}]
    return told


def _content(bodies: Bodies, mode: JsonSchemaMode, refs: Refs) -> dict[str, Any]:
    return {kind: {"schema": _schema(kind, models, mode, refs)} for kind, models in bodies.items()}


def _schema(kind: str, models: tuple[type[BaseModel], ...], mode: JsonSchemaMode, refs: Refs) -> dict[str, Any]:
    found = [refs(model, mode) for model in models]
    if kind == FORM:
        file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
        return {"allOf": [*found, file]}
    if not found:
        return {} if kind.endswith("json") else {"type": "string", "format": "binary"}
    return found[0] if len(found) == 1 else {"anyOf": found}


def _problem(path: str, refs: Refs) -> dict[str, Any]:
    error: dict[str, Any] = {"type": "string"}
    if path.startswith("/v1/"):
        error = {
            "type": "object",
            "required": ["message", "type", "code"],
            "properties": {name: {"type": "string"} for name in ("message", "type", "code")},
        }
    elif not path.startswith("/api/"):
        return {"application/json": {"schema": refs(Problem, "serialization")}}
    return {"application/json": {"schema": {"type": "object", "required": ["error"], "properties": {"error": error}}}}
