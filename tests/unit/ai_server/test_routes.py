import io
import json
import threading
import wave
from typing import Any

import pytest
from flask.testing import FlaskClient

from ai_servers import KEY, room_of
from bmo.ai_server.desk import Desk
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import Limits
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, ToolCall, Words
from bmo.capabilities.provider import Stream
from bmo.core.errors import Malformed, Refused, Unavailable
from bmo.core.trace import HEADER, trace
from bmo.fakes.chat import FakeChat
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.wire.ai import CHAT_LINE, Health, HealthWord, TranscriptAnswer
from bmo.wire.problem import Problem
from sounds import file, tone

BEARER = {"Authorization": f"Bearer {KEY}"}
ASK = {"messages": [{"role": "user", "text": "Hello?"}]}


def client(room: EngineRoom, **limits: int) -> FlaskClient:
    return create(room, Keys({"app": KEY}), Limits(**limits)).test_client()


def lines(body: bytes) -> list[dict[str, Any]]:
    return [CHAT_LINE.validate_json(line).model_dump() for line in body.splitlines()]


def problem(response: Any, status: int) -> Problem:
    assert response.status_code == status
    assert response.mimetype == "application/json"
    return Problem.model_validate_json(response.data)


def test_liveness_readiness_and_the_word_of_health_need_no_key() -> None:
    asked = client(room_of())

    assert asked.get("/livez").status_code == 200
    assert asked.get("/readyz").status_code == 200
    assert HealthWord.model_validate_json(asked.get("/health").data).state == "ok"


def test_a_server_that_still_loads_is_alive_but_not_ready() -> None:
    room = EngineRoom(Desk("chat", "m", FakeChat), Desk("transcribe"), Desk("speak", "v", FakeSpeak))
    asked = client(room)

    assert asked.get("/livez").status_code == 200
    assert problem(asked.get("/readyz"), 503).sentence == "Not ready yet: speak, chat."
    assert asked.get("/health").json == {"state": "degraded"}
    busy = asked.post("/llm/chat", json=ASK, headers=BEARER)
    assert problem(busy, 503).sentence == "m is still loading."
    assert int(busy.headers["Retry-After"]) >= 1


def test_the_whole_health_is_told_to_whoever_has_a_key() -> None:
    told = Health.model_validate_json(client(room_of()).get("/health", headers=BEARER).data)

    assert told.state == "ok"
    assert {name: one.state for name, one in told.capabilities.items()} == {
        "chat": "ready",
        "transcribe": "ready",
        "speak": "ready",
        **dict.fromkeys(("embed", "search", "detect", "describe", "faces", "read", "voiceprint"), "absent"),
    }


@pytest.mark.parametrize("path", ["/llm/chat", "/stt", "/tts", "/nothing/here"])
def test_every_other_path_needs_a_key_and_says_so_in_one_way(path: str) -> None:
    asked = client(room_of())
    answers = [asked.post(path, headers=headers) for headers in ({}, {"Authorization": "Bearer wrong"})]

    assert len({answer.data for answer in answers}) == 1
    for answer in answers:
        assert problem(answer, 401).code == "denied"


