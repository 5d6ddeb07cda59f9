"""What the routes answer, and what they say to bad input."""

import io
import json
import wave
from typing import Any

import pytest

from bmo.capabilities.turn import Ended, Reply, Showing
from bmo.core.errors import NobodyCould, Refused, Unreachable


def wav(seconds: float = 0.5, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(b"\1\0" * round(seconds * rate))
    return file.getvalue()


def test_a_typed_turn_is_one_answer(world: Any) -> None:
    answer = world.script().post("/api/chat", {"text": "set a timer", "conversation": "kitchen"})

    assert answer.status_code == 200
    assert answer.json == {
        "reply": "Five minutes.",
        "tags": ["happy"],
        "actions": [
            {
                "tool": "timer.set",
                "arguments": {"duration": "five minutes"},
                "result": {"sentence": "Five minutes.", "id": 1, "ok": True},
            }
        ],
        "providers": {"chat": "here"},
        "timings": {"reply": 12.0},
    }
    assert world.turns.said[0].asked.conversation == "@script/kitchen"


def test_a_streamed_turn_is_lines_without_the_sound_and_ends_once(world: Any) -> None:
    answer = world.script().post("/api/chat?stream=1", {"text": "hi"})

    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert [line["type"] for line in lines] == [
        "state", "provider", "reply", "tag", "reply", "action", "timing", "end",
    ]  # fmt: skip
    assert len({line["turn"] for line in lines}) == 1
    assert answer.mimetype == "application/x-ndjson"


def test_a_client_that_leaves_ends_the_turn(world: Any) -> None:
    answer = world.script().post("/api/chat?stream=1", {"text": "hi"}, buffered=False)
    next(answer.response)
    answer.close()

    assert world.turns.closed == 1
    assert world.turns.stops[0].is_set()


def test_a_fault_in_mid_stream_travels_as_the_end(world: Any) -> None:
    world.turns.script, world.turns.fails = (Reply("One "),), Unreachable("Nobody answers.")

    answer = world.script().post("/api/chat?stream=1", {"text": "hi"})

    last = json.loads(answer.data.splitlines()[-1])
    assert (last["type"], last["outcome"], last["sentence"]) == ("end", "failed", "Nobody answers.")


def test_what_a_turn_refuses_is_a_wrong_request_and_no_fault_of_ours(world: Any) -> None:
    too_long = Refused("That is too long for me.", code="text_too_long")
    world.turns.script = (Ended("failed", too_long.code, too_long.sentence, too_long),)

    answer = world.script().post("/api/chat", {"text": "word " * 10_000})

    assert (answer.status_code, answer.json["code"]) == (400, "text_too_long")


@pytest.mark.parametrize(
    "fails",
    [NobodyCould("Nobody could chat.", []), None],
)
def test_a_failed_turn_is_a_problem(world: Any, fails: Exception | None) -> None:
    end = Ended("failed", "nobody_could", "Nobody could chat.")
    world.turns.script, world.turns.fails = (Showing("thinking"),) if fails else (end,), fails

    answer = world.script().post("/api/chat", {"text": "hi"})

    assert (answer.status_code, answer.json) == (503, {"code": "nobody_could", "sentence": "Nobody could chat."})


def test_turns_beyond_the_cap_are_told_that_bmo_is_full_and_places_come_back(world: Any) -> None:
    script = world.script()
    held = [script.post("/api/chat?stream=1", {"text": "hi"}, buffered=False) for _ in range(2)]

    full = script.post("/api/chat", {"text": "hi"})
    for answer in held:
        answer.close()

    assert (full.status_code, full.json["code"], full.headers["Retry-After"]) == (503, "busy", "2")
    assert script.post("/api/chat", {"text": "hi"}).status_code == 200


def test_a_spoken_turn_carries_transcript_and_the_address_of_its_sound(world: Any) -> None:
    script = world.script()

    answer = script.open("POST", "/api/voice/turn", data=wav(0.5, 8_000), content_type="audio/wav")

    assert answer.json["transcript"] == "set a timer for five minutes"
    assert (world.turns.heard[0].rate, round(world.turns.heard[0].seconds, 2)) == (16_000, 0.5)
    sound = script.get(answer.json["audio"])
    with wave.open(io.BytesIO(sound.data)) as reply:
        assert reply.readframes(1_000) == b"\2\0" * 240 + b"\3\0" * 240


def test_silence_is_an_answer_not_an_error(world: Any) -> None:
    world.turns.script = (Ended("nothing_heard", "nothing_heard", "I heard nothing."),)

    answer = world.script().open("POST", "/api/voice/turn", data=wav(), content_type="audio/wav")

    assert (answer.status_code, answer.json["reply"], answer.json["audio"]) == (200, "I heard nothing.", "")


def test_clips_go_after_a_while(world: Any) -> None:
    address = world.parts.clips.put(wav())
    world.clock.advance(301)

    gone = world.script().get(address)

    assert (gone.status_code, gone.json["code"]) == (404, "not_found")


def test_say_answers_with_a_wav_file(world: Any) -> None:
    answer = world.script().post("/api/say", {"text": "hello"})

    with wave.open(io.BytesIO(answer.data)) as sound:
        assert (sound.getframerate(), sound.getnframes()) == (24_000, 12_000)


def test_a_voice_that_nobody_has_is_refused_with_those_there_are(world: Any) -> None:
    answer = world.script().post("/api/say", {"text": "hello", "voice": "x"})

    assert (answer.status_code, answer.json["code"]) == (400, "unknown_voice")
    assert answer.json["sentence"].startswith("There is no voice named 'x'. There are: bmo, bmo_happy, ")


def test_timers_are_set_listed_and_cancelled(world: Any) -> None:
    script = world.script()

    made = script.post("/api/timers", {"duration": "five minutes", "name": "tea"})
    script.post("/api/timers", {"duration": 90})

    assert (made.status_code, made.json["seconds"], made.json["name"]) == (201, 300, "tea")
    listed = script.get("/api/timers").json["timers"]
    assert [timer["seconds"] for timer in listed] == [90, 300]
    assert script.open("DELETE", f"/api/timers/{made.json['id']}").status_code == 200
    assert len(script.get("/api/timers").json["timers"]) == 1


def test_a_conversation_is_forgotten_and_a_provider_pinned(world: Any) -> None:
    script = world.script()

    script.post("/api/chat/clear", {"conversation": "main"})
    script.post("/api/providers/pin", {"capability": "chat", "provider": "here"})
    script.post("/api/providers/pin", {"capability": "chat", "provider": None})

    assert world.forgotten == ["@script/main"]
    assert world.pinned == [("chat", "here"), ("chat", None)]


def test_probes_learn_one_word(world: Any) -> None:
    world.ready[0] = False

    assert (world.browser().get("/livez").data, world.browser().get("/livez").status_code) == (b"ok", 200)
    assert (world.browser().get("/readyz").data, world.browser().get("/readyz").status_code) == (b"not ready", 503)


BAD_JSON: list[tuple[str, dict[str, Any], int, str]] = [
    ("/api/chat", {"data": b"", "content_type": "application/json"}, 400, "This is not valid JSON"),
    ("/api/chat", {"data": b"{", "content_type": "application/json"}, 400, "This is not valid JSON"),
    ("/api/chat", {"data": b"\xff\xfe\x00", "content_type": "application/json"}, 400, "This is not valid JSON"),
    ("/api/chat", {"data": b"[" * 100_000, "content_type": "application/json"}, 400, "This is not valid JSON"),
    ("/api/chat", {"data": b"hello", "content_type": "text/plain"}, 415, "Send JSON, with Content-Type"),
    ("/api/chat", {"data": b"x" * 1_000_001, "content_type": "application/json"}, 413, "at most 1 MB"),
    ("/api/chat", {"json": {}}, 400, "text is missing."),
    ("/api/chat", {"json": {"text": "  "}}, 400, "text is empty: say something."),
    ("/api/chat", {"json": {"text": 5}}, 400, "text must be text."),
    ("/api/chat", {"json": {"text": "x", "speak": 1}}, 400, "speak is not known here."),
    ("/api/chat", {"json": {"text": "x" * 100_001}}, 400, "text is too long: at most 100,000 characters."),
    ("/api/say", {"json": {"text": ""}}, 400, "text has no words: give BMO something to say."),
    ("/api/timers", {"json": {"duration": "a while"}}, 400, "five minutes"),
    ("/api/timers", {"json": {"duration": True}}, 400, "duration must be text."),
    (
        "/api/voice/turn?conversation=" + "x" * 65,
        {"data": wav(), "content_type": "audio/wav"},
        400,
        "conversation is too",
    ),
    ("/api/chat", {"data": b"[1]", "content_type": "application/json"}, 400, "Send a JSON object"),
    ("/api/timers", {"json": {"duration": 1e300}}, 400, ""),
    ("/api/timers", {"json": {"duration": "ten years"}}, 400, ""),
    ("/api/timers", {"json": {"duration": -5}}, 400, ""),
    ("/api/timers", {"data": b'{"duration": NaN}', "content_type": "application/json"}, 400, ""),
    ("/api/providers/pin", {"json": {"capability": "taste", "provider": None}}, 404, "no capability 'taste'"),
    ("/api/voice/turn", {"data": wav(), "content_type": "audio/mpeg"}, 415, "Send a WAV file"),
    ("/api/voice/turn", {"data": b"", "content_type": "audio/wav"}, 400, "The recording is empty."),
    ("/api/voice/turn", {"data": b"hello, world!!", "content_type": "audio/wav"}, 415, "This is not a WAV file."),
    ("/api/voice/turn", {"data": wav()[:-100], "content_type": "audio/wav"}, 400, "cut off"),
    ("/api/voice/turn", {"data": wav(rate=4_000), "content_type": "audio/wav"}, 415, "rate of 4000 Hz"),
    ("/api/voice/turn", {"data": bytes(20_000_001), "content_type": "audio/wav"}, 413, "at most 20 MB"),
]


@pytest.mark.parametrize(("path", "sent", "status", "words"), BAD_JSON)
def test_bad_input_gets_one_clear_sentence(
    world: Any, path: str, sent: dict[str, Any], status: int, words: str
) -> None:
    answer = world.script().open("POST", path, **sent)

    assert answer.status_code == status, answer.json
    assert set(answer.json) == {"code", "sentence"}
    assert words in answer.json["sentence"]
    assert answer.json["sentence"].endswith(".")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/api/timers/99", 404),
        ("DELETE", "/api/timers/all", 404),
        ("POST", "/api/timers/stop", 404),
        ("GET", "/api/clips/nothing.wav", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/nothing", 404),
        ("GET", "/" + "." * 300, 404),
        ("GET", "/%00", 404),
        ("PUT", "/api/chat", 405),
        ("GET", "/api/chat", 405),
        ("GET", "/api/voice/turn", 405),
        ("POST", "/", 405),
        ("GET", "/api/", 404),
        ("GET", "/apis", 404),
    ],
)
def test_what_is_not_there_is_a_problem_too(world: Any, method: str, path: str, status: int) -> None:
    answer = world.script().open(method, path)

    assert (answer.status_code, set(answer.json)) == (status, {"code", "sentence"})
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_fault_of_ours_shows_no_insides(world: Any) -> None:
    world.turns.fails = RuntimeError("secret insides")

    answer = world.script().post("/api/chat", {"text": "hi"})

    assert answer.status_code == 500
    assert "insides" not in answer.text
    assert "RuntimeError" not in answer.text
