import http.client
import inspect
import io
import logging
import ssl
from typing import Any

import pytest
import urllib3.exceptions
from urllib3.response import HTTPResponse

from bmo.core.errors import Malformed, Refused, TimedOut, TooLarge, TurnedAway, Unavailable, Unreachable, WrongType
from bmo.remote import faults
from bmo.remote.faults import check, translated
from bmo.wire.problem import Problem

FOREIGN = [
    kind
    for _, kind in inspect.getmembers(urllib3.exceptions, inspect.isclass)
    if issubclass(kind, urllib3.exceptions.HTTPError)
]


def bare(kind: type[BaseException]) -> BaseException:
    """An exception of this kind without its constructor, which wants a pool or a connection."""
    fault = kind.__new__(kind)
    fault.args = ("something",)
    return fault


@pytest.mark.parametrize("kind", [*FOREIGN, http.client.BadStatusLine, http.client.LineTooLong, OSError, ssl.SSLError])
def test_no_fault_of_a_library_gets_through(kind: type[BaseException]) -> None:
    with pytest.raises(Unavailable, match="cloud"), translated("cloud"):
        raise bare(kind)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (bare(urllib3.exceptions.NameResolutionError), Unreachable),
        (bare(urllib3.exceptions.NewConnectionError), Unreachable),
        (bare(urllib3.exceptions.ConnectTimeoutError), TimedOut),
        (bare(urllib3.exceptions.ReadTimeoutError), TimedOut),
        (TimeoutError("the deadline has passed"), TimedOut),
        (urllib3.exceptions.ProtocolError("aborted", TimeoutError()), TimedOut),
        (urllib3.exceptions.ProtocolError("aborted", ConnectionResetError()), Unreachable),
        (urllib3.exceptions.ProtocolError("aborted", http.client.RemoteDisconnected("bye")), Unreachable),
        (urllib3.exceptions.ProtocolError("aborted", http.client.BadStatusLine("what")), Malformed),
        (urllib3.exceptions.ProtocolError("broken", http.client.IncompleteRead(b"")), Malformed),
        (urllib3.exceptions.SSLError(ssl.SSLEOFError()), Unreachable),
    ],
)
def test_faults_become_the_right_kind(fault: BaseException, kind: type[Unavailable]) -> None:
    assert type(faults.unavailable("cloud", fault)) is kind


def answer(status: int, body: bytes = b"") -> HTTPResponse:
    return HTTPResponse(body=io.BytesIO(body), status=status, preload_content=False)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 418, 429, 500, 502, 503])
def test_server_that_cannot_serve_us_is_turned_away(status: int) -> None:
    with pytest.raises(TurnedAway, match=rf"cloud .*HTTP {status}") as caught:
        check(answer(status, b"<html>"), "cloud")
    assert caught.value.status == status


@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (413, TooLarge), (415, WrongType), (422, Refused)])
def test_wrong_request_is_refused_in_the_words_of_the_server(status: int, kind: type[Refused]) -> None:
    told = Problem(code="too_long", sentence="That is more than I can read.")

    with pytest.raises(kind, match="That is more than I can read") as caught:
        check(answer(status, told.model_dump_json().encode()), "cloud")

    assert type(caught.value) is kind
    assert caught.value.code == "too_long"


def test_code_of_a_draining_server_is_kept() -> None:
    told = Problem(code="draining", sentence="Bye.")

    with pytest.raises(TurnedAway) as caught:
        check(answer(503, told.model_dump_json().encode()), "cloud")
    assert caught.value.code == "draining"


def test_success_passes() -> None:
    check(answer(200), "cloud")


def test_certificate_is_complained_about_once_a_minute(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(faults, "_warned", {})
    monkeypatch.setattr(faults.time, "monotonic", lambda: now[0])
    fault = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed"))

    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            told: Any = faults.unavailable("cloud", fault)
            now[0] += 1.0

    assert "certificate is not trusted" in told.sentence
    assert [record.getMessage().split(",")[0] for record in caplog.records] == ["no safe connection to cloud"] * 2
