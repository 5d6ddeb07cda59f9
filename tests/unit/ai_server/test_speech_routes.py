import io
import json
import struct
import threading
import wave
from typing import Any

import numpy as np
import pytest
import soundfile
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from ai_servers import KEY, room_of
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.turnstile import KeyLimit, Turnstile
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording, Written
from bmo.core.errors import Malformed, Refused, Unavailable
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.wire.ai import TranscriptAnswer
from bmo.wire.problem import Problem
from bmo.wire.speech import TRANSCRIPT_LINE
from sounds import file, tone

BEARER = {"Authorization": f"Bearer {KEY}"}
LINES = {**BEARER, "Accept": "application/x-ndjson", "Content-Type": "audio/pcm"}
SECOND = b"\x01\x02" * 16_000


def client(room: EngineRoom) -> FlaskClient:
    busy = KeyLimit(per_minute=1_000_000, at_once=1_000)
    return create(room, Keys({"app": KEY}), turnstile=Turnstile({"app": busy})).test_client()


def lines(body: bytes) -> list[dict[str, Any]]:
    return [TRANSCRIPT_LINE.validate_json(line).model_dump() for line in body.splitlines()]


# -- POST /stt


def test_segments_are_told_with_their_times() -> None:
    ears = FakeTranscribe(text="One thing. Another thing.")
    response = client(room_of(transcribe=ears)).post(
        "/stt", data=SECOND * 2, headers={**BEARER, "Content-Type": "audio/pcm"}
    )
    told = TranscriptAnswer.model_validate_json(response.data)

    assert [(part.text, part.start, part.end) for part in told.segments] == [
        ("One thing.", 0.0, 1.0),
        ("Another thing.", 1.0, 2.0),
    ]
    assert told.text == "One thing. Another thing."


def test_a_transcript_comes_a_line_a_segment_and_then_whole() -> None:
    ears = FakeTranscribe(text="One thing. Another thing.")
    response = client(room_of(transcribe=ears)).post("/stt", data=SECOND, headers=LINES)

    assert response.mimetype == "application/x-ndjson"
    told = lines(response.data)
    assert [line["type"] for line in told] == ["segment", "segment", "transcript"]
    assert told[-1]["text"] == "One thing. Another thing."
    assert len(told[-1]["segments"]) == 2


def test_a_transcript_comes_as_server_sent_events_too() -> None:
    response = client(room_of()).post("/stt", data=SECOND, headers={**LINES, "Accept": "text/event-stream"})

    assert response.mimetype == "text/event-stream"
    assert [part[:6] for part in response.data.strip().split(b"\n\n")] == [b"data: "] * 2


def test_the_first_segment_is_sent_before_the_second_is_known() -> None:
    go_on = threading.Event()

    class Slow(FakeTranscribe):
        def write(self, recording: Recording) -> Stream[Written]:
            for number, piece in enumerate(super().write(recording)):
                if number == 1:
                    go_on.wait(10)
                yield piece

    response = client(room_of(transcribe=Slow(text="One. Two."))).post(
        "/stt", data=SECOND, headers=LINES, buffered=False
    )
    told = iter(response.response)
    first, second = json.loads(next(told)), json.loads(next(told))
    go_on.set()

    assert (first["type"], first["text"]) == ("segment", "One.")
    assert second == {"type": "wait"}
    assert json.loads(next(told))["text"] == "Two."


@pytest.mark.parametrize(("fault", "retry"), [(Refused("No."), False), (Unavailable("Gone."), True)])
def test_a_transcript_that_breaks_ends_with_a_problem(fault: Any, retry: bool) -> None:
    room = room_of(transcribe=FakeTranscribe(text="One. Two.", failure=fault, after=1))
    told = lines(client(room).post("/stt", data=SECOND, headers=LINES).data)

    assert [line["type"] for line in told] == ["segment", "problem"]
    assert told[-1]["retry"] is retry
    assert room.idle()


