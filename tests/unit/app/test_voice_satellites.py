"""Several satellites of one house, with everything behind them: who answers, who listens on, who is stopped."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from bmo.app.rooms import Rooms
from bmo.app.sockets.voice import VoiceNamespace
from bmo.capabilities.action import Asked
from bmo.capabilities.provider import Stream
from bmo.capabilities.transcribe import Recording, Transcript
from bmo.capabilities.turn import Reply, Said, Thought
from bmo.core.clock import SystemClock
from bmo.core.errors import Busy
from bmo.core.events import Events
from bmo.fakes.speak import FakeSpeak
from bmo.voice.ears import Ears
from bmo.voice.fixed import Fixed
from bmo.voice.recorder import Hearing
from bmo.voice.rules import Rules
from bmo.voice.turn import Turns
from unit.app.test_voice_namespace import CHILD, QUIET, SHOUT, VOICE, Page, Sockets

RULES = Rules(
    playback_slack=0.1,
    settle=0.0,
    refractory=0.0,
    follow_up="question",
    follow_up_seconds=1.0,
    hearing=Hearing(silence=0.5, pause=0.2, sentence=0.4, patience=1.0),
)


class Writer:
    """Writes down what the script says next; then what it said last."""

    name = "writer"

    def __init__(self) -> None:
        self.words = ["tell me a story"]

    def transcribe(self, recording: Recording) -> Transcript:
        return Transcript(self.words.pop(0) if len(self.words) > 1 else self.words[0], no_speech=0.05)


class Teller:
    """Asks back, or tells a story until it is stopped."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.closed = threading.Event()

    def whole(self, text: str, asked: Asked) -> bool:
        return text == "hello"

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        self.said.append(said)
        if "story" not in said.text:
            yield Reply("Which one?")
            return
        try:
            while not stop.is_set():
                yield Reply("And they walked on and on through the woods. ")
                stop.wait(0.1)
        finally:
            self.closed.set()


class House:
    """A namespace whose satellites hear by themselves, or through the fake ears."""

    def __init__(self, home: Path) -> None:
        self.sockets = Sockets()
        self.writer, self.teller, self.rooms = Writer(), Teller(), Rooms()
        self.ears = Ears([sys.executable, "-c", CHILD], SystemClock(), linger=0.05)
        fixed = Fixed(home, FakeSpeak())
        turns = Turns(self.writer, self.teller, FakeSpeak(), SystemClock(), Events(), fixed)
        self.namespace = VoiceNamespace(
            self.sockets,  # type: ignore[arg-type]
            turns,
            self.ears,
            SystemClock(),
            RULES,
            "kitchen",
            rooms=self.rooms,
            stops=lambda text: text.strip(".").lower() in ("stop", "never mind"),
        )

    def satellite(self, sid: str) -> Page:
        page = Page(self.sockets, sid)
        page.do("listen", {"mode": "always", "own_ears": True})
        return page


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.namespace.close()
    house.ears.close()


def woken(page: Page) -> None:
    page.judge(VOICE, 2, 0.9, 0.9)
    page.until(lambda: page.lines("wake"))
    page.judge(QUIET, 4, 0.0, 0.0)


def commanded(page: Page) -> None:
    page.judge(VOICE, 8, 0.0, 0.9)
    page.judge(QUIET, 12, 0.0, 0.0)


def speaking(page: Page) -> None:
    woken(page)
    commanded(page)
    page.until(lambda: page.faces()[-1] == "speaking")


def outcomes(page: Page) -> Sequence[str]:
    return [line["outcome"] for line in page.lines("end")]


def test_of_two_satellites_that_hear_one_wake_only_the_first_answers(house: House) -> None:
    near, far = house.satellite("near"), house.satellite("far")

    woken(near)
    far.judge(VOICE, 2, 0.99, 0.9)
    far.judge(QUIET, 4, 0.0, 0.0)
    commanded(near)
    near.until(lambda: near.lines("transcript"))
    far.do("ask", {"text": "are you done?"})
    far.until(lambda: far.lines("reply"))

    assert far.lines("wake") == []
    assert [said.text for said in house.teller.said] == ["tell me a story", "are you done?"]


@pytest.mark.parametrize("how", ["wake", "touch", "stop"])
def test_whoever_stops_bmo_is_obeyed_within_200_milliseconds(house: House, how: str) -> None:
    """From the wake hit, the touch or the written word to the line at which a loudspeaker falls silent."""
    page = house.satellite("s1")
    speaking(page)
    house.writer.words = ["Stop."]
    if how == "stop":
        page.judge(VOICE, 4, 0.0, 0.9)

    began = time.monotonic()
    match how:
        case "wake":
            page.judge(VOICE, 2, 0.95, 0.9)
        case "touch":
            page.do("stop")
        case "stop":
            page.judge(QUIET, 5, 0.0, 0.0)
    page.until(lambda: page.lines("end"))

    assert time.monotonic() - began < 0.2
    assert outcomes(page) == ["cancelled"]
    assert house.teller.closed.wait(1), "the model's stream is closed"
    assert len(house.teller.said) == 1, "no model was asked to stop"


def test_after_the_stop_not_a_sound_is_sent(house: House) -> None:
    page = house.satellite("s1")
    speaking(page)

    page.do("stop")
    page.until(lambda: page.lines("end"))

    kinds = [line["type"] for line in page.lines()]
    assert "audio" not in kinds[kinds.index("end") :]


def test_other_short_words_do_not_stop_it(house: House) -> None:
    page = house.satellite("s1")
    speaking(page)
    house.writer.words = ["Oh dear."]

    page.judge(VOICE, 4, 0.0, 0.9)
    page.judge(QUIET, 6, 0.0, 0.0)
    sounds = len(page.lines("reply"))
    page.until(lambda: len(page.lines("reply")) > sounds + 3)

    assert outcomes(page) == []


