"""Rows 1 to 3, 6, 8 to 10 of the table of faults: a server that refuses, hangs, is gone, lies or cannot be trusted."""

import logging
import socket
import ssl
import statistics
import threading
from collections.abc import Iterator

import pytest
from flask import Response

from bmo.capabilities.breaker import State
from bmo.capabilities.chat import ChatRequest, Message
from bmo.core.errors import Malformed, NobodyCould, Refused, TimedOut, TurnedAway, Unavailable, Unreachable
from bmo.core.trace import set_trace
from bmo.fakes.chat import FakeChat
from bmo.remote import faults, server
from bmo.remote.server import Server
from faults.conftest import HERE_SAYS
from faults.house import ASK, House, house, seconds, until
from faults.proxy import (
    CERTIFICATE,
    BadTls,
    Cut,
    Delay,
    Drip,
    Fault,
    FaultProxy,
    Garbage,
    HalfClose,
    Hang,
    Pass,
    Refuse,
    Reset,
    Vanish,
)
from faults.tiny_server import TinyServer

FAULTS: list[tuple[Fault, type[Unavailable]]] = [
    (Refuse(), Unreachable),
    (Hang(), TimedOut),
    (Delay(5.0), TimedOut),
    (Drip(0.02), TimedOut),
    (Cut(0), Unreachable),
    (Cut(60), Malformed),
    (Reset(0), Unreachable),
    (HalfClose(0), Unreachable),
    (Garbage(), Malformed),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=lambda value: getattr(value, "__name__", repr(value)))
def test_whatever_breaks_the_local_server_answers(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy, fault: Fault, kind: type[Unavailable]
) -> None:
    proxy.behave(fault)
    with house(cloud, here, proxy.url) as home:
        assert home.say() == HERE_SAYS
        assert home.hear() == "what was heard here"
        assert home.rate() == 16_000

        failed = [attempt for attempt in home.attempts if attempt.failure]
        assert [attempt.provider for attempt in failed] == ["cloud"] * 3
        assert [type(attempt.failure) for attempt in failed] == [kind] * 3


def test_refused_costs_ten_milliseconds_at_most(cloud: TinyServer, here: TinyServer, proxy: FaultProxy) -> None:
    proxy.behave(Refuse())
    costs = []
    with house(cloud, here) as other:
        other.watch.gate(cloud.server(), "transcribe").failed(Unreachable("skip the cloud"))
        other.hear()
        for _ in range(40):  # side by side, so that what else the machine does falls on both
            alone = seconds(other.hear)
            with house(cloud, here, proxy.url) as home:
                costs.append(seconds(home.hear) - alone)

    assert statistics.median(costs) <= 0.010


def test_hang_costs_one_deadline_and_then_nothing_while_down(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy
) -> None:
    proxy.behave(Hang())
    with house(cloud, here, proxy.url) as home:
        first = seconds(lambda: home.say())
        later = [seconds(lambda: home.say()) for _ in range(20)]

    assert 0.4 <= first <= 0.55
    assert statistics.median(later) <= 0.02


def test_connection_that_hung_in_the_pool_is_given_up_too(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy
) -> None:
    with house(cloud, here, proxy.url) as home:
        assert home.hear() == "what the cloud heard"
        proxy.behave(Hang())

        assert home.hear() == "what was heard here"


def test_connection_that_was_closed_in_the_pool_is_replaced_without_a_failure(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy
) -> None:
    with house(cloud, here, proxy.url) as home:
        for _ in range(5):
            assert home.hear() == "what the cloud heard"
            proxy.behave(Pass())

        assert [attempt.failure for attempt in home.attempts] == [None] * 5


