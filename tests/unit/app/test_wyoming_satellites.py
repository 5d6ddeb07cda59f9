"""A scripted Wyoming satellite in a house with fakes: turns, sound, stopping, going away and coming back."""

import secrets
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from wyoming.audio import AudioChunk, AudioStop
from wyoming.event import Event
from wyoming.ping import Ping
from wyoming.pipeline import PipelineStage, RunPipeline

from bmo.app.clips import Clips
from bmo.app.rooms import Rooms, Send
from bmo.app.sockets.talk import Talk
from bmo.app.wyoming.satellites import Satellites
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm, wav_of
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Reply, Said, Tagged, Thought
from bmo.core.clock import SystemClock
from bmo.core.errors import Unavailable
from bmo.core.events import Events
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.settings.app import WyomingSatelliteSettings
from bmo.voice.effects import effect
from bmo.voice.fixed import Fixed
from bmo.voice.recorder import Hearing
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite
from bmo.voice.turn import Turns
from bmo.wire.page import Alarm, Announcement, TimerLine
from wyoming_peers import QUIET, SHOUT, VOICE, ScriptedSatellite, fake_ears

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]

RULES = Rules(
    playback_slack=3.0, sorry=0.1, refractory=0.2, settle=0.0, hearing=Hearing(silence=0.5, pause=0.2, patience=1.0)
)
AWAKE = RunPipeline(PipelineStage.ASR, PipelineStage.TTS)
STREAMS = RunPipeline(PipelineStage.WAKE, PipelineStage.TTS, restart_on_end=True)