def test_a_fault_before_the_first_segment_is_a_status() -> None:
    room = room_of(transcribe=FakeTranscribe(failure=Unavailable("Gone.")))
    response = client(room).post("/stt", data=SECOND, headers=LINES)

    assert response.status_code == 503
    assert room.idle()


def test_language_and_rough_segments_reach_the_engine() -> None:
    ears = FakeTranscribe()
    asked = client(room_of(transcribe=ears))
    asked.post("/stt?language=de&timed=false", data=SECOND, headers=LINES)
    asked.post("/stt", data=SECOND, headers=LINES)

    assert [(heard.language, heard.timed) for heard in ears.recordings] == [("de", False), ("", True)]


@pytest.mark.parametrize("query", ["language=German", "language=%00", "timed=perhaps"])
def test_a_query_that_makes_no_sense_is_refused(query: str) -> None:
    response = client(room_of()).post(f"/stt?{query}", data=SECOND, headers=LINES)

    assert response.status_code == 400
    assert Problem.model_validate_json(response.data).sentence.endswith(".")


def test_raw_stereo_is_heard_at_its_rate() -> None:
    ears = FakeTranscribe()
    kind = {**BEARER, "Content-Type": "audio/pcm;rate=48000;channels=2"}
    client(room_of(transcribe=ears)).post("/stt", data=bytes(4 * 48_000) + b"\x01\0\1\0", headers=kind)

    assert ears.recordings[0].sound.rate == 16_000
    assert ears.recordings[0].sound.seconds == pytest.approx(1.0, abs=0.01)


def test_mp3_is_heard() -> None:
    ears = FakeTranscribe()
    kind = {**BEARER, "Content-Type": "audio/mpeg"}
    client(room_of(transcribe=ears)).post("/stt", data=file(tone(rate=22_050), 22_050, "MP3"), headers=kind)

    assert ears.recordings[0].sound.seconds == pytest.approx(1.0, abs=0.15)


CHUNKS = st.tuples(st.sampled_from([b"fmt ", b"data", b"LIST", b"fact", b"junk"]), st.integers(0, 2**32 - 1))


@given(
    chunk=CHUNKS,
    form=st.tuples(
        st.sampled_from([0, 1, 2, 3, 6, 7, 0x55, 0xFFFE, 0xFFFF]),
        st.integers(0, 65_535),
        st.integers(0, 2**32 - 1),
        st.integers(0, 65_535),
        st.sampled_from([0, 1, 8, 12, 16, 24, 32, 64, 65_535]),
    ),
    body=st.binary(max_size=300),
    cut=st.integers(0, 400),
    kind=st.sampled_from(["audio/wav", "audio/flac", "audio/ogg", "audio/mpeg"]),
)
def test_a_lying_header_is_never_our_fault(
    chunk: tuple[bytes, int], form: tuple[int, int, int, int, int], body: bytes, cut: int, kind: str
) -> None:
    coding, channels, rate, block, bits = form
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", chunk[1], b"WAVE", b"fmt ", 16, coding, channels, rate, 0, block, bits
    )
    data = (head + chunk[0] + struct.pack("<I", chunk[1]) + body)[: cut or None]
    response = ROUTES.post("/stt", data=data, headers={**BEARER, "Content-Type": kind})

    assert response.status_code in (200, 400, 413, 415)


@given(
    form=st.sampled_from(["WAV", "FLAC", "OGG", "MP3"]),
    at=st.floats(0, 1),
    junk=st.binary(min_size=1, max_size=40),
    cut=st.floats(0.05, 1),
)
def test_a_damaged_or_cut_file_is_never_our_fault(form: str, at: float, junk: bytes, cut: float) -> None:
    whole = bytearray(WHOLE[form])
    start = int(at * len(whole))
    whole[start : start + len(junk)] = junk
    data = bytes(whole[: int(cut * len(whole))])
    response = ROUTES.post("/stt", data=data, headers={**BEARER, "Content-Type": "audio/wav"})

    assert response.status_code in (200, 400, 413, 415)