def test_connection_that_dies_as_it_is_used_again_is_tried_once_more(here: TinyServer) -> None:
    """What every server with a keep-alive timeout does now and then: it closes just when we send."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        served: list[str] = []

        def serve_one_request_a_connection() -> None:
            body = b'{"text":"what the cloud heard"}'
            while len(served) < 3:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                    served.append("answered")
                    connection.recv(65_536)

        thread = threading.Thread(target=serve_one_request_a_connection, daemon=True)
        thread.start()
        moody = Server("cloud", f"http://127.0.0.1:{listener.getsockname()[1]}", "key")
        with House(moody, here.server("here")) as home:
            assert [home.hear() for _ in range(3)] == ["what the cloud heard"] * 3

            assert [attempt.failure for attempt in home.attempts] == [None] * 3


def test_long_answer_that_makes_progress_is_not_given_up(cloud: TinyServer, here: TinyServer) -> None:
    def steady() -> Iterator[bytes]:
        for _ in range(8):
            threading.Event().wait(0.1)
            yield b'{"type":"words","text":"la "}\n'
        yield b'{"type":"finished","reason":"stop"}\n'

    cloud.lines = steady
    with house(cloud, here) as home:
        assert home.say() == "la " * 8


def test_vanishing_packets_cost_one_connect_deadline(here: TinyServer) -> None:
    with Vanish() as nowhere:
        gone = Server("cloud", nowhere.url, "key", connect_seconds=0.2)
        with House(gone, here.server("here")) as home:
            first = seconds(home.hear)
            later = seconds(home.hear)

            assert home.attempts[0].failure is not None
            assert home.attempts[0].failure.code == "timed_out"
    assert 0.2 <= first <= 0.3
    assert later <= 0.1


def test_one_prober_pays_and_not_every_thread(cloud: TinyServer, here: TinyServer, proxy: FaultProxy) -> None:
    proxy.behave(Hang())
    with house(cloud, here, proxy.url) as home:
        home.watch.start()
        home.say()
        asked = [attempt for attempt in home.attempts if attempt.provider == "cloud" and not attempt.skipped]
        slowest = []

        def talk() -> None:
            slowest.extend(seconds(lambda: home.say()) for _ in range(5))

        threads = [threading.Thread(target=talk) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        again = [attempt for attempt in home.attempts if attempt.provider == "cloud" and not attempt.skipped]
        assert again == asked
        assert max(slowest) < 0.4


def test_inference_that_fails_behind_good_health_is_left_after_one_error_and_comes_back(
    cloud: TinyServer, here: TinyServer
) -> None:
    assert isinstance(cloud.chat, FakeChat)
    cloud.chat.failure = Unavailable("out of memory")
    with house(cloud, here) as home:
        home.watch.start()
        until(lambda: home.view("cloud").state == "ok")
        assert home.say() == HERE_SAYS
        assert home.view("cloud").breakers["chat"] is State.DOWN
        assert home.hear() == "what the cloud heard"
        probed = len(cloud.chat.requests)
        until(lambda: len(cloud.chat.requests) > probed)
        assert home.view("cloud").state == "degraded"

        cloud.chat.failure = None
        until(lambda: home.view("cloud").state == "ok")

        assert home.say() == cloud.chat.text
    assert cloud.chat.requests[probed].max_tokens == 1


def test_server_that_was_gone_is_used_again_by_itself_and_the_page_is_told(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy
) -> None:
    with house(cloud, here, proxy.url) as home:
        home.watch.start()
        until(lambda: home.view("cloud").state == "ok")
        proxy.behave(Refuse())
        assert home.hear() == "what was heard here"
        until(lambda: home.view("cloud").state != "ok")
        proxy.behave(Pass())
        until(lambda: home.view("cloud").state == "ok")

        assert home.hear() == "what the cloud heard"
        assert home.views[-1][0].state == "ok"
        assert {views[0].state for views in home.views} >= {"ok", "degraded"}


def test_draining_server_gets_no_new_turn_and_the_person_is_told_once(cloud: TinyServer, here: TinyServer) -> None:
    with house(cloud, here) as home:
        home.watch.start()
        until(lambda: home.view("cloud").state == "ok")
        cloud.health = cloud.health.model_copy(update={"state": "draining"})
        until(lambda: home.view("cloud").state == "draining")

        assert home.hear() == "what was heard here"
        assert home.attempts[-2].skipped
        assert home.drained == ["cloud"]


@pytest.mark.parametrize("key", ["wrong", "ključ-🔑", "a key of the test"])
def test_wrong_key_is_a_401_and_somebody_else_answers(cloud: TinyServer, here: TinyServer, key: str) -> None:
    with House(cloud.server("cloud", key=key), here.server("here")) as home:
        assert home.hear() == "what was heard here"

        failure = home.attempts[0].failure
        assert isinstance(failure, TurnedAway)
        assert failure.status == 401
        assert "does not accept our key" in failure.sentence


def test_bad_certificate_is_refused_and_one_line_a_minute_says_so(
    cloud: TinyServer,
    here: TinyServer,
    proxy: FaultProxy,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(faults, "_warned", {})
    proxy.behave(BadTls())
    with caplog.at_level(logging.WARNING, logger="bmo.remote.faults"):
        for _ in range(5):
            with house(cloud, here, proxy.url.replace("http:", "https:")) as home:
                assert home.say() == HERE_SAYS
                assert home.hear() == "what was heard here"

                assert {attempt.failure.code for attempt in home.attempts if attempt.failure} == {"no_safe_connection"}

    assert cloud.asked == []
    lines = [record.getMessage() for record in caplog.records if record.name == "bmo.remote.faults"]
    assert len(lines) == 1
    assert "certificate verify failed" in lines[0]


def test_a_certificate_counts_for_the_name_it_was_made_for(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(cafile=CERTIFICATE)
    monkeypatch.setattr(server, "trusted", lambda: context)
    proxy.behave(BadTls())
    with house(cloud, here, f"https://localhost:{proxy.port}") as home:
        assert home.say() != HERE_SAYS
        assert home.hear() == "what the cloud heard"
    with house(cloud, here, f"https://127.1:{proxy.port}") as home:  # the same machine by another name
        assert home.hear() == "what was heard here"

        assert home.attempts[0].failure is not None
        assert home.attempts[0].failure.code == "no_safe_connection"


def test_everything_down_is_known_within_a_second_with_every_cause(cloud: TinyServer, here: TinyServer) -> None:
    with house(cloud, here) as home:
        cloud.stop()
        here.stop()

        def ask() -> None:
            with pytest.raises(NobodyCould) as caught:
                home.say()
            assert [str(cause) for cause in caught.value.causes] == [
                "cloud cannot be reached.",
                "here cannot be reached.",
            ]

        assert seconds(ask) < 1.0


def test_wrong_request_is_not_asked_of_anybody_else(cloud: TinyServer, here: TinyServer) -> None:
    cloud.answer = Response('{"code": "too_long", "sentence": "That is too long."}', 400)
    with house(cloud, here) as home, pytest.raises(Refused, match="That is too long"):
        home.say()
    assert here.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>hello</html>", 200, content_type="text/html"),
        Response("{}\n", 200),
        Response("", 200),
        Response("null", 200),
        Response("moved", 302, headers={"Location": "http://127.0.0.1:1/elsewhere"}),
        Response("x" * 3_000_000, 200),
        Response("busy", 429),
    ],
    ids=["html", "empty object", "nothing", "null", "redirect", "huge", "busy"],
)
def test_answers_that_make_no_sense_go_to_the_next(cloud: TinyServer, here: TinyServer, answer: Response) -> None:
    cloud.answer = answer
    with house(cloud, here) as home:
        assert home.say() == HERE_SAYS
        assert home.hear() == "what was heard here"
        assert home.rate() == 16_000


def test_keep_alives_are_no_progress(cloud: TinyServer, here: TinyServer) -> None:
    stop = threading.Event()

    def waiting() -> Iterator[bytes]:
        while not stop.wait(0.02):
            yield b'{"type":"wait"}\n'

    cloud.lines = waiting
    with house(cloud, here) as home:
        took = seconds(lambda: home.say())
    stop.set()

    assert 0.4 <= took <= 0.6


def test_last_server_has_all_the_time_it_wants(cloud: TinyServer, here: TinyServer) -> None:
    def slow() -> Iterator[bytes]:
        yield b'{"type":"wait"}\n'
        threading.Event().wait(0.7)
        yield b'{"type":"words","text":"at last"}\n'
        threading.Event().wait(0.7)
        yield b'{"type":"finished","reason":"stop"}\n'

    cloud.stop()
    here.lines = slow
    with house(cloud, here) as home:
        assert home.say() == "at last"


def test_turn_has_one_id_everywhere(cloud: TinyServer, here: TinyServer) -> None:
    with house(cloud, here) as home:
        name = set_trace()
        home.say(ChatRequest((Message("user", "hi"),)))
        home.hear()

    assert cloud.traces == [name, name]


def test_barge_in_closes_the_connection_and_the_server_stops(cloud: TinyServer, here: TinyServer) -> None:
    gone = threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b'{"type":"words","text":"la "}\n'
        finally:
            gone.set()

    cloud.lines = endless
    with house(cloud, here) as home:
        song = home.chat.chat(ASK)
        next(song)
        song.close()

        assert gone.wait(2.0)
        assert home.attempts[-1].failure is None


def test_connections_are_used_again(cloud: TinyServer, here: TinyServer, proxy: FaultProxy) -> None:
    with house(cloud, here, proxy.url) as home:
        for _ in range(5):
            home.say()
            home.hear()
            home.rate()

    assert proxy.connections == 1
