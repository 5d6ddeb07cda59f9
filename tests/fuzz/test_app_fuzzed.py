"""Whatever fits the app's own description, and much that does not, never breaks it."""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error

import papers
from bmo.app.factory import create_app
from bmo.app.http.description import document
from bmo.fakes.clock import ManualClock
from bmo.settings.app import AppSettings
from scripted_app import scripted_app

HOST = "127.0.0.1:5000"
QUIET = list(HealthCheck)
FEW = settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=QUIET, derandomize=True)
MANY = settings(max_examples=300, deadline=None, suppress_health_check=QUIET)

FOLDER = tempfile.TemporaryDirectory(prefix="bmo-fuzz-")
HOME = Path(FOLDER.name)
STACK = ExitStack()
"""Both end with the process."""


def app() -> tuple[Flask, str]:
    papers.put(HOME / "page" / "index.html", "<!doctype html><title>BMO</title>")
    shelf = STACK.enter_context(papers.kept(HOME / "papers"))
    made = scripted_app(AppSettings.model_validate({"home": HOME}), ManualClock())
    key, _ = made.parts.trust.keys.add("fuzzer", made.parts.trust.accounts.owner().name)
    return create_app(replace(made.parts, papers=shelf)), key


FUZZED, KEY = app()
TOKEN = (HOME / "token").read_text().strip()
SCHEMA = schemathesis.openapi.from_dict(document(FUZZED))
SCHEMA.app = FUZZED
OPEN = {
    (method.upper(), path)
    for path, methods in SCHEMA.raw_schema["paths"].items()
    for method, one in methods.items()
    if one.get("security") == [{}]
}


@schemathesis.serializer("audio/wav")
def _as_it_is(_context: Any, value: Any) -> Any:
    return value


def call(case: schemathesis.Case, bearer: str) -> Any:
    for name in ("Authorization", "Cookie"):
        case.headers.pop(name, None)
    case.cookies.clear()
    response = case.call(headers={"Host": HOST} | ({"Authorization": f"Bearer {bearer}"} if bearer else {}))
    case.validate_response(response, checks=[not_a_server_error])
    return response


@SCHEMA.parametrize()
@FEW
def test_no_request_of_a_script_breaks_the_app(case: schemathesis.Case) -> None:
    call(case, TOKEN)


@SCHEMA.include(path_regex="^/(v1|mcp|api/actions|api/chat)").parametrize()
@FEW
def test_no_request_of_a_program_breaks_the_app(case: schemathesis.Case) -> None:
    call(case, KEY)


@pytest.mark.soak
@SCHEMA.parametrize()
@MANY
def test_no_request_of_many_breaks_the_app(case: schemathesis.Case) -> None:
    call(case, TOKEN)


@SCHEMA.parametrize()
@settings(FEW, max_examples=2)
def test_without_a_session_or_key_every_request_ends_at_the_door(case: schemathesis.Case) -> None:
    response = call(case, "")

    assert (case.method, case.path) in OPEN or response.status_code == 401
