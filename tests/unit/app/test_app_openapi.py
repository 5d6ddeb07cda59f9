"""What the app says about itself; the fuzzer and the proxy test go by it."""

from collections.abc import Iterator
from typing import Any

from bmo.app.http.description import document
from bmo.app.http.operations import OPERATIONS

OPEN = {
    "GET /livez",
    "GET /readyz",
    "GET /sign-in",
    "POST /sign-in/pin",
    "POST /sign-in/kiosk",
    "POST /pair",
    "POST /pair/claim",
    "GET /",
    "GET /{name}",
}
"""The only routes that answer somebody without a session or key."""


def lines(told: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{method.upper()} {path}": one for path, methods in told["paths"].items() for method, one in methods.items()
    }


def test_every_route_is_described_and_nothing_that_is_not_there(world: Any) -> None:
    told = lines(document(world.app))

    assert set(told) == set(OPERATIONS)
    assert all(operation["summary"] for operation in told.values())


def test_what_is_described_names_only_what_is_there(world: Any) -> None:
    told = document(world.app)
    there = {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}

    assert set(_references(told)) <= there


def test_only_the_open_routes_say_that_they_need_no_proof(world: Any) -> None:
    told = lines(document(world.app))

    assert {line for line, operation in told.items() if operation.get("security") == [{}]} == OPEN


def test_it_is_told_to_whoever_has_come_in(world: Any) -> None:
    assert world.browser().get("/api/openapi.json").status_code == 401
    assert world.signed_in().get("/api/openapi.json").json["openapi"] == "3.1.0"


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _references(one)
