"""The namespace `/voice` without a network: handlers are called as the socket server calls them."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from bmo.app.sockets.voice import VoiceNamespace
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Acted, Reply, Said, Thought
from bmo.core.clock import SystemClock
from bmo.core.errors import BmoError, Busy, WrongType
from bmo.core.events import Events
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.voice.ears import Ears
from bmo.voice.fixed import Fixed
from bmo.voice.recorder import Hearing
from bmo.voice.rules import Rules
from bmo.voice.turn import Turns
from bmo.wire.page import TURN_LINE

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]  # children of their own, and waits

QUIET, VOICE, SHOUT = bytes(2_560), b"\xd0\x07" * 1_280, b"\x30\x75" * 1_280
CHILD = """
import sys
from bmo.device.ears import serve
from bmo.fakes.ears import FakeVoiceActivity, FakeWakeWord
serve(sys.stdin.buffer, sys.stdout.buffer, lambda: (FakeWakeWord(), FakeVoiceActivity()))
"""
RULES = Rules(playback_slack=0.1, sorry=0.1, hearing=Hearing(silence=0.5, pause=0.2, patience=1.0))


class Sockets:
    """Calls handlers and keeps what is sent."""

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.changed = threading.Condition()
        self.handlers: dict[str, Callable[..., None]] = {}

    def register(self, namespace: str, handlers: Any, on_connect: Any, on_disconnect: Any) -> None:
        self.handlers = {**handlers, "connect": on_connect, "disconnect": on_disconnect}

    def visitor(self, sid: str) -> Visitor:
        if sid.startswith("satellite"):
            return Visitor("satellite", Role.GUEST, "", "hash", room="garage")
        return Visitor("session", Role.OWNER, "ada")

    def send(self, sid: str, event: str, message: BaseModel) -> None:
        with self.changed:
            self.sent.setdefault(sid, []).append((event, message.model_dump()))
            self.changed.notify_all()


def eventually(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(400):
        if condition():
            return
        pause.wait(0.05)
    pytest.fail("that never happened")


class Page:
    """One connected page."""

    def __init__(self, sockets: Sockets, sid: str = "s1") -> None:
        self._sockets = sockets
        self._sid = sid
        self._seq = 0
        self.do("connect")

    def do(self, event: str, *arguments: object) -> None:
        self._sockets.handlers[event](self._sid, *arguments)

    def listen(self, mode: str) -> None:
        self._seq = 0
        self.do("listen", {"mode": mode})

    def judge(self, sound: bytes, frames: int, wake: float, speech: float) -> None:
        """Sound with the scores of this satellite's own ears."""
        for _ in range(frames):
            self.do("scored", {"seq": self._seq, "wake": wake, "speech": [speech] * 2}, sound)
            self._seq += 1

    def say(self, sound: bytes, frames: int) -> None:
        for _ in range(frames):
            self.do("frame", {"seq": self._seq}, sound)
            self._seq += 1

    def until(self, condition: Callable[[], Any]) -> None:
        with self._sockets.changed:
            assert self._sockets.changed.wait_for(condition, timeout=20), self.lines()

    def lines(self, kind: str = "") -> list[dict[str, Any]]:
        told = [body for event, body in self._sockets.sent.get(self._sid, []) if event == "turn"]
        return [line for line in told if kind in ("", line["type"])]

    def problems(self) -> list[str]:
        return [body["sentence"] for event, body in self._sockets.sent.get(self._sid, []) if event == "problem"]

    def faces(self) -> list[str]:
        return [line["state"] for line in self.lines("state")]

    def play_everything(self) -> None:
        for line in self.lines("audio"):
            if line["last"]:
                self.do("played", {"turn": line["turn"], "clause": line["clause"]})


