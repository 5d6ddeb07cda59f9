import ssl

import pytest

from bmo.capabilities.provider import Patience
from bmo.remote.deadline import LAST_CONNECT
from bmo.remote.server import LAST_SECONDS, Server, shared_pool


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
    context = shared_pool().connection_pool_kw["ssl_context"]

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
