"""`bmo voice` without devices, models and network: frames in, scores up, answers out."""

import threading
from typing import Any

import pytest
from pydantic import BaseModel

from bmo.capabilities.glow import Glow
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.core.clock import SystemClock
from bmo.core.errors import Unavailable
from bmo.device.lights import Lights
from bmo.device.voice import Satellite
from bmo.fakes.ears import FakeVoiceActivity, FakeWakeWord
from bmo.voice.chimes import chime
from bmo.wire.page import (
    Alarm,
    Announcement,
    AudioLine,
    EndLine,
    FollowUpLine,
    StateLine,
    TagLine,
    TimerLine,
    Timers,
    WakeLine,
)

QUIET, VOICE, SHOUT = bytes(2_560), b"\x20\x02" * 1_280, b"\x30\x75" * 1_280


class Microphone:
    """Hears what it is given, then ends; an error in the list is raised."""

    name = "fake"

    def __init__(self, *courses: list[Any]) -> None:
        self._courses = list(courses)
        self.opened = 0

    def listen(self, stop: threading.Event) -> Stream[bytes]:
        self.opened += 1
        for frame in self._courses.pop(0):
            if isinstance(frame, Exception):
                raise frame
            yield frame
        if not self._courses:
            stop.set()


class Loudspeaker:
    """Keeps what it is asked to play."""

    name = "fake"

    def __init__(self) -> None:
        self.queue: list[tuple[str, Pcm]] = []
        self.dropped: list[str] = []
        self.broken = False
        self.played: Any = None

    def play(self, sound: Pcm, label: str = "", *, last: bool = False) -> None:
        if self.broken:
            raise Unavailable("unplugged")
        self.queue.append((label, sound))
        if last and self.played is not None:
            self.played(label)

    def drop(self, label: str = "") -> None:
        self.dropped.append(label)

    def close(self) -> None:
        """Nothing to let go."""

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.queue]


class Line:
    """Keeps what is sent; `up` is whether it is."""

    def __init__(self) -> None:
        self.up = True
        self.sent: list[tuple[str, BaseModel, bytes | None]] = []

    def send(self, event: str, message: BaseModel, samples: bytes | None = None) -> bool:
        if self.up:
            self.sent.append((event, message, samples))
        return self.up

    def of(self, event: str) -> list[Any]:
        return [message for name, message, _ in self.sent if name == event]


