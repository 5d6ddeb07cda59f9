"""The promises of a connection, against a peer that writes byte by byte what a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.core.errors import Cancelled
from bmo.core.stopping import work_until
from bmo.remote.connection import (
    HEAD_BYTES,
    Answer,
    Connection,
    Connections,
    CutOff,
    NoAddress,
    NoConnection,
    Nonsense,
)
from bmo.remote.deadline import Deadline

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
PATIENT = 5.0


def heard(*pieces: bytes, end: bool = True) -> tuple[Answer, list[Connection]]:
    """An answer made of these pieces, and who was given back."""
    ours, theirs = socket.socketpair()
    for piece in pieces:
        theirs.sendall(piece)
    kept: list[Connection] = []
    if end:
        theirs.close()
    return Answer(Connection(ours), Deadline(PATIENT), kept.append), kept


@contextmanager
def peer(*scripts: Callable[[socket.socket], object]) -> Iterator[Connections]:
    """A server whose n-th connection is served by the n-th script."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for script in scripts:
                line, _ = listener.accept()
                with line:
                    script(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Connections("127.0.0.1", listener.getsockname()[1], None)
        thread.join(PATIENT)


def answers(line: socket.socket) -> None:
    """One request, one answer."""
    line.recv(65_536)
    line.sendall(HEAD + b"hello")


def test_an_answer_is_read_to_its_end_and_its_connection_kept() -> None:
    answer, kept = heard(HEAD, b"hello", end=False)

    assert (answer.status, answer.headers.get("content-LENGTH")) == (200, "5")
    assert answer.read(100) == b"hello"
    assert answer.read1() == b""
    assert len(kept) == 1


def test_pieces_come_as_soon_as_they_are_there() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(CHUNKED + b"3\r\none\r\n")
        answer = Answer(Connection(ours), Deadline(PATIENT), Connection.close)
        assert answer.read1() == b"one"

        theirs.sendall(b"3\r\ntwo\r\n0\r\n\r\n")

        assert answer.read1() == b"two"
        assert answer.read1() == b""


@given(st.binary(max_size=300), st.lists(st.integers(1, 40), max_size=30), st.booleans())
def test_a_body_is_the_same_wherever_it_was_cut_on_its_way(body: bytes, cuts: list[int], chunked: bool) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    if chunked:
        parts = [body[at : at + 7] for at in range(0, len(body), 7)]
        whole = CHUNKED + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    pieces = []
    for cut in cuts:
        pieces.append(whole[:cut])
        whole = whole[cut:]

    answer, _ = heard(*pieces, whole)

    assert b"".join(iter(lambda: answer.read1(13), b"")) == body


def test_interim_answers_are_passed_over() -> None:
    answer, kept = heard(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", HEAD, b"hello", end=False)

    assert (answer.status, "Link" in answer.headers, answer.read(9)) == (200, False, b"hello")
    assert len(kept) == 1


@pytest.mark.parametrize(
    ("bytes_", "kind"),
    [
        (b"", ConnectionResetError),
        (b"HTTP/1.1 200 O", CutOff),
        (b"HTTP/1.1 200 OK\r\nContent-Le", CutOff),
        (b"SSH-2.0-nonsense\r\n\r\n", Nonsense),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Nonsense),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", Nonsense),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * (HEAD_BYTES + 1), Nonsense),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxx", Nonsense),
    ],
)
def test_what_is_no_answer_is_told_apart(bytes_: bytes, kind: type[OSError]) -> None:
    with pytest.raises(kind):
        heard(bytes_)


@pytest.mark.parametrize("start", [HEAD + b"hell", CHUNKED + b"5\r\nhell", CHUNKED + b"5\r\nhello\r\n"])
def test_a_body_that_stops_before_its_end_is_cut_off(start: bytes) -> None:
    answer, kept = heard(start)

    with pytest.raises(CutOff):
        answer.read(100)
    assert kept == []


