"""Rows 4, 5 and 12, and kill -9 of the server beside the app: an answer that breaks is finished by somebody else."""

import json
import random
import threading
import time
from collections.abc import Iterator

import pytest
from flask import Response

from bmo.capabilities.chat import Finished, ToolCall, Words
from bmo.capabilities.speak import Utterance
from bmo.core.errors import NobodyCould, Unavailable
from bmo.fakes.chat import FakeChat
from faults.conftest import HERE_SAYS
from faults.house import ASK, House, house, until
from faults.proxy import Cut, FaultProxy, Pass, Reset
from faults.tiny_server import TinyServer

CLOUD_SAYS = " ".join(f"this is sentence number {number} of the cloud." for number in range(1, 12))


def test_hundred_of_hundred_streams_cut_in_mid_answer_end_in_one_complete_answer(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy
) -> None:
    luck = random.Random(20260101)
    cloud.chat = FakeChat("cloud", CLOUD_SAYS)
    assert isinstance(here.chat, FakeChat)
    continued = 0
    for number in range(100):
        after = luck.randrange(150, 3_500)
        proxy.behave(Cut(after) if number % 2 else Reset(after))
        with house(cloud, here, proxy.url) as home:
            chunks = list(home.chat.chat(ASK))
        whole = "".join(chunk.text for chunk in chunks if isinstance(chunk, Words))
        said = whole.removesuffix(HERE_SAYS)

        assert [type(chunk) for chunk in chunks].count(Finished) == 1
        assert isinstance(chunks[-1], Finished)
        assert whole == said + HERE_SAYS
        assert CLOUD_SAYS.startswith(said)
        assert here.chat.requests[-1].continue_from.encode() == said.encode()
        continued += bool(said)
    assert continued >= 90


def test_tool_that_was_called_before_the_cut_is_called_once(cloud: TinyServer, here: TinyServer) -> None:
    def calls_and_dies() -> Iterator[bytes]:
        yield b'{"type":"words","text":"Setting it. "}\n'
        yield b'{"type":"tool_call","name":"timer.set","arguments":{"seconds":300},"id":"1"}\n'
        raise RuntimeError("killed")

    cloud.lines = calls_and_dies
    with house(cloud, here) as home:
        chunks = list(home.chat.chat(ASK))

    assert chunks == [Words("Setting it. "), ToolCall("timer.set", {"seconds": 300}, "1"), Finished("tool_calls")]
    assert here.asked == []


@pytest.mark.parametrize(
    "tail", [b"", b'{"type":"wo', b"\xff\xfe\n", b'{"type":"problem","code":"x","sentence":"y","retry":true}\n']
)
def test_answer_that_ends_badly_is_finished_by_the_next(cloud: TinyServer, here: TinyServer, tail: bytes) -> None:
    cloud.lines = lambda: iter([b'{"type":"words","text":"Once "}\n', b'{"type":"words","text":"upon "}\n', tail])
    with house(cloud, here) as home:
        assert home.say() == f"Once upon {HERE_SAYS}"


def test_stream_that_stalls_is_finished_by_the_next(cloud: TinyServer, here: TinyServer) -> None:
    stop = threading.Event()

    def stalls() -> Iterator[bytes]:
        yield b'{"type":"words","text":"Once "}\n'
        while not stop.wait(0.05):
            yield b'{"type":"wait"}\n'

    cloud.lines = stalls
    with house(cloud, here) as home:
        assert home.say() == f"Once {HERE_SAYS}"
    stop.set()


def test_voice_that_is_cut_says_so_and_the_clause_can_be_said_here(
    cloud: TinyServer, here: TinyServer, proxy: FaultProxy
) -> None:
    proxy.behave(Cut(after=15_001))
    with house(cloud, here, proxy.url) as home:
        pieces = []
        with pytest.raises(Unavailable):
            pieces.extend(home.voice.speak(Utterance("one two three four")))

        assert {piece.rate for piece in pieces} == {24_000}
        assert all(len(piece.samples) % 2 == 0 for piece in pieces)
        assert home.rate() == 16_000


