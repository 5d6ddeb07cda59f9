import ssl

import pytest

from bmo.capabilities.provider import Patience
from bmo.remote.deadline import LAST_CONNECT
from bmo.remote.server import LAST_SECONDS, Server, trusted


@pytest.mark.parametrize("url", ["", "cloud:8000", "ftp://cloud", "http://", "http://me:secret@cloud", "http://c/?a=b"])
def test_address_of_no_use_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="cloud"):
        Server("cloud", url, "key")


@pytest.mark.parametrize("key", ["", "a\nb", "a\r\nX-Evil: 1"])
def test_key_of_no_use_is_told_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Server("cloud", "http://cloud:8000", key)


def test_key_is_not_shown() -> None:
    assert "hush" not in repr(Server("cloud", "http://cloud:8000", "hush"))


def test_connecting_takes_the_shorter_of_both_patiences() -> None:
    server = Server("cloud", "http://cloud:8000", "key", connect_seconds=0.5)

    assert server.deadline(Patience(connect=1.5, first=3.0)).connect == 0.5
    assert server.deadline(Patience(connect=0.2, first=3.0)).connect == 0.2
    assert server.deadline(Patience(connect=1.5, first=0.1)).connect == 0.1


def test_last_one_has_all_the_time_once_connected() -> None:
    deadline = Server("here", "http://here:8000", "key", supervised=True).deadline(None)
    deadline.progress()

    assert deadline.left() is None
    assert deadline.connect == LAST_CONNECT


def test_last_one_that_nobody_restarts_is_given_up_after_a_minute_of_silence() -> None:
    deadline = Server("cloud", "http://cloud:8000", "key").deadline(None)
    assert 59 < (deadline.left() or 0) <= LAST_SECONDS

    deadline.progress()

    assert 59 < (deadline.left() or 0) <= LAST_SECONDS


def test_patience_between_two_pieces_counts_from_the_last() -> None:
    deadline = Server("cloud", "http://cloud:8000", "key").deadline(Patience(connect=1.0, first=3.0, between=10.0))
    assert (deadline.left() or 0) <= 3.0

    deadline.progress()

    assert 9 < (deadline.left() or 0) <= 10.0


def test_certificates_are_always_verified() -> None:
    context = trusted()

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_a_header_with_a_line_break_is_never_sent() -> None:
    server = Server("cloud", "http://cloud:8000", "key")

    with pytest.raises(ValueError, match="line break"):
        server._request("GET", "/", None, {"X-Odd": "a\r\nX-Evil: 1"})


@pytest.mark.parametrize(
    ("path", "sent"), [("/a?b=c%20d", b"/v/a?b=c%20d"), ("/a b\r\nX: é", b"/v/a%20b%0D%0AX:%20%C3%A9")]
)
def test_an_address_is_one_word_whatever_is_in_it(path: str, sent: bytes) -> None:
    request = Server("cloud", "http://cloud:8000/v/", "key")._request("POST", path, b"{}", {})

    head, _, body = request.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[:2] == [b"POST " + sent + b" HTTP/1.1", b"Host: cloud:8000"]
    assert b"Content-Length: 2" in head
    assert body == b"{}"