def test_a_wrong_key_at_health_is_not_taken_for_none() -> None:
    assert client(room_of()).get("/health", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_chat_streams_words_and_finishes() -> None:
    response = client(room_of(FakeChat(text="Hello there."))).post("/llm/chat", json=ASK, headers=BEARER)

    assert response.mimetype == "application/x-ndjson"
    told = lines(response.data)
    assert [line["type"] for line in told] == ["words", "words", "finished"]
    assert told[0]["text"] + told[1]["text"] == "Hello there."


def test_chat_speaks_server_sent_events_too() -> None:
    headers = {**BEARER, "Accept": "text/event-stream"}
    response = client(room_of()).post("/llm/chat", json=ASK, headers=headers)

    assert response.mimetype == "text/event-stream"
    assert [part[:6] for part in response.data.strip().split(b"\n\n")] == [b"data: "] * 5


def test_everything_of_a_request_reaches_the_model() -> None:
    chat = FakeChat()
    example = ["in a minute", {"duration": "a minute"}]
    ask = {
        "messages": [
            {"role": "assistant", "tool_calls": [{"name": "t", "arguments": {"a": 1}, "id": "7"}]},
            {"role": "tool", "text": "done", "tool_call_id": "7"},
        ],
        "tools": [{"name": "t", "description": "d", "parameters": {"type": "object"}, "examples": [example]}],
        "answer_schema": {"type": "object"},
        "continue_from": "So far",
        "max_tokens": 7,
        "temperature": 0.1,
    }
    client(room_of(chat)).post("/llm/chat", json=ask, headers=BEARER)

    asked = chat.requests[0]
    assert asked.messages[0].tool_calls == (ToolCall("t", {"a": 1}, "7"),)
    assert (asked.messages[1].text, asked.messages[1].tool_call_id) == ("done", "7")
    assert asked.tools[0].examples == (("in a minute", {"duration": "a minute"}),)
    assert (asked.schema, asked.continue_from, asked.max_tokens) == ({"type": "object"}, "So far", 7)


def test_a_fault_before_the_first_word_is_a_status() -> None:
    for fault, status in ((Refused("No."), 400), (Unavailable("Gone."), 503), (RuntimeError("x"), 500)):
        room = room_of(FakeChat(failure=fault))  # type: ignore[arg-type]
        problem(client(room).post("/llm/chat", json=ASK, headers=BEARER), status)
        assert room.idle()


@pytest.mark.parametrize(
    ("fault", "retry"), [(Refused("No."), False), (Malformed("Cut."), True), (RuntimeError("secret"), True)]
)
def test_a_fault_in_mid_stream_is_the_last_line(fault: Exception, retry: bool) -> None:
    room = room_of(FakeChat(failure=fault, after=1))  # type: ignore[arg-type]
    told = lines(client(room).post("/llm/chat", json=ASK, headers=BEARER).data)

    assert [line["type"] for line in told] == ["words", "problem"]
    assert told[-1]["retry"] is retry
    assert "secret" not in told[-1]["sentence"]
    assert room.idle()


def test_a_stream_that_just_ends_is_a_problem_not_an_answer() -> None:
    class Mute(FakeChat):
        def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
            yield Words("Half")

    told = lines(client(room_of(Mute())).post("/llm/chat", json=ASK, headers=BEARER).data)

    assert [line["type"] for line in told] == ["words", "problem"]


def test_a_silent_model_is_heard_to_be_alive_every_second() -> None:
    awake = threading.Event()

    class Slow(FakeChat):
        def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
            awake.wait(10)
            yield Finished("stop")

    response = client(room_of(Slow())).post("/llm/chat", json=ASK, headers=BEARER, buffered=False)
    told = iter(response.response)
    first, second = next(told), next(told)
    awake.set()

    assert json.loads(first) == json.loads(second) == {"type": "wait"}
    assert json.loads(next(told))["type"] == "finished"


def test_an_asker_who_leaves_frees_the_engine() -> None:
    room = room_of(FakeChat(text="word " * 1_000))
    response = client(room).post("/llm/chat", json=ASK, headers=BEARER, buffered=False)
    next(iter(response.response))
    response.close()

    again = client(room).post("/llm/chat", json=ASK, headers=BEARER)
    assert lines(again.data)[-1]["type"] == "finished"


def test_a_full_line_is_503_with_a_time_to_come_again() -> None:
    room = room_of(queue=0)
    room.speak.take()
    response = client(room).post("/tts", json={"text": "Hello."}, headers=BEARER)

    assert problem(response, 503).code == "busy"
    assert int(response.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("kind", ["audio/wav", "audio/flac", "audio/ogg"])
def test_recordings_in_files_are_heard(kind: str) -> None:
    ears = FakeTranscribe(text="what was said")
    body = file(tone(rate=44_100), 44_100, form=kind.removeprefix("audio/").upper())
    response = client(room_of(transcribe=ears)).post("/stt", data=body, headers={**BEARER, "Content-Type": kind})

    assert TranscriptAnswer.model_validate_json(response.data).text == "what was said"
    assert ears.recordings[0].sound.rate == 16_000
    assert ears.recordings[0].sound.seconds == pytest.approx(1.0, abs=0.01)


def test_raw_samples_are_heard_with_their_rate_and_hint() -> None:
    ears = FakeTranscribe()
    headers = {**BEARER, "Content-Type": "audio/pcm;rate=8000"}
    client(room_of(transcribe=ears)).post("/stt?hint=Finn", data=b"\x01\x02" * 8_000, headers=headers)

    assert ears.recordings[0].sound.seconds == 1.0
    assert ears.recordings[0].hint == "Finn"


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("audio/wav", b"", 400, "empty_audio"),
        ("audio/wav", b"\x00junk" * 50, 415, "wrong_type"),
        ("text/plain", b"hello", 415, "wrong_type"),
        ("audio/pcm;rate=many", b"ab", 415, "wrong_type"),
        ("audio/pcm;rate=1", b"ab", 400, "wrong_rate"),
        ("audio/pcm", b"abc", 400, "truncated_audio"),
        ("audio/pcm", bytes(20_000), 413, "too_large"),
    ],
)
def test_what_is_no_recording_is_refused(kind: str, body: bytes, status: int, code: str) -> None:
    asked = client(room_of(), body=10_000)
    response = asked.post("/stt", data=body, headers={**BEARER, "Content-Type": kind})

    assert problem(response, status).code == code