class Leds:
    """Keeps what it shows."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def show(self, glow: Glow) -> None:
        self.shown.append(str(glow))

    def close(self) -> None:
        self.shown.append("closed")


class House:
    """One satellite and everything it touches."""

    def __init__(self, *courses: list[Any]) -> None:
        self.microphone = Microphone(*courses)
        self.loudspeaker = Loudspeaker()
        self.line = Line()
        self.wake, self.activity = FakeWakeWord(), FakeVoiceActivity()
        self.fetched: list[str] = []
        self.leds = Leds()
        self.satellite = Satellite(
            self.microphone,
            self._loudspeaker,
            (self.wake, self.activity),
            lambda: self.line,
            self._fetch,
            SystemClock(),
            Lights(self.leds),
        )
        self.events = self.satellite.events()

    def hear(self, *frames: bytes) -> None:
        for frame in frames:
            self.satellite._hearing.hear(frame)

    def tell(self, message: BaseModel, event: str = "turn") -> None:
        self.events[event](message.model_dump())

    def _loudspeaker(self, played: Any) -> Loudspeaker:
        self.loudspeaker.played = played
        return self.loudspeaker

    def _fetch(self, address: str) -> Pcm | None:
        self.fetched.append(address)
        return Pcm(b"\1\0" * 100, 16_000)


def audio(clause: int, *, last: bool = True, restart: bool = False) -> AudioLine:
    return AudioLine(turn="t1", clause=clause, rate=16_000, pcm=b"\1\0" * 10, last=last, restart=restart)


def timers(state: Any) -> Timers:
    return Timers(timers=(TimerLine(id=1, name="", seconds=1.0, left=0.0, state=state, due="2026-01-01T00:00:00Z"),))


def test_lights_change_with_the_clause_that_is_heard() -> None:
    house = House()
    house.tell(TagLine(turn="t1", tag="blue", kind="led", clause=0))
    house.tell(TagLine(turn="t1", tag="red breathing", kind="led", clause=1))
    before = list(house.leds.shown)
    house.tell(audio(0))
    house.satellite.close()

    assert before == ["blue"]
    assert house.leds.shown == ["blue", "red breathing", "closed"]


def test_a_new_line_says_that_it_judges_sound_itself() -> None:
    house = House()

    house.satellite.joined()

    listen = house.line.of("listen")[0]
    assert (listen.mode, listen.own_ears) == ("always", True)


def test_silence_stays_here_and_the_wake_word_goes_up_with_its_scores() -> None:
    house = House()
    house.satellite.joined()

    house.hear(*[QUIET] * 30)
    before = house.line.of("scored")
    house.hear(SHOUT)

    heads = house.line.of("scored")
    assert before == []
    assert [head.seq for head in heads] == list(range(25))
    assert heads[-1].wake == 1.0
    assert heads[-1].speech[-1] == pytest.approx(0.95)


def test_while_the_app_listens_everything_is_sent() -> None:
    house = House()
    house.satellite.joined()
    house.tell(StateLine(state="listening", turn="t1"))

    house.hear(VOICE, VOICE)
    house.tell(StateLine(state="idle"))
    house.hear(VOICE)

    assert len(house.line.of("scored")) == 2


def test_numbers_start_again_with_each_line() -> None:
    house = House()
    house.satellite.joined()
    house.hear(SHOUT)
    house.satellite.lost()
    house.satellite.joined()

    house.hear(SHOUT)

    assert [head.seq for head in house.line.of("scored")] == [0, 0]


def test_the_detectors_forget_when_the_app_says_so() -> None:
    house = House()
    house.hear(QUIET)

    house.events["reset_ears"]({})
    house.hear(QUIET)

    assert (house.wake.resets, house.activity.resets) == (1, 1)


def test_a_clause_is_reported_once_it_was_played() -> None:
    house = House()

    house.tell(audio(0, last=False))
    house.tell(audio(0))
    house.tell(audio(1))

    assert [(told.turn, told.clause) for told in house.line.of("played")] == [("t1", 0), ("t1", 1)]


def test_a_clause_that_begins_again_replaces_what_waits_of_it() -> None:
    house = House()
    house.tell(audio(0, last=False))

    house.tell(audio(0, restart=True))

    assert house.loudspeaker.dropped == ["t1 0"]


def test_a_turn_that_is_stopped_is_silent_at_once() -> None:
    house = House()
    house.tell(audio(0))

    house.tell(EndLine(turn="t1", outcome="cancelled"))

    assert house.loudspeaker.dropped == [""]


def test_an_answer_that_is_over_is_heard_to_its_end() -> None:
    house = House()
    house.tell(audio(0))

    house.tell(EndLine(turn="t1", outcome="done"))

    assert house.loudspeaker.dropped == []


def test_a_failure_without_a_word_is_heard_as_a_sound() -> None:
    house = House()

    house.tell(EndLine(turn="t1", outcome="failed", code="x", sentence="y"))

    assert house.loudspeaker.queue[0][1] == chime("sorry")


def test_the_wake_word_chimes_only_when_the_app_says_that_it_woke() -> None:
    house = House()
    house.satellite.joined()
    house.hear(SHOUT, SHOUT)
    before = list(house.loudspeaker.queue)

    house.tell(WakeLine(score=0.9, turn="t1"))

    assert before == []
    assert house.loudspeaker.queue[0][1] == chime("wake")


def test_without_the_app_the_wake_word_is_answered_with_a_sound() -> None:
    house = House()
    house.line.up = False

    house.hear(QUIET, SHOUT, SHOUT, SHOUT, SHOUT)

    assert [sound for _, sound in house.loudspeaker.queue] == [chime("sorry")]


def test_an_alarm_of_this_room_rings_until_its_timer_is_stopped() -> None:
    house = House()

    house.tell(Alarm(timer=timers("ringing").timers[0], sentence="Done.", audio="/api/clips/x.wav"), "alarm")
    _wait(lambda: house.fetched and len(house.loudspeaker.queue) >= 2)
    house.tell(timers("running"), "timers")

    assert chime("alarm") in [sound for _, sound in house.loudspeaker.queue]
    assert house.fetched == ["/api/clips/x.wav"]
    _wait(lambda: "alarm" not in [thread.name for thread in threading.enumerate()])


def test_while_an_alarm_rings_the_app_hears_everything() -> None:
    house = House()
    house.tell(Alarm(timer=timers("ringing").timers[0], sentence="Done."), "alarm")

    house.hear(VOICE)
    house.tell(timers("running"), "timers")
    house.hear(VOICE)

    assert len(house.line.of("scored")) == 1


def test_an_alarm_of_another_room_is_silent_here() -> None:
    house = House()

    house.tell(Alarm(timer=timers("ringing").timers[0], sentence="Done.", audio="/x.wav", aloud=False), "alarm")

    assert (house.loudspeaker.queue, house.fetched) == ([], [])


def test_an_announcement_is_said() -> None:
    house = House()

    house.tell(Announcement(text="Dinner!", audio="/api/clips/y.wav"), "announcement")

    _wait(lambda: house.loudspeaker.queue)
    assert house.fetched == ["/api/clips/y.wav"]


def test_listening_on_after_an_answer_is_heard() -> None:
    house = House()

    house.tell(FollowUpLine(turn="t1", seconds=8))

    assert house.loudspeaker.queue[0][1] == chime("follow_up")


def test_a_microphone_that_goes_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmo.device.voice.FIRST_PAUSE", 0.01)
    house = House([QUIET, Unavailable("unplugged")], [Unavailable("still")], [SHOUT])
    house.satellite.joined()

    house.satellite.listen(threading.Event())

    assert house.microphone.opened == 3
    assert house.line.of("scored")


def test_a_loudspeaker_that_is_unplugged_breaks_nothing() -> None:
    house = House()
    house.loudspeaker.broken = True

    house.tell(audio(0))
    house.tell(WakeLine(score=0.9, turn="t1"))

    assert house.line.of("played") == []


def test_a_message_that_makes_no_sense_is_left_out() -> None:
    house = House()

    house.events["turn"]({"type": "nonsense"})
    house.events["alarm"](7)
    house.tell(audio(0))

    assert house.loudspeaker.labels == ["t1 0"]


def _wait(condition: Any) -> None:
    pause = threading.Event()
    for _ in range(200):
        if condition():
            return
        pause.wait(0.02)
    pytest.fail("that never happened")