def test_after_a_question_it_listens_on_and_the_answer_needs_no_wake_word(house: House) -> None:
    page = house.satellite("s1")
    house.writer.words = ["tell me something"]
    woken(page)
    commanded(page)
    page.until(lambda: page.lines("audio") and page.lines("audio")[-1]["last"])
    page.play_everything()
    page.until(lambda: page.lines("follow_up"))

    commanded(page)
    page.until(lambda: len([line for line in page.lines("transcript") if line["final"]]) == 2)

    follow_up, *_ = page.lines("follow_up")
    assert follow_up["seconds"] == 1.0
    assert follow_up["turn"] in {line["turn"] for line in page.lines("transcript")}
    assert len(page.lines("wake")) == 1


def test_a_window_in_which_nobody_speaks_closes_without_a_word(house: House) -> None:
    page = house.satellite("s1")
    house.writer.words = ["tell me something"]
    woken(page)
    commanded(page)
    page.until(lambda: page.lines("audio") and page.lines("audio")[-1]["last"])
    page.play_everything()
    page.until(lambda: page.lines("follow_up"))

    page.judge(QUIET, 14, 0.0, 0.0)
    page.until(lambda: len(page.lines("end")) == 2)

    assert [(line["outcome"], line["sentence"]) for line in page.lines("end")] == [("done", ""), ("nothing_heard", "")]


def test_a_page_that_does_not_want_it_is_not_listened_to(house: House) -> None:
    page = house.satellite("s1")
    page.do("place", {"room": "hall", "follow_up": "never"})
    house.writer.words = ["tell me something"]
    woken(page)
    commanded(page)
    page.until(lambda: page.lines("audio") and page.lines("audio")[-1]["last"])
    page.play_everything()
    page.until(lambda: page.faces()[-1] == "idle")

    assert page.lines("follow_up") == []


def test_what_was_understood_so_far_is_shown_while_somebody_pauses(house: House) -> None:
    page = house.satellite("s1")
    house.writer.words = ["set a timer for", "set a timer for ten minutes"]
    woken(page)

    page.judge(VOICE, 8, 0.0, 0.9)
    page.judge(QUIET, 4, 0.0, 0.0)
    page.until(lambda: page.lines("transcript"))
    page.judge(VOICE, 8, 0.0, 0.9)
    page.judge(QUIET, 12, 0.0, 0.0)
    page.until(lambda: [line for line in page.lines("transcript") if line["final"]])

    told = [(line["text"], line["final"]) for line in page.lines("transcript")]
    assert told[0] == ("set a timer for", False)
    assert told[-1] == ("set a timer for ten minutes", True)


def test_what_nobody_said_ends_without_a_word(house: House) -> None:
    page = house.satellite("s1")
    house.writer.words = ["[Music]"]
    woken(page)

    commanded(page)
    page.until(lambda: page.lines("end"))

    assert [(line["outcome"], line["sentence"]) for line in page.lines("end")] == [("nothing_heard", "")]
    assert page.lines("transcript") == []


def test_a_page_says_where_it_stands_and_asks_from_there(house: House) -> None:
    page = Page(house.sockets, "s1")

    page.do("place", {"room": "hall"})
    page.do("ask", {"text": "hello"})
    page.until(lambda: house.teller.said)

    assert house.teller.said[0].asked.room == "hall"
    assert house.rooms.names == ("hall",)


def test_a_paired_device_stands_where_it_was_put(house: House) -> None:
    device = Page(house.sockets, "satellite")

    device.do("place", {"room": "hall"})

    assert house.rooms.names == ("garage",)


def test_whoever_leaves_stands_nowhere(house: House) -> None:
    page = Page(house.sockets, "s1")

    page.do("disconnect")

    assert house.rooms.count == 0


@pytest.mark.parametrize("place", [{"room": 5}, {"room": "x" * 65}, {"follow_up": "sometimes"}, {"rooms": ""}, "hall"])
def test_a_place_that_makes_no_sense_is_refused(house: House, place: object) -> None:
    with pytest.raises(ValidationError):
        Page(house.sockets, "s1").do("place", place)


def test_a_satellite_that_stops_in_mid_frame_costs_nobody_else_anything(house: House) -> None:
    torn, other = Page(house.sockets, "s1"), house.satellite("s2")
    torn.listen("once")
    torn.do("frame", {"seq": 0}, VOICE)
    torn.do("frame", {"seq": 1}, VOICE[:1_001])
    torn.until(torn.problems)

    torn.do("disconnect")
    woken(other)
    commanded(other)
    other.until(lambda: other.lines("transcript"))

    assert len(torn.problems()) == 1
    assert other.problems() == []


def test_a_shout_through_the_fake_ears_is_claimed_like_any_other(house: House) -> None:
    first, second = house.satellite("first"), Page(house.sockets, "second")
    second.listen("always")
    woken(first)

    second.say(SHOUT, 2)
    second.say(QUIET, 4)
    first.do("stop")
    first.until(lambda: first.lines("end"))

    assert second.lines("wake") == []


def test_scores_that_come_faster_than_real_time_are_told_once_and_dropped(house: House) -> None:
    flood, other = house.satellite("s1"), house.satellite("s2")
    refused: list[Busy] = []

    for seq in range(200):
        try:
            flood.do("scored", {"seq": seq, "wake": 0.0, "speech": [0.0] * 2}, QUIET)
        except Busy as failure:
            refused.append(failure)

    assert len(refused) == 1
    assert other.problems() == []
