"""What the server says about itself; `test_fuzzed` goes by it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from ai_servers import KEY, room_of
from bmo.ai_server import access
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.openapi import document
from bmo.ai_server.operations import OPERATIONS


def app() -> Flask:
    return create(room_of(), Keys({"app": KEY}))


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return document(app())


def test_every_route_is_described(told: dict[str, Any]) -> None:
    lines = {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods}

    assert lines <= set(OPERATIONS)
    assert all(operation["summary"] for methods in told["paths"].values() for operation in methods.values())


def test_what_is_described_names_only_what_is_there(told: dict[str, Any]) -> None:
    there = {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}

    assert set(_references(told)) <= there


def test_only_the_open_paths_say_that_they_need_no_key(told: dict[str, Any]) -> None:
    free = {path for path, methods in told["paths"].items() if any("security" in one for one in methods.values())}

    assert free == access.OPEN


def test_it_is_told_to_whoever_has_a_key() -> None:
    asked = app().test_client()

    assert asked.get("/openapi.json").status_code == 401
    told = asked.get("/openapi.json", headers={"Authorization": f"Bearer {KEY}"}).json
    assert told is not None
    assert told["openapi"] == "3.1.0"


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _references(one)