def test_half_a_sample_at_the_end_is_a_cut(cloud: TinyServer, here: TinyServer) -> None:
    cloud.answer = Response(iter([b"\1\0\1", b"\0\1"]), content_type="audio/pcm;rate=24000")
    with house(cloud, here) as home, pytest.raises(Unavailable):
        list(home.voice.speak(Utterance("one two")))


def test_killed_local_server_costs_one_retried_turn(cloud: TinyServer, here: TinyServer) -> None:
    cloud.stop()
    with house(cloud, here, supervised=True) as home:
        home.watch.start()
        until(lambda: home.view("here").state == "ok")
        here.stop()
        restart = threading.Timer(0.5, here.start)
        restart.start()

        assert home.say() == HERE_SAYS
        restart.join()
        asked = [attempt for attempt in home.attempts if attempt.provider == "here"]
        assert [attempt.failure and attempt.failure.code for attempt in asked] == ["unreachable", None]
        until(lambda: home.view("here").state == "ok")


def test_local_server_that_still_loads_is_waited_for(cloud: TinyServer, here: TinyServer) -> None:
    cloud.stop()
    ready = here.health
    here.health = ready.model_copy(
        update={
            "state": "degraded",
            "capabilities": {"chat": ready.capabilities["chat"].model_copy(update={"state": "loading"})},
        }
    )
    assert isinstance(here.chat, FakeChat)
    here.chat.failure = Unavailable("still loading")
    with house(cloud, here, supervised=True) as home:
        home.watch.start()

        def loaded() -> None:
            here.chat.failure = None
            here.health = ready

        timer = threading.Timer(0.4, loaded)
        timer.start()

        assert home.say() == HERE_SAYS
        timer.join()


def test_local_server_without_a_chat_model_is_not_waited_for(cloud: TinyServer, here: TinyServer) -> None:
    cloud.stop()
    absent = here.health.capabilities["chat"].model_copy(update={"state": "absent", "why": "Switched off."})
    here.health = here.health.model_copy(update={"state": "degraded", "capabilities": {"chat": absent}})
    assert isinstance(here.chat, FakeChat)
    here.chat.failure = Unavailable("there is no chat here")
    with house(cloud, here, supervised=True) as home:
        home.watch.start()
        begun = time.monotonic()

        with pytest.raises(NobodyCould):
            home.say()
        assert time.monotonic() - begun < 5


def test_local_server_that_dies_in_mid_answer_goes_on_after_its_restart(cloud: TinyServer, here: TinyServer) -> None:
    cloud.stop()
    with (
        FaultProxy(("127.0.0.1", here.port)) as line,
        House(cloud.server("cloud"), here.server("here", line.url, supervised=True)) as home,
    ):
        home.watch.start()
        until(lambda: home.view("here").state == "ok")
        line.behave(Cut(after=450))
        answer = home.chat.chat(ASK)
        first = next(answer)
        line.behave(Pass())
        rest = list(answer)

    assert "".join(chunk.text for chunk in [first, *rest] if isinstance(chunk, Words)) == HERE_SAYS


def test_local_server_that_never_comes_back_is_given_up(cloud: TinyServer, here: TinyServer) -> None:
    cloud.stop()
    here.stop()
    with house(cloud, here, supervised=True) as home, pytest.raises(NobodyCould):
        home.say()


def test_prefix_in_any_alphabet_arrives_byte_for_byte(cloud: TinyServer, here: TinyServer) -> None:
    words = ["Příliš ", "žluťoučký ", "«kůň» ", "🐴 ", "\u2028 ", "\\n\n"]
    lines = [json.dumps({"type": "words", "text": word}, ensure_ascii=False).encode() + b"\n" for word in words]
    cloud.lines = lambda: iter(lines)
    with house(cloud, here) as home:
        whole = home.say()

    assert isinstance(here.chat, FakeChat)
    assert here.chat.requests[-1].continue_from == "".join(words)
    assert whole == "".join(words) + HERE_SAYS
