"""Whatever fits the server's own description, and much that does not, never breaks it."""

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error

import sounds
from ai_servers import KEY, room_of
from bmo.ai_server import access
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.openapi import document
from bmo.ai_server.operations import OPERATIONS
from bmo.ai_server.turnstile import KeyLimit, Turnstile
from bmo.fakes.describe import FakeDescribe
from bmo.fakes.detect import FakeDetect
from bmo.fakes.embed import FakeEmbed
from bmo.fakes.search import FakeSearch

DRAINS = "/drain"
"""Would end the server under the fuzzer's hands; it has tests of its own."""
QUIET = list(HealthCheck)
FEW = settings(max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=QUIET, derandomize=True)
MANY = settings(max_examples=300, deadline=None, suppress_health_check=QUIET)

_BINARY = {kind for one in OPERATIONS.values() for kind in one.body if kind.startswith(("audio/", "image/"))}
_SOUND = sounds.file(sounds.tone(seconds=0.2))


@schemathesis.serializer(*_BINARY)
def _as_it_is(_context: Any, value: Any) -> Any:
    return value


for _kind in _BINARY:
    _junk = st.binary(max_size=400)
    schemathesis.openapi.media_type(_kind, st.one_of(_junk, st.just(_SOUND), _junk.map(lambda end: _SOUND[:80] + end)))


def app() -> Flask:
    room = room_of(detect=FakeDetect(), describe=FakeDescribe(), embed=FakeEmbed(), search=FakeSearch())
    unhurried = Turnstile(dict.fromkeys(access.ALL, KeyLimit(1_000_000, 1_000)))
    return create(room, Keys({"app": KEY}), turnstile=unhurried)


FUZZED = app()
SCHEMA = schemathesis.openapi.from_dict(document(FUZZED)).exclude(path=DRAINS)
SCHEMA.app = FUZZED


def call(case: schemathesis.Case, headers: dict[str, str]) -> Any:
    case.headers.pop("Authorization", None)
    response = case.call(headers=headers)
    case.validate_response(response, checks=[not_a_server_error])
    return response


@SCHEMA.parametrize()
@FEW
def test_no_request_breaks_the_server(case: schemathesis.Case) -> None:
    call(case, {"Authorization": f"Bearer {KEY}"})


@pytest.mark.soak
@SCHEMA.parametrize()
@MANY
def test_no_request_of_many_breaks_the_server(case: schemathesis.Case) -> None:
    call(case, {"Authorization": f"Bearer {KEY}"})


@SCHEMA.parametrize()
@settings(FEW, max_examples=2)
def test_without_a_key_every_request_ends_at_the_door(case: schemathesis.Case) -> None:
    response = call(case, {})

    assert case.path in access.OPEN or response.status_code in (401, 405)