class Brain:
    """Says as many words as the test wants."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.words = "It is noon."
        self.tags: tuple[Tagged, ...] = ()
        """What comes before the words."""
        self.closed = threading.Event()

    def whole(self, text: str, asked: Asked) -> bool:
        return True

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        self.said.append(said)
        try:
            yield from self.tags
            yield Reply(self.words)
        finally:
            self.closed.set()


class House:
    """One scripted satellite in the kitchen, and the real voice turns behind it."""

    def __init__(self, home: Path) -> None:
        clock = SystemClock()
        self.brain, self.voice, self.hears = Brain(), FakeSpeak(), FakeTranscribe(text="what time is it")
        self.ears, self.rooms, self.clips = fake_ears(), Rooms(), Clips(clock)
        self.kitchen = ScriptedSatellite()
        turns = Turns(self.hears, self.brain, self.voice, clock, Events(), Fixed(home, FakeSpeak()))
        chosen = [WyomingSatelliteSettings(name="kitchen", uri=self.kitchen.uri)]

        def open_talk(name: str, asked: Asked, send: Send) -> Talk:
            machine = Satellite(clock, partial(secrets.token_hex, 6), RULES)
            return Talk(machine, turns, self.ears, clock, asked, send)

        self.satellites = Satellites(chosen, open_talk, self.rooms, self.clips.get, pause=0.05)
        self.satellites.start()

    def close(self) -> None:
        self.satellites.close()
        self.kitchen.close()
        self.ears.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    made.kitchen.until_got("run-satellite")
    yield made
    made.close()


def words_per_turn(kitchen: ScriptedSatellite) -> list[str]:
    return [event.data["text"] for event in kitchen.of("transcript")]


def seconds(kitchen: ScriptedSatellite) -> float:
    return sum(AudioChunk.from_event(event).seconds for event in kitchen.of("audio-chunk"))


def test_a_satellite_that_streams_is_woken_answered_and_heard_again(house: House) -> None:
    kitchen = house.kitchen
    kitchen.send(STREAMS)
    for turn in (1, 2):
        kitchen.say(*[QUIET] * 4, *[SHOUT] * 3, *[VOICE] * 10, *[QUIET] * 10)
        kitchen.until_got("audio-stop", turn)

    assert words_per_turn(kitchen) == ["what time is it"] * 2
    assert [said.asked.room for said in house.brain.said] == ["kitchen", "kitchen"]
    assert [kind for kind in kitchen.kinds() if kind != "describe"][:8] == [
        "run-satellite", "detection", "voice-started", "voice-stopped", "transcript", "audio-start", "audio-chunk",
        "audio-stop",
    ]  # fmt: skip


def test_a_satellite_with_a_wake_word_of_its_own_is_heard_at_once(house: House) -> None:
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[VOICE] * 10, *[QUIET] * 10)
    house.kitchen.until_got("audio-stop")

    assert house.kitchen.of("detection") == []
    assert words_per_turn(house.kitchen) == ["what time is it"]


def test_silence_after_its_wake_word_ends_its_streaming_quietly(house: House) -> None:
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[QUIET] * 30)
    told = house.kitchen.until_got("transcript")

    assert told.data["text"] == ""
    assert house.kitchen.of("error") == []
    assert house.brain.said == []


def test_sound_that_stops_hands_the_command_in(house: House) -> None:
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[VOICE] * 10)
    house.kitchen.send(AudioStop())
    house.kitchen.until_got("audio-stop")

    assert words_per_turn(house.kitchen) == ["what time is it"]


def test_the_answer_is_one_sound_and_comes_no_faster_than_it_is_played(house: House) -> None:
    house.brain.words = "One two three. Four five six. Seven eight nine ten."
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[VOICE] * 10, *[QUIET] * 10)
    house.kitchen.until_got("audio-stop")
    chunks = [
        when
        for event, when in zip(house.kitchen.got, house.kitchen.arrived, strict=True)
        if event.type == "audio-chunk"
    ]

    assert seconds(house.kitchen) >= 2.0  # ten words, and the sound that says "heard you"
    assert len(house.kitchen.of("audio-start")) == 1
    assert chunks[-1] - chunks[0] > seconds(house.kitchen) - 0.8


def test_a_sound_effect_of_the_answer_is_played_as_it_is(house: House) -> None:
    house.brain.tags = (Tagged("boop", "sound"),)
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[VOICE] * 10, *[QUIET] * 10)
    house.kitchen.until_got("audio-stop")

    played = b"".join(AudioChunk.from_event(event).audio for event in house.kitchen.of("audio-chunk"))
    assert played.count(effect("boop").samples.rstrip(b"\0")) == 1
    assert house.voice.spoken == ["It is noon."]


def test_a_wake_word_in_mid_answer_stops_it_within_half_a_second(house: House) -> None:
    house.brain.words = "word " * 40
    kitchen = house.kitchen
    kitchen.send(STREAMS)
    kitchen.say(*[SHOUT] * 3, *[VOICE] * 10, *[QUIET] * 10)
    kitchen.until_got("audio-chunk", 9)
    kitchen.say(*[SHOUT] * 4)
    kitchen.until_got("detection", 2)
    kitchen.until_got("audio-stop")

    assert house.brain.closed.wait(10)
    assert seconds(kitchen) < 3
    assert [event.type for event in kitchen.got if event.type.startswith("audio")][-1] == "audio-stop"


def test_a_failing_turn_ends_the_streaming_with_a_sentence(house: House) -> None:
    house.hears.failure = Unavailable("nobody")
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[VOICE] * 10, *[QUIET] * 10)
    told = house.kitchen.until_got("error")

    assert told.data["text"]
    assert house.kitchen.of("transcript") == []


def test_another_rate_and_stereo_are_made_fit(house: House) -> None:
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[b"\xd0\x07" * 2 * 3_528] * 12, rate=44_100, channels=2)
    house.kitchen.say(*[bytes(4 * 3_528)] * 12, rate=44_100, channels=2)
    house.kitchen.until_got("transcript")

    assert house.hears.recordings[0].sound.rate == 16_000
    assert 0.8 < house.hears.recordings[0].sound.seconds < 2.5


def test_pings_are_answered(house: House) -> None:
    house.kitchen.send(Ping("are you there?"))

    assert house.kitchen.until_got("pong").data["text"] == "are you there?"


def test_what_makes_no_sense_is_told_to_it_and_changes_nothing(house: House) -> None:
    for wrong in (
        Event("audio-chunk", {"rate": 16_000, "width": 2, "channels": 1}, b"odd"),
        Event("audio-chunk", {}),
        Event("run-pipeline", {"start_stage": "breakfast", "end_stage": "tts"}),
        Event("next-years-event", {"x": 1}, b"\0" * 100),
    ):
        house.kitchen.send(Raw(wrong))
    house.kitchen.until_got("error", 3)
    house.kitchen.send(AWAKE)
    house.kitchen.say(*[VOICE] * 10, *[QUIET] * 10)
    house.kitchen.until_got("transcript")

    assert house.kitchen.connections == 1


class Raw:
    def __init__(self, event: Event) -> None:
        self._event = event

    def event(self) -> Event:
        return self._event


@pytest.mark.parametrize(
    "raw",
    [b"no json\n", b"x" * 200_000, b'{"type": "audio-chunk", "payload_length": 999999999}\n'],
)
def test_what_is_no_event_ends_the_connection_with_a_reason_and_a_new_one_is_made(house: House, raw: bytes) -> None:
    house.kitchen.send_bytes(raw)
    house.kitchen.until(lambda: house.kitchen.connections == 2)
    house.kitchen.until_got("run-satellite", 2)

    assert [event.data["code"] for event in house.kitchen.of("error")] in (["malformed"], [])


def test_faster_than_anybody_speaks_is_told_once_and_the_rest_dropped(house: House) -> None:
    house.kitchen.send(STREAMS)
    house.kitchen.say(*[QUIET] * 400)
    told = house.kitchen.until_got("error")

    assert told.data["code"] == "busy"
    house.kitchen.send(Ping("done"))
    house.kitchen.until_got("pong")
    assert len(house.kitchen.of("error")) == 1


def test_a_satellite_that_leaves_in_mid_command_or_mid_answer_leaves_nothing_behind(house: House) -> None:
    kitchen = house.kitchen
    house.brain.words = "word " * 40
    kitchen.send(AWAKE)
    kitchen.say(*[VOICE] * 5)
    kitchen.hang_up()
    kitchen.until_got("run-satellite", 2)
    kitchen.send(AWAKE)
    kitchen.say(*[VOICE] * 10, *[QUIET] * 10)
    kitchen.until_got("audio-chunk", 3)
    kitchen.hang_up()
    kitchen.until_got("run-satellite", 3)

    assert house.brain.closed.wait(10)
    eventually(lambda: [one.name for one in threading.enumerate()].count("to kitchen") == 1)
    eventually(lambda: not [one for one in threading.enumerate() if one.name.startswith("turn ")])


def test_who_is_away_is_named_and_looked_for_again(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.kitchen.until_got("run-satellite")
    assert house.satellites.away() == ()
    house.kitchen.close()
    eventually(lambda: bool(house.satellites.away()))

    assert "kitchen" in house.satellites.away()[0]
    assert house.rooms.names == ()
    house.close()


def test_alarms_and_announcements_reach_its_room(house: House) -> None:
    wav = wav_of([Pcm(b"\x01\x00" * 8_000, 16_000)])
    timer = TimerLine(id=3, name="pasta", seconds=60, left=0, state="ringing", due="")
    house.rooms.tell("announcement", lambda _: Announcement(text="dinner", audio=house.clips.put(wav)))
    house.kitchen.until_got("audio-stop", 1)
    house.rooms.tell(
        "alarm", lambda room: Alarm(timer=timer, sentence="", audio=house.clips.put(wav), aloud=room == "kitchen")
    )
    house.kitchen.until_got("audio-stop", 2)
    house.rooms.tell("alarm", lambda _: Alarm(timer=timer, sentence="", audio=house.clips.put(wav), aloud=False))

    assert house.rooms.names == ("kitchen",)
    assert seconds(house.kitchen) == pytest.approx(1.0)
    assert [event.data["id"] for event in house.kitchen.of("timer-finished")] == ["3"]


def eventually(condition: object) -> None:
    pause, ends = threading.Event(), time.monotonic() + 20
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends
        pause.wait(0.02)
