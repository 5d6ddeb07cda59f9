import socket
import threading
import time

from bmo.wire.slow import Deadlines


def read_all(line: socket.socket) -> bytes:
    read = b""
    while piece := line.recv(100):
        read += piece
    return read


def test_reading_what_drips_ends_at_the_deadline_and_the_answer_can_still_be_written() -> None:
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def drip() -> None:
        while not over.wait(0.05):
            try:
                theirs.sendall(b"a")
            except OSError:
                return

    with ours, theirs:
        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with Deadlines().bounded(ours, began + 0.2):
            read = read_all(ours)
        took = time.monotonic() - began
        over.set()
        thread.join()

        assert read
        assert 0.2 <= took < 3
        ours.sendall(b"408")
        assert theirs.recv(3) == b"408"


def test_a_body_that_came_in_time_leaves_its_connection_alone() -> None:
    deadlines = Deadlines()
    (first, slow), (second, _other) = socket.socketpair(), socket.socketpair()
    with deadlines.bounded(first, time.monotonic() + 0.1):
        slow.sendall(b"in time")
        assert first.recv(7) == b"in time"

    with deadlines.bounded(second, time.monotonic() + 0.2):
        assert read_all(second) == b""  # the deadline of another one: the first one's has passed before it
    slow.sendall(b"next")
    assert first.recv(4) == b"next"


def test_without_a_connection_nothing_is_bounded() -> None:
    with Deadlines().bounded(None, 0.0):
        pass
