"""OpenAI's API as our desks answer it."""

import base64
import io
import json
import struct
from typing import Any

import pytest
import soundfile
from flask.testing import FlaskClient

from ai_servers import KEY, room_of
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.capabilities.chat import Chat, Message, NamedChats, Sampling, ToolCall
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Utterance
from bmo.core.errors import Malformed, Unavailable
from bmo.engines import sound_file
from bmo.fakes.chat import FakeChat
from bmo.fakes.embed import FakeEmbed
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from pictures import encoded, made
from sounds import file, tone

BEARER = {"Authorization": f"Bearer {KEY}"}
ASK = {"model": "m", "messages": [{"role": "user", "content": "Hello?"}]}
TIMER = {"type": "function", "function": {"name": "timer", "parameters": {"type": "object"}}}
LIGHT = {"type": "function", "function": {"name": "light"}}
PICTURE = "data:image/png;base64," + base64.b64encode(encoded(made(), "PNG")).decode()


def client(chat: Chat | None = None, **others: Any) -> FlaskClient:
    return create(room_of(chat, **others), Keys({"app": KEY})).test_client()


def asked(ask: dict[str, Any]) -> Any:
    """What reaches the model."""
    model = FakeChat()
    assert client(model).post("/v1/chat/completions", json={**ASK, **ask}, headers=BEARER).status_code == 200
    return model.requests[0]


def events(body: bytes) -> list[Any]:
    parts = [part.removeprefix(b"data: ") for part in body.strip().split(b"\n\n")]
    return [part if part == b"[DONE]" else json.loads(part) for part in parts]


