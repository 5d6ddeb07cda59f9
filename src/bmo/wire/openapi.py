"""The OpenAPI 3.1 file of a web program, made from its routes and the messages of `bmo.wire`."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

import bmo
from bmo.wire.problem import Problem

JSON = "application/json"
LINES = "application/x-ndjson"
EVENTS = "text/event-stream"
FORM = "multipart/form-data"

Bodies = Mapping[str, tuple[type[BaseModel], ...]]
"""Content type -> the messages it may hold; none for what is no JSON."""
Refs = Callable[[type[BaseModel], JsonSchemaMode], dict[str, Any]]
"""Where the schema of a message is."""

_REF = "#/components/schemas/{model}"
_VARIABLE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_PARAMETER = re.compile(r"{(\w+)}")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_ANY_NUMBER = {"type": "integer", "minimum": 0}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    summary: str
    body: Bodies = field(default_factory=dict)
    answers: Bodies = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    """Parameter -> its JSON type."""
    status: int = 200
    may: str = ""
    """Who may, where not everybody who has a key or a session."""
    more: Mapping[int, Bodies] = field(default_factory=dict)
    """Other answers that are no faults, by status."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path, as the web program has it."""

    method: str
    path: str
    """Variable parts in braces."""
    numbers: frozenset[str]
    """Those of them that are whole numbers."""
    words: str = ""
    """What the route says about itself."""

    @property
    def line(self) -> str:
        """Its name in a table of operations."""
        return f"{self.method} {self.path}"


class Rule(Protocol):
    """What Werkzeug knows of a route."""

    rule: str
    endpoint: str
    methods: set[str] | None


def routes(rules: Iterable[Rule], views: Mapping[str, Callable[..., Any]]) -> Iterator[Route]:
    """The routes of a Flask app: `app.url_map.iter_rules()` and `app.view_functions`."""
    for rule in rules:
        words = (views[rule.endpoint].__doc__ or "").partition("\n")[0]
        path = _VARIABLE.sub(r"{\2}", rule.rule)
        numbers = frozenset(name for kind, name in _VARIABLE.findall(rule.rule) if kind == "int")
        for method in sorted(_METHODS & (rule.methods or set())):
            yield Route(method, path, numbers, words)


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a web program beside its routes."""

    title: str
    operations: Mapping[str, Operation]
    """By method and path."""
    open: Collection[str]
    """Those that need no proof, by method and path."""
    problem: Callable[[str], Mapping[str, Any] | None] = lambda _path: None
    """The JSON schema of a fault below a path; None for `Problem`."""
    schemes: Mapping[str, Mapping[str, str]] = field(
        default_factory=lambda: {"key": {"type": "http", "scheme": "bearer"}}
    )
    """The ways to prove who asks; each is enough."""


def document(program: Description, found: Iterable[Route]) -> dict[str, Any]:
    """Every route, with what the program's operations know about it."""
    known = {route: program.operations.get(route.line, Operation(route.words)) for route in found}
    messages, definitions = models_json_schema(sorted(_models(known.values()), key=str), ref_template=_REF)

    def refs(model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
        return dict(messages[model, mode])

    paths: dict[str, dict[str, Any]] = {}
    for route, operation in known.items():
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(program, route, operation, refs)
    return {
        "openapi": "3.1.0",
        "info": {"title": program.title, "version": bmo.__version__, "license": {"name": "Apache-2.0"}},
        "security": [{name: []} for name in program.schemes],
        "paths": paths,
        "components": {"schemas": definitions.get("$defs", {}), "securitySchemes": program.schemes},
    }


def _models(operations: Iterable[Operation]) -> set[tuple[type[BaseModel], JsonSchemaMode]]:
    models: set[tuple[type[BaseModel], JsonSchemaMode]] = {(Problem, "serialization")}
    for operation in operations:
        models.update((model, "validation") for bodies in operation.body.values() for model in bodies)
        for answers in (operation.answers, *operation.more.values()):
            models.update((model, "serialization") for bodies in answers.values() for model in bodies)
    return models


def _operation(program: Description, route: Route, operation: Operation, refs: Refs) -> dict[str, Any]:
    named = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _ANY_NUMBER if name in route.numbers else {"type": "string"},
        }
        for name in _PARAMETER.findall(route.path)
    ]
    asked = [{"name": name, "in": "query", "schema": {"type": kind}} for name, kind in operation.query.items()]
    good = {operation.status: operation.answers, **operation.more}
    problem = program.problem(route.path) or refs(Problem, "serialization")
    told: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": "_".join(re.findall(r"\w+", f"{route.method.lower()} {route.path}")),
        "parameters": [*named, *asked],
        "responses": {
            **{
                str(status): {"description": "Done.", "content": _content(bodies, "serialization", refs)}
                for status, bodies in good.items()
            },
            "default": {"description": "What was wrong, in a sentence.", "content": {JSON: {"schema": problem}}},
        },
    }
    if operation.may:
        told["description"] = f"Who may: {operation.may}."
    if operation.body:
        told["requestBody"] = {"required": True, "content": _content(operation.body, "validation", refs)}
    if route.line in program.open:
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
