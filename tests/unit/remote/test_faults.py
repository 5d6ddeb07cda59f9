import inspect
import logging
import socket
import ssl

import pytest

from bmo.core.errors import Malformed, Refused, TimedOut, TooLarge, TurnedAway, Unavailable, Unreachable, WrongType
from bmo.remote import connection, faults
from bmo.remote.connection import Answer, Connection
from bmo.remote.deadline import Deadline
from bmo.remote.faults import check, translated
from bmo.wire.problem import Problem

OURS = [kind for _, kind in inspect.getmembers(connection, inspect.isclass) if issubclass(kind, OSError)]
"""What a connection raises by itself."""


@pytest.mark.parametrize("kind", [*OURS, OSError, TimeoutError, BrokenPipeError, ssl.SSLError, ssl.SSLEOFError])
def test_no_fault_of_a_connection_gets_through(kind: type[OSError]) -> None:
    with pytest.raises(Unavailable, match="cloud"), translated("cloud"):
        raise kind("something")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (connection.NoAddress(), Unreachable),
        (connection.NoConnection(), Unreachable),
        (connection.NotInTime(), TimedOut),
        (TimeoutError("the deadline has passed"), TimedOut),
        (ConnectionResetError(), Unreachable),
        (connection.Nonsense(), Malformed),
        (connection.CutOff(), Malformed),
        (ssl.SSLEOFError(), Unreachable),
    ],
)
def test_faults_become_the_right_kind(fault: OSError, kind: type[Unavailable]) -> None:
    assert type(faults.unavailable("cloud", fault)) is kind


def answer(status: int, body: bytes = b"") -> Answer:
    """As it comes from a server."""
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body))
        return Answer(Connection(ours), Deadline(5.0), Connection.close)


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
    fault = ssl.SSLCertVerificationError("self-signed")

    with caplog.at_level(logging.WARNING):
        for _ in range(100):
            told = faults.unavailable("cloud", fault)
            now[0] += 1.0

    assert "certificate is not trusted" in told.sentence
    assert [record.getMessage().split(",")[0] for record in caplog.records] == ["no safe connection to cloud"] * 2