def error(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert set(answer.json) == {"error"}
    told: dict[str, Any] = answer.json["error"]
    assert set(told) == {"message", "type", "param", "code"}
    return told


def test_an_answer_comes_whole() -> None:
    told = client(FakeChat("m", "Hello there.")).post("/v1/chat/completions", json=ASK, headers=BEARER).json

    assert told["object"] == "chat.completion"
    assert told["choices"][0]["message"]["content"] == "Hello there."
    assert told["choices"][0]["finish_reason"] == "stop"
    assert told["usage"] == {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}


def test_an_answer_comes_as_events_with_its_counts_only_for_those_who_want_them() -> None:
    stream = {**ASK, "stream": True}
    plain = client().post("/v1/chat/completions", json=stream, headers=BEARER)
    options = {"stream_options": {"include_usage": True}}
    counted = events(client().post("/v1/chat/completions", json=stream | options, headers=BEARER).data)

    assert plain.mimetype == "text/event-stream"
    *told, last = events(plain.data)
    assert last == b"[DONE]"
    assert "".join(one["choices"][0]["delta"].get("content", "") for one in told) == "Hello from the fake."
    assert [one["choices"][0]["delta"].get("role") for one in told] == ["assistant", None, None, None, None]
    assert [one["choices"][0]["finish_reason"] for one in told] == [None] * 4 + ["stop"]
    assert not any("usage" in one for one in told)
    assert counted[-2]["usage"]["total_tokens"] == 5
    assert counted[-2]["choices"] == []


def test_tool_calls_have_numbers_and_ids_of_their_own() -> None:
    model = FakeChat(calls=(ToolCall("timer", {"d": "5"}), ToolCall("light", {}, "mine")))
    told = events(client(model).post("/v1/chat/completions", json={**ASK, "stream": True}, headers=BEARER).data)

    calls = [one["choices"][0]["delta"]["tool_calls"][0] for one in told[:2]]
    assert [call["index"] for call in calls] == [0, 1]
    assert calls[0]["id"].startswith("call_")
    assert calls[1]["id"] == "mine"
    assert json.loads(calls[0]["function"]["arguments"]) == {"d": "5"}
    assert told[2]["choices"][0]["finish_reason"] == "tool_calls"


def test_a_break_in_the_middle_is_an_error_and_no_end() -> None:
    model = FakeChat(failure=Malformed("Cut."), after=1)
    told = events(client(model).post("/v1/chat/completions", json={**ASK, "stream": True}, headers=BEARER).data)

    assert told[-1]["error"]["message"] == "Cut."
    assert b"[DONE]" not in told


def test_everything_of_a_request_reaches_the_model() -> None:
    call = {"id": "7", "type": "function", "function": {"name": "timer", "arguments": '{"d": 1}'}}
    parts = [{"type": "text", "text": "What"}, {"type": "image_url", "image_url": {"url": PICTURE}}]
    messages = [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": parts, "name": "Finn"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "7", "content": "done"},
    ]
    sampling = {"top_p": 0.5, "seed": 7, "stop": ["a", "b"], "presence_penalty": 1, "frequency_penalty": -1}
    limits = {"max_completion_tokens": 9, "max_tokens": 99, "temperature": 0.1}
    request = asked({"messages": messages, "tools": [TIMER, LIGHT], **sampling, **limits, "user": "passed over"})

    system, user, assistant, tool = request.messages
    assert system == Message("system", "Be kind.")
    assert (user.text, len(user.images)) == ("What", 1)
    assert assistant.tool_calls == (ToolCall("timer", {"d": 1}, "7"),)
    assert (tool.text, tool.tool_call_id) == ("done", "7")
    assert [one.name for one in request.tools] == ["timer", "light"]
    assert request.sampling == Sampling(0.5, None, 7, ("a", "b"), 1, -1)
    assert (request.max_tokens, request.temperature, request.model) == (9, 0.1, "m")


@pytest.mark.parametrize(
    ("choice", "names", "must_call"),
    [
        ("none", [], False),
        ("auto", ["timer", "light"], False),
        ("required", ["timer", "light"], True),
        ({"type": "function", "function": {"name": "light"}}, ["light"], True),
    ],
)
def test_which_tools_may_be_called_is_the_askers_choice(choice: Any, names: list[str], must_call: bool) -> None:
    request = asked({"tools": [TIMER, LIGHT], "tool_choice": choice})

    assert [tool.name for tool in request.tools] == names
    assert request.must_call is must_call


@pytest.mark.parametrize(
    ("form", "schema"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, {"type": "object"}),
        ({"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "array"}}}, {"type": "array"}),
    ],
)
def test_the_form_of_an_answer_reaches_the_model(form: Any, schema: Any) -> None:
    assert asked({"response_format": form}).schema == schema


@pytest.mark.parametrize(
    ("ask", "status", "sentence"),
    [
        ({"n": 2}, 400, "n must be"),
        ({"logprobs": True}, 400, "logprobs must be"),
        ({"tool_choice": "required"}, 400, "not in tools"),
        ({"response_format": {"type": "json_schema"}}, 400, "schema is missing"),
        ({"messages": []}, 400, "at least 1"),
        ({"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]}, 400, "set to one of 'text'"),
        (
            {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "x", "arguments": "{"}}]}]},
            400,
            "JSON",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://x/y"}}]}]},
            415,
            "nothing is fetched",
        ),
    ],
)
def test_what_is_not_done_here_is_refused_not_passed_over(ask: dict[str, Any], status: int, sentence: str) -> None:
    told = error(client().post("/v1/chat/completions", json={**ASK, **ask}, headers=BEARER), status)

    assert sentence in told["message"]
    assert told["type"] == "invalid_request_error"


def test_errors_have_its_form_from_the_door_on() -> None:
    chats = client(NamedChats({"one": FakeChat()}))
    denied = error(chats.get("/v1/models"), 401)
    unknown = error(chats.post("/v1/chat/completions", json=ASK, headers=BEARER), 404)
    nowhere = error(chats.get("/v1/nothing", headers=BEARER), 404)
    down = error(
        client(FakeChat(failure=Unavailable("Gone."))).post("/v1/chat/completions", json=ASK, headers=BEARER), 503
    )

    assert denied["type"] == "authentication_error"
    assert unknown["code"] == "model_not_found"
    assert nowhere["type"] == "invalid_request_error"
    assert down["type"] == "server_error"


def test_one_stream_too_many_is_told_when_to_come_again() -> None:
    room = room_of(queue=0)
    room.chat.take()
    asked = create(room, Keys({"app": KEY})).test_client()
    for path, ask in (("/v1/chat/completions", {**ASK, "stream": True}), ("/api/chat", ASK)):
        answer = asked.post(path, json=ask, headers=BEARER)

        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1


def test_what_this_server_lacks_is_not_found_rather_than_broken() -> None:
    told = error(client().post("/v1/embeddings", json={"input": "a"}, headers=BEARER), 404)

    assert told["code"] == "absent"


