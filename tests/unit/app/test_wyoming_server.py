"""`bmo wyoming` as Home Assistant sees it, and what it makes of bad manners."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Event
from wyoming.info import Describe, Info, SelectProgram
from wyoming.ping import Ping
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeVoice
from wyoming.wake import Detect

from bmo.app.wyoming.server import is_near
from bmo.app.wyoming.wiring import listener
from bmo.core.clock import SystemClock
from bmo.core.errors import Broken, Refused, Unavailable
from bmo.fakes.speak import WORD_SECONDS, FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.voice.ears import Ears
from wyoming_peers import QUIET, SHOUT, VOICE, Client, an_offer, client, fake_ears, wyoming_served

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]


class Served:
    """A server with fakes behind it."""

    def __init__(self, uri: str, hears: FakeTranscribe, speaks: FakeSpeak) -> None:
        self.uri, self.hears, self.speaks = uri, hears, speaks


@pytest.fixture
def served() -> Iterator[Served]:
    hears, speaks = FakeTranscribe(text="turn on the light"), FakeSpeak(voices=("bmo", "low"))
    ears = fake_ears()
    with wyoming_served(an_offer(hears, speaks, ears, longest=2.0, voices=("bmo", "low")), connections=3) as uri:
        yield Served(uri, hears, speaks)
    ears.close()


@pytest.fixture
def homeassistant(served: Served) -> Iterator[Client]:
    with client(served.uri) as made:
        yield made


def seconds(events: list[Event]) -> float:
    return sum(AudioChunk.from_event(event).seconds for event in events if event.type == "audio-chunk")


def errors(events: list[Event]) -> list[str]:
    return [event.data["code"] for event in events if event.type == "error"]


def test_it_says_what_it_can_do(homeassistant: Client) -> None:
    homeassistant.send(Describe())
    info = Info.from_event(homeassistant.until("info")[-1])

    assert [model.languages for program in info.asr for model in program.models] == [["en"]]
    assert [voice.name for program in info.tts for voice in program.voices] == ["bmo", "low"]
    assert [model.phrase for program in info.wake for model in program.models] == ["hey jarvis"]
    assert all(program.installed and program.attribution.name for program in [*info.asr, *info.tts, *info.wake])
    assert info.tts[0].supports_synthesize_streaming


def test_speech_becomes_words(served: Served, homeassistant: Client) -> None:
    homeassistant.send(Transcribe(language="en-US"))
    homeassistant.send_sound(*[VOICE] * 10)
    told = Transcript.from_event(homeassistant.until("transcript")[-1])

    assert told.text == "turn on the light"
    assert served.hears.recordings[0].language == "en"
    assert served.hears.recordings[0].sound.seconds == pytest.approx(0.8)


def test_sound_of_another_kind_is_made_fit(served: Served, homeassistant: Client) -> None:
    homeassistant.send(Transcribe())
    homeassistant.send_sound(*[bytes(4_410 * 4)] * 10, rate=44_100, channels=2)
    homeassistant.until("transcript")

    assert served.hears.recordings[0].sound.rate == 16_000
    assert served.hears.recordings[0].sound.seconds == pytest.approx(1.0, abs=0.01)


def test_one_connection_serves_one_request_after_the_other(homeassistant: Client) -> None:
    for _ in range(3):
        homeassistant.send(Transcribe())
        homeassistant.send_sound(VOICE)
        homeassistant.until("transcript")
    homeassistant.send(Synthesize("Hello."))
    homeassistant.until("audio-stop")


def test_text_becomes_sound_in_the_voice_that_was_asked_for(served: Served, homeassistant: Client) -> None:
    homeassistant.send(Synthesize("It is **3** o'clock.", voice=SynthesizeVoice(name="low")))
    events = homeassistant.until("audio-stop")

    assert [events[0].type, events[-1].type] == ["audio-start", "audio-stop"]
    assert {event.type for event in events[1:-1]} == {"audio-chunk"}
    assert seconds(events) == pytest.approx(4 * WORD_SECONDS)
    assert (served.speaks.spoken, served.speaks.utterances[0].voice) == (["It is three o'clock."], "low")


def test_a_text_that_is_still_being_written_is_spoken_sentence_by_sentence(
    served: Served, homeassistant: Client
) -> None:
    homeassistant.send(SynthesizeStart(), SynthesizeChunk("One sentence. Another"))
    first = homeassistant.until("audio-chunk")
    homeassistant.send(SynthesizeChunk(" one."), Synthesize("One sentence. Another one."), SynthesizeStop())
    rest = homeassistant.until("synthesize-stopped")

    assert served.speaks.spoken == ["One sentence.", "Another one."]
    assert [event.type for event in [*first, *rest] if event.type != "audio-chunk"] == [
        "audio-start", "audio-stop", "synthesize-stopped",
    ]  # fmt: skip


def test_a_text_without_words_is_a_sound_without_samples(homeassistant: Client) -> None:
    homeassistant.send(Synthesize("🙂"))

    assert [event.type for event in homeassistant.until("audio-stop")] == ["audio-start", "audio-stop"]


def test_a_voice_that_breaks_begins_its_clause_again(served: Served, homeassistant: Client) -> None:
    served.speaks.failure, served.speaks.after, served.speaks.times = Unavailable("cable pulled"), 1, 1
    homeassistant.send(Synthesize("Hello there."))
    events = homeassistant.until("audio-stop")

    assert errors(events) == []
    assert seconds(events) == pytest.approx(3 * WORD_SECONDS)  # one word twice


def test_who_cannot_be_served_is_told_and_served_again(served: Served, homeassistant: Client) -> None:
    served.hears.failure, served.hears.times = Unavailable("nobody there", code="nobody_could"), 1
    for _ in range(2):
        homeassistant.send(Transcribe())
        homeassistant.send_sound(VOICE)
    homeassistant.send(Synthesize("Hello.", voice=SynthesizeVoice(name="nobody")), Ping("still there?"))
    events = homeassistant.until("pong")

    assert [event.type for event in events] == ["error", "transcript", "error", "pong"]
    assert errors(events) == ["nobody_could", "unknown_voice"]


def test_the_wake_word_is_told_with_its_time(homeassistant: Client) -> None:
    homeassistant.send(Detect(names=["hey_jarvis_v0.1"]))
    homeassistant.send(AudioStart(16_000, 2, 1))
    homeassistant.send(*(AudioChunk(16_000, 2, 1, chunk) for chunk in [QUIET, QUIET, SHOUT, SHOUT, SHOUT]))
    heard = homeassistant.until("detection")[-1]

    assert (heard.data["name"], heard.data["timestamp"]) == ("hey_jarvis", 320)


def test_sound_without_the_wake_word_is_not_detected_and_the_next_may_be(homeassistant: Client) -> None:
    homeassistant.send(Detect())
    homeassistant.send_sound(*[VOICE] * 5)
    first = homeassistant.until("not-detected")
    homeassistant.send_sound(*[SHOUT] * 5)
    second = homeassistant.until("detection")

    assert [event.type for event in first + second] == ["not-detected", "detection"]


def test_one_wake_is_told_once(homeassistant: Client) -> None:
    homeassistant.send(Detect())
    homeassistant.send_sound(*[SHOUT] * 12)
    homeassistant.send_sound(QUIET)

    assert [event.type for event in homeassistant.until("not-detected")] == ["detection", "not-detected"]


def test_minutes_of_sound_at_once_wait_for_the_detector(homeassistant: Client) -> None:
    homeassistant.send(Detect())
    homeassistant.send_sound(*[QUIET] * 400, SHOUT, SHOUT)

    assert [event.type for event in homeassistant.until("detection")] == ["detection"]


def test_a_wake_word_nobody_knows_is_refused(homeassistant: Client) -> None:
    homeassistant.send(Detect(names=["alexa"]), SelectProgram("piper"), SelectProgram("bmo"), Ping())

    assert errors(homeassistant.until("pong")) == ["not_found", "not_found"]


def test_too_long_a_recording_is_refused_once_and_the_next_is_heard(homeassistant: Client) -> None:
    homeassistant.send(Transcribe())
    homeassistant.send_sound(*[VOICE] * 40)
    homeassistant.send(Transcribe())
    homeassistant.send_sound(VOICE)
    events = homeassistant.until("transcript")

    assert [event.type for event in events] == ["error", "transcript"]
    assert errors(events) == ["too_large"]


@pytest.mark.parametrize(
    "wrong",
    [
        AudioChunk(16_000, 2, 1, b"odd"),
        AudioChunk(1, 2, 1, VOICE),
        AudioChunk(16_000, 2, 9, VOICE),
        Event("synthesize", {"text": 7}),
        Event("synthesize", {}),
        Event("ping", {"text": {}}),
        Event("transcribe", {"language": ["en"]}),
        Event("synthesize", {"text": "hi", "voice": "low"}),
        Event("synthesize", {"text": "hi", "voice": {"name": ["low"]}}),
        Event("synthesize", {"text": "<speak/>", "text_format": "ssml"}),
        Event("synthesize", {"text": "word " * 5_000}),
        Event("detect", {"names": "x"}),
        Event("synthesize-chunk", {"text": "out of place"}),
        Event("synthesize-stop", {}),
        Event("what-comes-next-year", {"x": 1}, b"\0" * 100),
    ],
)
def test_what_makes_no_sense_harms_nothing(homeassistant: Client, wrong: Any) -> None:
    homeassistant.send(wrong if not isinstance(wrong, Event) else _Raw(wrong))
    homeassistant.send(Describe())

    assert homeassistant.until("info")


class _Raw:
    def __init__(self, event: Event) -> None:
        self._event = event

    def event(self) -> Event:
        return self._event


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b'{"type": "audio-chunk", "payload_length": 99999999999}\n',
        b'{"type": "audio-chunk", "data_length": 200000}\n',
        b"x" * 10_000_000,
    ],
)
def test_what_is_no_event_ends_this_connection_alone_with_a_reason(served: Served, raw: bytes) -> None:
    with client(served.uri) as good, client(served.uri) as bad:
        flood = threading.Thread(target=_try_to_send, args=(bad, raw), daemon=True)
        flood.start()
        told = _all_of(bad)
        good.send(Describe())

        assert errors(told) == ["malformed"] or (len(raw) > 1_000_000 and told == [])  # a reset may overtake the reason
        assert good.until("info")


def _try_to_send(to: Client, raw: bytes) -> None:
    try:
        to.send_bytes(raw)
    except OSError:
        return


def _all_of(one: Client) -> list[Event]:
    events = []
    try:
        while (event := one.read()) is not None:
            events.append(event)
    except ConnectionResetError:
        pass
    return events


def test_a_client_that_leaves_in_mid_recording_leaves_nothing_behind(served: Served) -> None:
    before = threading.active_count()
    for _ in range(8):
        with client(served.uri) as leaver:
            leaver.send(Transcribe(), AudioStart(16_000, 2, 1))
            leaver.send_bytes(b'{"type": "audio-chunk", "payload_length": 100}\nhalf')
    _eventually(lambda: threading.active_count() <= before)

    assert served.hears.recordings == []


def test_a_client_that_leaves_in_mid_sentence_stops_the_voice(served: Served) -> None:
    with client(served.uri) as leaver:
        leaver.send(Synthesize("word " * 3_000))
        leaver.until("audio-chunk")
    with client(served.uri) as next_one:
        next_one.send(Synthesize("Hello."))
        next_one.until("audio-stop")
    _eventually(lambda: not [one for one in threading.enumerate() if one.name.startswith("wyoming 127")])

    assert "Hello." in served.speaks.spoken


def test_silence_ends_a_connection_with_a_reason() -> None:
    with wyoming_served(an_offer(), idle=0.2) as uri, client(uri) as silent:
        assert errors(_all_of(silent)) == ["timed_out"]


def test_beyond_the_cap_the_next_is_told_and_comes_in_later(served: Served) -> None:
    inside = [Client(served.uri) for _ in range(3)]
    for one in inside:
        one.send(Describe())
        one.until("info")
    with client(served.uri) as late:
        assert errors(_all_of(late)) == ["busy"]
    for one in inside:
        one.close()

    def served_again() -> bool:
        with client(served.uri) as again:
            try:
                again.send(Describe())
                return again.read().type == "info"  # type: ignore[union-attr]
            except OSError:
                return False

    _eventually(served_again)


def test_without_a_wake_word_there_is_none_on_offer() -> None:
    with wyoming_served(an_offer()) as uri, client(uri) as homeassistant:
        homeassistant.send(Describe(), Detect())
        info, refusal = homeassistant.read(), homeassistant.read()

        assert info is not None
        assert info.data["wake"] == []
        assert refusal is not None
        assert refusal.data["code"] == "no_wake_word"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "192.168.1.20", "10.1.2.3", "172.31.0.1", "169.254.3.4", "::1", "fe80::1%eth0", "fd00::1",
             "::ffff:192.168.1.2"],
)  # fmt: skip
def test_the_own_network_is_near(host: str) -> None:
    assert is_near(host)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "172.32.0.1", "100.64.0.1", "2001:db8::1", "::ffff:8.8.8.8", "0.0.0.0", "", "localhost"]
)
def test_everything_else_is_not(host: str) -> None:
    assert not is_near(host)


def test_whoever_comes_from_elsewhere_is_turned_away(monkeypatch: pytest.MonkeyPatch, served: Served) -> None:
    monkeypatch.setattr("bmo.app.wyoming.server.is_near", lambda _: False)
    with client(served.uri) as stranger:
        assert errors(_all_of(stranger)) == ["not_from_here"]


def test_nothing_listens_on_a_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bmo.app.wyoming.wiring.is_near", lambda _: False)
    with pytest.raises(Refused, match="public address"):
        listener("127.0.0.1", 0)


def test_the_ears_that_break_are_told_of(served: Served) -> None:
    ears = Ears(["false"], SystemClock(), linger=0.05)
    with wyoming_served(an_offer(ears=ears)) as uri, client(uri) as homeassistant:
        homeassistant.send(Detect())
        homeassistant.send(AudioChunk(16_000, 2, 1, QUIET))

        assert homeassistant.until("error")
    ears.close()


def _eventually(condition: Any) -> None:
    pause = threading.Event()
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        pause.wait(0.02)


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(Broken, match="BMO_WYOMING__PORT"):
        listener("127.0.0.1", taken.getsockname()[1])


def test_audio_stop_without_sound_is_a_short_silence(homeassistant: Client) -> None:
    homeassistant.send(Transcribe(), AudioStop())

    assert homeassistant.until("transcript")[-1].data["text"] == ""


CHUNKS = st.builds(
    lambda rate, width, channels, size: _Raw(
        Event("audio-chunk", {"rate": rate, "width": width, "channels": channels}, b"\1" * size)
    ),
    st.sampled_from([16_000, 22_050, 48_000, 7, None]),
    st.sampled_from([1, 2, 4, 3]),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([1, 640, 2_560]),
)
ANYTHING = st.one_of(
    CHUNKS,
    CHUNKS,
    st.sampled_from(
        [
            Transcribe(),
            Transcribe(language="en"),
            Detect(),
            Detect(names=["x"]),
            AudioStart(16_000, 2, 1),
            AudioStop(),
            Synthesize("Hello there."),
            SynthesizeStart(),
            SynthesizeStart(voice=SynthesizeVoice(name="nobody")),
            SynthesizeChunk("One. Two. Three"),
            SynthesizeStop(),
            Describe(),
            SelectProgram("bmo"),
            _Raw(Event("synthesize", {"text": None})),
            _Raw(Event("unheard-of", {"a": [1]}, b"x")),
        ]
    ),
)


@pytest.fixture(scope="module")
def steady() -> Iterator[str]:
    ears = fake_ears()
    with wyoming_served(an_offer(speak=FakeSpeak(voices=("bmo",)), ears=ears, longest=0.2)) as uri:
        yield uri
    ears.close()


@settings(max_examples=40, deadline=None)
@given(st.lists(ANYTHING, max_size=12))
def test_whatever_a_client_sends_in_whatever_order_it_is_still_served(steady: str, events: list[Any]) -> None:
    with client(steady) as one:
        one.send(*events, Ping("the end"))
        told = one.until("pong")

        assert "internal" not in errors(told)
        assert [event.type for event in told].count("info") == sum(isinstance(event, Describe) for event in events)


def test_connections_that_come_and_go_leave_no_descriptors(served: Served) -> None:
    def come_and_go() -> None:
        for _ in range(20):
            with client(served.uri) as one:
                one.send(Ping())
                one.until("pong")
            _eventually(lambda: not [one for one in threading.enumerate() if one.name.startswith("wyoming 127")])

    come_and_go()
    before = len(os.listdir("/proc/self/fd"))
    come_and_go()

    assert len(os.listdir("/proc/self/fd")) <= before