def test_speech_comes_raw_as_it_is_made() -> None:
    response = client(room_of(speak=FakeSpeak(rate=22_050))).post("/tts", json={"text": "Two words"}, headers=BEARER)

    assert response.content_type == "audio/pcm;rate=22050"
    assert len(response.data) == 2 * 22_050 * 0.4


def test_speech_comes_as_a_file_to_whoever_wants_one() -> None:
    headers = {**BEARER, "Accept": "audio/wav"}
    response = client(room_of()).post("/tts", json={"text": "Two words"}, headers=headers)

    with wave.open(io.BytesIO(response.data)) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (24_000, 9_600)


def test_text_without_words_is_refused() -> None:
    class Mute(FakeSpeak):
        def speak(self, utterance: Any) -> Any:
            yield from ()

    response = client(room_of(speak=Mute())).post("/tts", json={"text": "🙂"}, headers=BEARER)

    assert problem(response, 400).code == "nothing_to_say"


def test_a_voice_that_breaks_in_mid_sentence_breaks_the_answer() -> None:
    room = room_of(speak=FakeSpeak(failure=Malformed("Cut."), after=1))
    response = client(room).post("/tts", json={"text": "Two words"}, headers=BEARER, buffered=False)
    body = iter(response.response)
    next(body)

    with pytest.raises(Malformed):
        next(body)


@pytest.mark.parametrize(
    ("path", "body", "kind", "status"),
    [
        ("/llm/chat", b"{", "application/json", 400),
        ("/llm/chat", b'{"messages":[]}', "application/json", 400),
        ("/llm/chat", b'{"messages":[{"role":"user"}],"surprise":1}', "application/json", 400),
        ("/llm/chat", b"{}", "text/plain", 415),
        ("/llm/chat", b" " * 20_000, "application/json", 413),
        ("/tts", b'{"text":""}', "application/json", 400),
        ("/tts", b'{"text":"a","speed":9}', "application/json", 400),
        ("/tts", json.dumps({"text": "a" * 1_001}).encode(), "application/json", 400),
    ],
)
def test_requests_that_make_no_sense_are_refused(path: str, body: bytes, kind: str, status: int) -> None:
    asked = client(room_of(), body=10_000)
    response = asked.post(path, data=body, headers={**BEARER, "Content-Type": kind})

    assert problem(response, status).sentence


def test_flasks_own_faults_speak_our_language() -> None:
    asked = client(room_of())

    assert problem(asked.get("/nothing", headers=BEARER), 404).code == "not_found"
    wrong = asked.get("/stt", headers=BEARER)
    assert problem(wrong, 405).code == "wrong_method"
    assert "POST" in wrong.headers["Allow"]


def test_the_askers_trace_is_worked_under_when_it_looks_like_one() -> None:
    seen: list[str] = []

    class Traced(FakeChat):
        def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
            seen.append(trace())
            yield Finished("stop")

    asked = client(room_of(Traced()))
    for given in ("turn-42", "x" * 100, "a\tb"):
        asked.post("/llm/chat", json=ASK, headers={**BEARER, HEADER: given})

    assert seen[0] == "turn-42"
    assert all(len(one) == 12 for one in seen[1:])
