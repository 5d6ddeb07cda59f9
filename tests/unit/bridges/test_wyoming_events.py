"""Events as they come over the line: what the package writes is read back, and nothing else does any harm."""

import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wyoming.event import Event, read_event, write_event

from bmo.bridges.wyoming import Bounds, Peer, address, asked_about, complaint, connect, understood
from bmo.bridges.wyoming_sound import sound_in
from bmo.core.errors import BmoError, Malformed, Refused, TimedOut, Unreachable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
EVENTS = st.builds(
    Event,
    type=st.text(min_size=1, max_size=20),
    data=st.dictionaries(st.text(max_size=8), JSON, max_size=5),
    payload=st.none() | st.binary(min_size=1, max_size=3_000),
)
SMALL = Bounds(line=200, data=300, payload=400)


@pytest.fixture
def ends() -> Iterator[tuple[Peer, socket.socket]]:
    ours, theirs = _pair()
    with closing(Peer(ours, "the service", SMALL)) as peer, theirs:
        yield peer, theirs


def _pair() -> tuple[socket.socket, socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        theirs = socket.create_connection(listener.getsockname())
        return listener.accept()[0], theirs


def written(*events: Event) -> bytes:
    stream = io.BytesIO()
    for event in events:
        write_event(event, stream)
    return stream.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=4), st.data())
def test_what_the_package_writes_is_read_however_it_was_cut_on_the_way(
    events: list[Event], data: st.DataObject
) -> None:
    raw = written(*events)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    ours, theirs = _pair()
    with closing(Peer(ours, "the service")) as peer, theirs:
        for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
            theirs.sendall(raw[start:end])
        read = [peer.read(5) for _ in events]

    assert read == [read_event(stream) for stream in [io.BytesIO(raw)] for _ in events]


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_what_is_sent_is_what_the_package_reads(event: Event) -> None:
    ours, theirs = _pair()
    with closing(Peer(ours, "the service")) as peer, theirs, theirs.makefile("rb") as stream:
        peer.send(event)

        assert read_event(stream) == event


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600))
def test_any_bytes_are_an_event_an_end_or_one_of_our_errors(raw: bytes) -> None:
    ours, theirs = _pair()
    with closing(Peer(ours, "the service", SMALL)) as peer:
        theirs.sendall(raw)
        theirs.close()
        with suppress(BmoError):
            while (event := peer.read(5)) is not None:
                assert event.type is not None


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n",
        b"[]\n",
        b"\n",
        b"\xff\xfe\n",
        b"[" * 190 + b"\n",
        b'{"data": {}}\n',
        b'{"type": 3}\n',
        b'{"type": "x", "data": []}\n',
        b'{"type": "x", "data_length": "9"}\n',
        b'{"type": "x", "data_length": -1}\n',
        b'{"type": "x", "payload_length": true}\n',
        b'{"type": "x", "payload_length": 1e3}\n',
        b'{"type": "x", "data_length": 2}\n[]',
        b'{"type": "x", "data_length": 301}\n',
        b'{"type": "x", "payload_length": 4000000000}\n',
        b"x" * 5_000,
        b'{"type": "x' + b"x" * 300 + b'"}\n',
    ],
)
def test_what_is_no_event_is_named_at_once(ends: tuple[Peer, socket.socket], raw: bytes) -> None:
    peer, theirs = ends
    theirs.sendall(raw)

    with pytest.raises(Malformed, match="the service"):
        peer.read(5)


def test_a_line_of_ten_megabytes_takes_no_memory(ends: tuple[Peer, socket.socket]) -> None:
    peer, theirs = ends
    flood = threading.Thread(target=_flood, args=(theirs,), daemon=True)
    flood.start()
    with pytest.raises(Malformed, match="never ends"):
        peer.read(5)

    assert len(peer._rest) < 200_000


def _flood(theirs: socket.socket) -> None:
    try:
        theirs.sendall(b"x" * 10_000_000)
    except OSError:
        return


def test_half_an_event_is_not_an_end(ends: tuple[Peer, socket.socket]) -> None:
    peer, theirs = ends
    theirs.sendall(b'{"type": "x", "payload_length": 10}\nhalf')
    theirs.shutdown(socket.SHUT_WR)

    with pytest.raises(Malformed, match="middle of an event"):
        peer.read(5)


def test_a_drip_does_not_move_the_deadline(ends: tuple[Peer, socket.socket]) -> None:
    peer, theirs = ends
    done = threading.Event()

    def drip() -> None:
        while not done.wait(0.05):
            theirs.send(b" ")

    threading.Thread(target=drip, daemon=True).start()
    with pytest.raises(TimedOut):
        peer.read(0.3)
    done.set()


def test_hanging_up_wakes_who_reads(ends: tuple[Peer, socket.socket]) -> None:
    peer, _ = ends
    threading.Timer(0.05, peer.hang_up).start()

    assert peer.read() is None


def test_nobody_there_and_names_without_address_are_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="piper is not running"):
        connect(f"tcp://127.0.0.1:{port}", "piper")
    with pytest.raises(Unreachable, match="no address"):
        connect("tcp://nobody.invalid:1", "piper")


def test_a_service_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimedOut):
        asked_about(f"tcp://127.0.0.1:{silent.getsockname()[1]}", "piper", 0.2)


@pytest.mark.parametrize("uri", ["http://x:1", "tcp://x", "tcp://:10", "tcp://x:0", "tcp://x:99999", "x:1", ""])
def test_an_address_that_is_none_is_refused(uri: str) -> None:
    with pytest.raises(Refused, match="tcp://192"):
        address(uri)


@pytest.mark.parametrize(
    ("rate", "width", "channels", "payload"),
    [
        (16_000, 2, 1, b"odd"),
        (0, 2, 1, b""),
        (16_000, 9, 1, b""),
        (16_000, 2, 6, b""),
        ("16k", 2, 1, b""),
        (True, 2, 1, b""),
    ],
)
def test_sound_that_is_none_is_named(rate: object, width: int, channels: int, payload: bytes) -> None:
    data = {"rate": rate, "width": width, "channels": channels}

    with pytest.raises(Malformed):
        sound_in(Event("audio-chunk", data, payload))


def test_an_event_that_lacks_something_is_named() -> None:
    from wyoming.asr import Transcript

    with pytest.raises(Malformed, match="transcript"):
        understood(Transcript, Event("transcript", {}))


def test_a_long_complaint_of_somebody_else_is_cut() -> None:
    failure = complaint(Event("error", {"text": "x" * 10_000}), "piper")

    assert failure.sentence.startswith("piper says: xxx")
    assert len(failure.sentence) < 400


def test_the_bounds_of_a_line_count_bytes() -> None:
    ours, theirs = _pair()
    with closing(Peer(ours, "the service", Bounds(line=50))) as peer, theirs:
        theirs.sendall(json.dumps({"type": "x" * 10}).encode() + b"\n")

        assert peer.read(5) == Event("x" * 10, {})