WHOLE = {form: file(tone(seconds=0.3), form=form) for form in ("WAV", "FLAC", "OGG", "MP3")}
ROUTES = client(room_of())


# -- POST /tts


def test_mood_pitch_and_speed_reach_the_voice() -> None:
    voice = FakeSpeak()
    ask = {"text": "Hi", "voice": "low", "speed": 1.5, "mood": "happy", "pitch": -200}
    client(room_of(speak=voice)).post("/tts", json=ask, headers=BEARER)

    assert voice.utterances == [Utterance("Hi", "low", 1.5, "happy", -200)]


@pytest.mark.parametrize("wrong", [{"mood": "grumpy"}, {"pitch": 1_201}, {"pitch": None}, {"voice": "x" * 65}])
def test_what_no_voice_can_do_is_refused(wrong: dict[str, Any]) -> None:
    response = client(room_of()).post("/tts", json={"text": "Hi", **wrong}, headers=BEARER)

    assert response.status_code == 400
    assert next(iter(wrong)) in Problem.model_validate_json(response.data).sentence


class Held(FakeSpeak):
    """Waits after its first word."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        for number, piece in enumerate(super().speak(utterance)):
            if number:
                self.go_on.wait(10)
            yield piece


@pytest.mark.parametrize("kind", ["audio/pcm", "audio/wav"])
def test_the_first_sound_is_sent_before_the_last_is_made(kind: str) -> None:
    voice = Held()
    headers = {**BEARER, "Accept": kind}
    response = client(room_of(speak=voice)).post("/tts", json={"text": "one two"}, headers=headers, buffered=False)
    body = iter(response.response)
    first = next(body)
    voice.go_on.set()
    rest = b"".join(body)

    assert len(first) - len(rest) == (44 if kind == "audio/wav" else 0)
    assert "Content-Length" not in response.headers


def test_a_streamed_file_is_read_by_wave_and_libsndfile_to_its_end() -> None:
    voice = Held()
    headers = {**BEARER, "Accept": "audio/wav"}
    response = client(room_of(speak=voice)).post("/tts", json={"text": "one two"}, headers=headers, buffered=False)
    body = iter(response.response)
    first = next(body)
    voice.go_on.set()
    streamed = first + b"".join(body)

    with wave.open(io.BytesIO(streamed)) as sound:
        assert len(sound.readframes(sound.getnframes())) == 2 * 9_600
    samples, rate = soundfile.read(io.BytesIO(streamed))
    assert (len(samples), rate) == (9_600, 24_000)
    assert np.abs(samples).max() > 0.1


def test_a_short_file_tells_its_length() -> None:
    class Quick(FakeSpeak):
        """The whole is there before anybody looks."""

        def speak(self, utterance: Utterance) -> Stream[Pcm]:
            yield Pcm(b"".join(piece.samples for piece in super().speak(utterance)), 24_000)

    room = room_of(speak=Quick())
    headers = {**BEARER, "Accept": "audio/wav"}
    for _ in range(20):  # the voice's thread is nearly always, but not surely, faster than the look
        response = client(room).post("/tts", json={"text": "one two"}, headers=headers)
        if response.data[40:44] != b"\xff\xff\xff\xff":
            break

    assert struct.unpack("<I", response.data[40:44]) == (2 * 9_600,)
    assert struct.unpack("<I", response.data[4:8]) == (len(response.data) - 8,)
    assert int(response.headers["Content-Length"]) == len(response.data)


def test_a_voice_that_breaks_in_a_file_breaks_the_answer() -> None:
    voice = FakeSpeak(failure=Malformed("Cut."), after=1)
    headers = {**BEARER, "Accept": "audio/wav"}
    response = client(room_of(speak=voice)).post("/tts", json={"text": "one two"}, headers=headers, buffered=False)

    with pytest.raises(Malformed):
        b"".join(response.response)