class Brain:
    """Obeys "hello"; thinks about everything else until it is stopped."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.closed = threading.Event()

    def whole(self, text: str, asked: Asked) -> bool:
        return True

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        self.said.append(said)
        try:
            if said.text == "hello":
                yield Acted("clock.time", {}, {"sentence": "It is noon."})
                yield Reply("It is noon.")
            else:
                yield Reply("Well, let me see. ")
                stop.wait(20)
        finally:
            self.closed.set()


class House:
    """A namespace with everything behind it."""

    def __init__(self, home: Path, wake: bool = True) -> None:
        self.sockets = Sockets()
        self.brain = Brain()
        self.voice = FakeSpeak()
        self.ears = Ears([sys.executable, "-c", CHILD], SystemClock(), wake=wake, linger=0.05)
        self.fixed = Fixed(home, FakeSpeak())
        turns = Turns(FakeTranscribe(), self.brain, self.voice, SystemClock(), Events(), self.fixed)
        self.namespace = VoiceNamespace(self.sockets, turns, self.ears, SystemClock(), RULES, "kitchen")  # type: ignore[arg-type]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.namespace.close()
    house.ears.close()


def test_a_typed_question_is_answered_in_words_and_sound(house: House) -> None:
    page = Page(house.sockets)

    page.do("ask", {"text": "hello"})
    page.until(lambda: page.lines("audio") and page.lines("audio")[-1]["last"])
    page.play_everything()
    page.until(lambda: page.faces()[-1:] == ["idle"])

    assert page.faces() == ["thinking", "speaking", "idle"]
    assert "".join(line["text"] for line in page.lines("reply")) == "It is noon."
    assert [line["outcome"] for line in page.lines("end")] == ["done"]
    assert len({line["turn"] for line in page.lines() if line["turn"]}) == 1


def test_sound_travels_as_bytes_and_every_line_fits_its_message(house: House) -> None:
    page = Page(house.sockets)

    page.do("ask", {"text": "hello"})
    page.until(lambda: page.lines("end"))

    assert all(isinstance(line["pcm"], bytes) for line in page.lines("audio"))
    assert all(TURN_LINE.validate_python(line) for line in page.lines())


def test_who_asks_and_from_where_reaches_the_brain(house: House) -> None:
    page = Page(house.sockets)

    page.do("ask", {"text": "hello", "conversation": "games"})
    page.until(lambda: house.brain.said)

    asked = house.brain.said[0].asked
    assert (asked.person, asked.room, asked.conversation) == (
        "ada",
        "kitchen",
        asked.conversation.partition("/")[0] + "/games",
    )


def test_wake_word_command_answer_pass_listening_thinking_speaking_idle(house: House) -> None:
    page = Page(house.sockets)
    page.listen("always")

    page.say(SHOUT, 2)
    page.until(lambda: page.lines("wake"))
    page.say(QUIET, 6)
    page.say(VOICE, 8)
    page.say(QUIET, 8)
    page.until(lambda: page.lines("end"))
    page.until(lambda: page.faces()[-1] == "idle")

    assert page.faces() == ["listening", "thinking", "speaking", "idle"]
    assert [line["text"] for line in page.lines("transcript") if line["final"]] == ["hello"]
    assert page.lines("timing")[0]["stages"]["endpoint"] == pytest.approx(370, abs=190), (
        "between the first pause and the longest silence"
    )


def test_push_to_talk_needs_no_wake_word_and_lets_the_ears_go(house: House) -> None:
    page = Page(house.sockets)
    page.listen("once")
    page.say(VOICE, 8)

    page.listen("off")

    page.until(lambda: page.lines("end"))
    assert [line["outcome"] for line in page.lines("end")] == ["done"]
    eventually(lambda: house.ears.pid is None)


def test_a_satellite_with_ears_of_its_own_needs_none_here(house: House) -> None:
    satellite = Page(house.sockets, "satellite")
    satellite.do("listen", {"mode": "always", "own_ears": True})

    satellite.judge(VOICE, 2, 0.9, 0.9)
    satellite.until(lambda: satellite.lines("wake"))
    satellite.judge(QUIET, 6, 0.0, 0.0)
    satellite.judge(VOICE, 8, 0.0, 0.9)
    satellite.judge(QUIET, 24, 0.0, 0.0)
    satellite.until(lambda: satellite.lines("end"))

    assert [line["outcome"] for line in satellite.lines("end")] == ["done"]
    assert house.ears.pid is None
    assert "reset_ears" in [event for event, _ in house.sockets.sent["satellite"]]


def test_a_satellite_asks_from_its_own_room(house: House) -> None:
    satellite = Page(house.sockets, "satellite")

    satellite.do("ask", {"text": "hello"})
    satellite.until(lambda: house.brain.said)

    assert (house.brain.said[0].asked.person, house.brain.said[0].asked.room) == ("", "garage")


@pytest.mark.parametrize(
    "head",
    [
        {"seq": 0, "wake": 2.0, "speech": []},
        {"seq": 0, "wake": float("nan"), "speech": []},
        {"seq": 0, "wake": 0.0, "speech": [0.5] * 9},
        {"seq": -1, "wake": 0.0, "speech": []},
    ],
)
def test_scores_that_make_no_sense_are_refused(house: House, head: dict[str, Any]) -> None:
    satellite = Page(house.sockets, "satellite")

    with pytest.raises(ValidationError):
        satellite.do("scored", head, QUIET)


def test_scores_of_somebody_who_did_not_announce_them_are_refused(house: House) -> None:
    page = Page(house.sockets)
    page.listen("always")

    page.judge(VOICE, 1, 1.0, 1.0)

    page.until(page.problems)
    assert "listen" in page.problems()[0]
    assert page.lines("wake") == []


def test_stop_silences_and_closes_the_model_stream(house: House) -> None:
    page = Page(house.sockets)
    page.do("ask", {"text": "tell me a story"})
    page.until(lambda: page.lines("reply"))

    page.do("stop", {"turn": ""})

    page.until(lambda: page.lines("end"))
    assert page.lines("end")[0]["outcome"] == "cancelled"
    assert house.brain.closed.wait(5)


def test_a_page_that_leaves_stops_its_turn_and_frees_its_threads(house: House) -> None:
    before = threading.active_count()
    page = Page(house.sockets)
    page.listen("always")
    page.do("ask", {"text": "tell me a story"})
    page.until(lambda: page.lines("reply"))

    page.do("disconnect")

    assert house.brain.closed.wait(5)
    eventually(lambda: threading.active_count() <= before)


def test_a_page_that_only_looks_has_no_thread(house: House) -> None:
    before = threading.active_count()

    Page(house.sockets)

    assert threading.active_count() == before


def test_another_page_hears_nothing_of_it(house: House) -> None:
    page, other = Page(house.sockets, "s1"), Page(house.sockets, "s2")

    page.do("ask", {"text": "hello"})
    page.until(lambda: page.lines("end"))

    assert other.lines() == []


def test_a_second_question_cancels_the_first(house: House) -> None:
    page = Page(house.sockets)
    page.do("ask", {"text": "tell me a story"})
    page.until(lambda: page.lines("reply"))

    page.do("ask", {"text": "hello"})

    page.until(lambda: len(page.lines("end")) == 2)
    assert [line["outcome"] for line in page.lines("end")] == ["cancelled", "done"]


def test_without_the_wake_word_always_is_refused_and_once_works(tmp_path: Path) -> None:
    house = House(tmp_path, wake=False)
    page = Page(house.sockets)

    page.listen("always")
    page.until(page.problems)
    page.listen("once")
    page.until(lambda: "listening" in page.faces())
    house.namespace.close()
    house.ears.close()

    assert "button" in page.problems()[0]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ("ask", {"text": 5}),
        ("ask", {"words": "hello"}),
        ("ask", "hello"),
        ("ask", {"text": "x" * 100_001}),
        ("listen", {"mode": "sometimes"}),
        ("played", {"turn": "t", "clause": "first"}),
        ("stop", {"turn": None}),
        ("stop", 5),
    ],
)
def test_a_malformed_event_never_reaches_the_worker(house: House, event: str, message: object) -> None:
    page = Page(house.sockets)

    with pytest.raises(ValidationError):
        page.do(event, message)


@pytest.mark.parametrize("samples", ["text", None, [1, 2], 5])
def test_sound_that_is_not_binary_is_refused(house: House, samples: object) -> None:
    with pytest.raises(WrongType, match="binary"):
        Page(house.sockets).do("frame", {"seq": 0}, samples)


def test_a_frame_of_the_wrong_length_is_a_problem_for_this_page_alone(house: House) -> None:
    page, other = Page(house.sockets, "s1"), Page(house.sockets, "s2")
    page.listen("once")

    page.do("frame", {"seq": 0}, b"\x01\x02\x03")

    page.until(page.problems)
    assert other.problems() == []


def test_sound_faster_than_real_time_is_told_once_and_dropped(house: House) -> None:
    page = Page(house.sockets)
    page.listen("once")
    refused: list[BmoError] = []

    for seq in range(200):
        try:
            page.do("frame", {"seq": seq}, QUIET)
        except Busy as failure:
            refused.append(failure)

    assert len(refused) == 1
    assert "faster" in refused[0].sentence


def test_ears_that_are_killed_in_mid_command_cost_that_command_only(house: House) -> None:
    page = Page(house.sockets)
    page.listen("once")
    page.say(VOICE, 3)
    page.until(lambda: house.ears.pid is not None)
    pid = house.ears.pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    page.until(lambda: page.lines("end"))
    assert "say that again" in page.lines("end")[0]["sentence"]

    page.listen("once")
    page.say(VOICE, 8)
    page.say(QUIET, 10)
    page.until(lambda: any(line["outcome"] == "done" for line in page.lines("end")))