def test_a_body_without_a_length_ends_with_its_connection() -> None:
    answer, kept = heard(b"HTTP/1.0 200 OK\r\n\r\nhello")

    assert answer.read(100) == b"hello"
    assert kept == []


@pytest.mark.parametrize("more", [b"HTTP/1.1 200 OK\r\n", b"garbage"])
def test_bytes_after_an_answer_cost_the_connection_but_not_the_answer(more: bytes) -> None:
    answer, kept = heard(HEAD + b"hello" + more, end=False)

    assert answer.read(100) == b"hello"
    assert kept == []


def test_a_server_that_says_close_is_not_asked_again_on_that_connection() -> None:
    answer, kept = heard(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", end=False)

    assert answer.read(100) == b"hello"
    assert kept == []


def test_leaving_before_the_end_closes_the_connection() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(CHUNKED + b"3\r\none\r\n")
        answer = Answer(Connection(ours), Deadline(PATIENT), Connection.close)

        answer.close()

        assert theirs.recv(1) == b""


def test_a_connection_serves_again() -> None:
    def twice(line: socket.socket) -> None:
        answers(line)
        answers(line)

    with peer(twice) as server:
        for _ in range(2):
            assert server.exchange(b"GET / HTTP/1.1\r\n\r\n", Deadline(PATIENT)).read(9) == b"hello"


def test_one_that_was_closed_meanwhile_is_replaced() -> None:
    with peer(answers, answers) as server:
        for _ in range(2):
            assert server.exchange(b"GET / HTTP/1.1\r\n\r\n", Deadline(PATIENT)).read(9) == b"hello"


def test_a_first_connection_that_dies_is_not_tried_again() -> None:
    with peer(lambda line: line.recv(9), answers) as server:
        with pytest.raises(ConnectionError):
            server.exchange(b"GET / HTTP/1.1\r\n\r\n", Deadline(PATIENT))
        server.exchange(b"GET / HTTP/1.1\r\n\r\n", Deadline(PATIENT))


def test_an_answer_that_comes_before_the_request_was_read_is_heard() -> None:
    def refuses(line: socket.socket) -> None:
        line.recv(100)
        line.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        line.shutdown(socket.SHUT_WR)
        while line.recv(1_000_000):
            pass

    with peer(refuses) as server:
        assert server.exchange(b"POST / HTTP/1.1\r\n\r\n" + bytes(5_000_000), Deadline(PATIENT)).status == 413


def test_a_deadline_binds_a_server_that_drips() -> None:
    go = threading.Event()

    def drips(line: socket.socket) -> None:
        for byte in HEAD:
            if go.wait(0.02):
                return
            line.sendall(bytes([byte]))

    with peer(drips) as server:
        with pytest.raises(TimeoutError):
            server.exchange(b"GET / HTTP/1.1\r\n\r\n", Deadline(0.2))
        go.set()


def test_a_deadline_binds_a_server_that_does_not_read() -> None:
    done = threading.Event()
    with peer(lambda _: done.wait(PATIENT)) as server:
        with pytest.raises(TimeoutError):
            server.exchange(bytes(50_000_000), Deadline(0.2))
        done.set()


def test_a_turn_that_nobody_wants_ends_the_wait() -> None:
    stop, done = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def ask(server: Connections) -> None:
        work_until(stop)
        try:
            server.exchange(b"GET / HTTP/1.1\r\n\r\n", Deadline(None))
        except Cancelled as fault:
            failed.append(fault)

    with peer(lambda _: done.wait(PATIENT)) as server:
        asker = threading.Thread(target=ask, args=(server,))
        asker.start()
        stop.set()
        asker.join(1.0)
        done.set()

    assert len(failed) == 1


def test_no_server_and_no_name_are_told_apart() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NoConnection):
            Connections("127.0.0.1", closed.getsockname()[1], None).exchange(b"", Deadline(PATIENT))
    with pytest.raises(NoAddress):
        Connections("no.such.host.invalid", 80, None).exchange(b"", Deadline(PATIENT))