def test_vectors_come_as_numbers_or_packed() -> None:
    room = client(embed=FakeEmbed())
    ask = {"model": "x", "input": ["one", "two"]}
    plain = room.post("/v1/embeddings", json=ask, headers=BEARER).json["data"]
    packed = room.post("/v1/embeddings", json=ask | {"encoding_format": "base64"}, headers=BEARER).json["data"]

    for one, other in zip(plain, packed, strict=True):
        data = base64.b64decode(other["embedding"])
        assert struct.unpack(f"<{len(data) // 4}f", data) == pytest.approx(one["embedding"])


def test_a_recording_is_heard_in_the_form_that_is_wanted() -> None:
    ears = FakeTranscribe(text="what was said")
    told = {}
    for form in ("json", "text", "verbose_json", "srt", "vtt"):
        fields = {"model": "x", "response_format": form, "prompt": "Finn", "file": (io.BytesIO(file(tone())), "a.wav")}
        told[form] = client(transcribe=ears).post("/v1/audio/transcriptions", data=fields, headers=BEARER)

    assert told["json"].json == {"text": "what was said"}
    assert told["text"].text == "what was said\n"
    assert told["verbose_json"].json["duration"] == pytest.approx(1.0)
    assert told["srt"].text.startswith("1\n00:00:00,000 --> 00:00:01,000\nwhat was said")
    assert told["vtt"].text.startswith("WEBVTT\n\n00:00:00.000 --> ")
    assert ears.recordings[0].hint == "Finn"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"model": "x"}, 400),
        ({"file": "not a file"}, 400),
        ({"response_format": "poem", "file": (b"RIFF", "a.wav")}, 400),
        ({"file": (b"junk" * 20, "a.wav")}, 415),
        ({"file": (b"", "a.wav")}, 400),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(fields: dict[str, Any], status: int) -> None:
    sent = {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value for name, value in fields.items()
    }
    kind = {"content_type": "multipart/form-data"}

    error(client().post("/v1/audio/transcriptions", data=sent, headers=BEARER, **kind), status)


def test_a_form_without_end_or_with_too_many_parts_is_refused() -> None:
    headers = BEARER | {"Content-Type": "multipart/form-data; boundary=x"}
    many = b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(50)) + b"--x--\r\n"

    error(client().post("/v1/audio/transcriptions", data=b"--x\r\nhalf", headers=headers), 400)
    error(client().post("/v1/audio/transcriptions", data=many, headers=headers), 413)


@pytest.mark.parametrize(("form", "container"), [("mp3", "MP3"), ("opus", "OGG"), ("flac", "FLAC"), ("wav", "WAV")])
def test_speech_comes_as_the_file_that_is_wanted(form: str, container: str) -> None:
    ask = {"model": "tts-1", "voice": "alloy", "input": "Two words", "response_format": form}
    answer = client(speak=FakeSpeak()).post("/v1/audio/speech", json=ask, headers=BEARER)

    with soundfile.SoundFile(io.BytesIO(answer.data)) as sound:
        assert sound.format == container
        assert sound.frames / sound.samplerate == pytest.approx(0.4, abs=0.06)


def test_raw_speech_is_24_khz_whatever_the_voice_has() -> None:
    ask = {"input": "Two words", "response_format": "pcm"}
    answer = client(speak=FakeSpeak(rate=16_000)).post("/v1/audio/speech", json=ask, headers=BEARER)

    assert len(answer.data) == pytest.approx(2 * 24_000 * 0.4, abs=64)


def test_their_voices_are_ours_and_a_speed_beyond_ours_is_our_fastest() -> None:
    voice = FakeSpeak()
    for name in ("alloy", "bmo"):
        ask = {"input": "Two words", "voice": name, "speed": 4, "response_format": "wav"}
        client(speak=voice).post("/v1/audio/speech", json=ask, headers=BEARER)

    assert voice.utterances == [Utterance("Two words", "bmo", 2.0)] * 2


def test_what_the_voice_cannot_write_is_refused() -> None:
    error(client().post("/v1/audio/speech", json={"input": "a", "response_format": "aac"}, headers=BEARER), 400)
    error(client().post("/v1/audio/speech", json={"input": ""}, headers=BEARER), 400)


def test_a_sound_keeps_its_length_at_another_rate() -> None:
    sound = Pcm(bytes(2 * 16_000), 16_000)

    assert sound_file.resampled(sound, 24_000).seconds == pytest.approx(1.0, abs=0.001)
    assert sound_file.resampled(sound, 16_000) is sound
