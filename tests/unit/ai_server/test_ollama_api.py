"""Ollama's API, from our desks and from an Ollama server behind us."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from ai_servers import KEY, room_of
from bmo.ai_server.apis import Apis
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.bridges.ollama import OllamaChat
from bmo.bridges.ollama_server import OllamaServer
from bmo.capabilities.chat import Chat, NamedChats, ToolCall
from bmo.core.errors import Malformed
from bmo.fakes.chat import FakeChat
from bmo.fakes.embed import FakeEmbed
from model_servers import ModelServer, Ollama, running
from pictures import encoded, made

BEARER = {"Authorization": f"Bearer {KEY}"}
ASK = {"model": "one", "messages": [{"role": "user", "content": "Hello?"}]}
PICTURE = base64.b64encode(encoded(made(), "PNG")).decode()


def client(chat: Chat | None = None, apis: Apis | None = None) -> FlaskClient:
    return create(room_of(chat, embed=FakeEmbed()), Keys({"app": KEY}), apis=apis).test_client()


def objects(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in body.splitlines()]


@pytest.fixture
def ollama() -> Iterator[ModelServer]:
    with running(Ollama()) as server:
        yield server


def behind(ollama: ModelServer) -> FlaskClient:
    server = OllamaServer(ollama.url, ("qwen2.5:32b",), max_tokens=100, context=8_192)
    return client(OllamaChat(ollama.url, "qwen2.5:32b"), Apis(server.models, server))


def test_our_words_come_as_its_objects() -> None:
    told = objects(client(FakeChat(text="Hello there.")).post("/api/chat", json=ASK, headers=BEARER).data)

    assert [one["message"]["content"] for one in told] == ["Hello ", "there.", ""]
    assert [one["done"] for one in told] == [False, False, True]
    assert told[-1]["done_reason"] == "stop"
    assert told[-1]["eval_count"] == 2


def test_json_is_taken_without_saying_that_it_is_json() -> None:
    headers = {**BEARER, "Content-Type": "application/x-www-form-urlencoded"}
    answer = client().post("/api/chat", data=json.dumps(ASK | {"stream": False}), headers=headers)

    assert answer.json is not None
    assert answer.json["message"]["content"] == "Hello from the fake."


def test_tool_calls_and_a_break_in_the_middle_have_their_objects() -> None:
    calling = client(FakeChat(calls=(ToolCall("timer", {"d": "5"}),))).post("/api/chat", json=ASK, headers=BEARER)
    breaking = client(FakeChat(failure=Malformed("Cut."), after=1)).post("/api/chat", json=ASK, headers=BEARER)

    call = {"function": {"name": "timer", "arguments": {"d": "5"}}}
    assert objects(calling.data)[0]["message"]["tool_calls"] == [call]
    assert objects(breaking.data)[-1] == {"error": "Cut."}


def test_what_is_asked_reaches_our_model() -> None:
    model = FakeChat()
    options = {"temperature": 0.1, "num_predict": 9, "top_k": 0, "seed": -1, "stop": "x", "num_ctx": 512, "numa": True}
    message = {"role": "user", "content": "What is this?", "images": [PICTURE]}
    ask = {"model": "one:latest", "messages": [message], "options": options, "format": "json"}
    client(model).post("/api/chat", json=ask, headers=BEARER)

    asked = model.requests[0]
    assert (asked.model, asked.temperature, asked.max_tokens, asked.context) == ("one", 0.1, 9, 512)
    assert (asked.sampling.top_k, asked.sampling.seed, asked.sampling.stop) == (None, 2**32 - 1, ("x",))
    assert asked.schema == {"type": "object"}
    assert len(asked.messages[0].images) == 1


@pytest.mark.parametrize("path", ["chat", "generate"])
def test_a_request_without_words_only_has_a_model_loaded(path: str) -> None:
    answer = client().post(f"/api/{path}", json={"model": "one"}, headers=BEARER)

    assert answer.json is not None
    assert answer.json["done_reason"] == "load"


@pytest.mark.parametrize(
    ("path", "ask", "status"),
    [
        ("chat", {"messages": []}, 400),
        ("chat", {**ASK, "messages": [{"role": "user", "images": ["no picture"]}]}, 415),
        ("generate", {"model": "one", "prompt": "def f(", "suffix": "return"}, 400),
        ("show", {"model": "two"}, 404),
    ],
)
def test_what_makes_no_sense_is_refused_in_its_words(path: str, ask: dict[str, Any], status: int) -> None:
    answer = client(apis=Apis(("one",))).post(f"/api/{path}", json=ask, headers=BEARER)

    assert answer.status_code == status
    assert answer.json is not None
    assert list(answer.json) == ["error"]


@pytest.mark.parametrize("path", ["pull", "push", "create", "copy", "delete"])
@pytest.mark.parametrize("behind_us", [False, True])
def test_nobody_changes_models(path: str, behind_us: bool, ollama: ModelServer) -> None:
    asked = behind(ollama) if behind_us else client()
    answer = asked.open(f"/api/{path}", method="DELETE" if path == "delete" else "POST", headers=BEARER)

    assert answer.status_code == 403
    assert answer.json is not None
    assert "not changed through this server" in answer.json["error"]
    assert ollama.paths == []


def test_an_ollama_servers_objects_are_handed_on_as_they_are(ollama: ModelServer) -> None:
    ask = ASK | {"model": "qwen2.5:32b"}
    streamed = behind(ollama).post("/api/chat", json=ask, headers=BEARER)
    whole = behind(ollama).post("/api/chat", json=ask | {"stream": False}, headers=BEARER).json
    generated = behind(ollama).post("/api/generate", json={"model": "bmo", "prompt": "Sky?"}, headers=BEARER)

    assert "".join(one["message"]["content"] for one in objects(streamed.data)) == Ollama.TEXT
    assert whole is not None
    assert whole["message"]["content"] == Ollama.TEXT
    assert objects(generated.data)[-1]["context"] == [1]
    assert ollama.asked[-1]["model"] == "qwen2.5:32b"


def test_only_what_is_allowed_reaches_an_ollama_server(ollama: ModelServer) -> None:
    options = {"num_ctx": 1_000_000, "num_predict": -1, "num_gpu": 0, "use_mlock": True, "temperature": 0.1}
    surprise = {"keep_alive": -1, "surprise": "x", "options": options}
    headers = {**BEARER, "X-Forwarded-For": "1.2.3.4", "Cookie": "a=b"}
    behind(ollama).post("/api/chat", json={**ASK, "model": "qwen2.5:32b", **surprise}, headers=headers)

    asked = ollama.asked[0]
    assert asked["options"] == {"temperature": 0.1, "num_predict": 100, "num_ctx": 8_192}
    assert set(asked) == {"model", "messages", "stream", "options"}
    assert not {"Authorization", "Cookie", "X-Forwarded-For"} & set(ollama.headers[0])


def test_models_that_are_not_named_are_neither_seen_nor_asked(ollama: ModelServer) -> None:
    asked = behind(ollama)
    listed = asked.get("/api/tags", headers=BEARER).json
    answer = asked.post("/api/chat", json=ASK | {"model": "private"}, headers=BEARER)
    shown = asked.post("/api/show", json={"model": "private"}, headers=BEARER)

    assert listed is not None
    assert [one["name"] for one in listed["models"]] == ["qwen2.5:32b"]
    assert (answer.status_code, shown.status_code) == (404, 404)
    assert "/api/chat" not in ollama.paths


def test_embeddings_come_from_whoever_has_the_model(ollama: ModelServer) -> None:
    asked = behind(ollama)
    theirs = asked.post("/api/embed", json={"model": "qwen2.5:32b", "input": "a"}, headers=BEARER).json
    ours = asked.post("/api/embed", json={"model": "minilm", "input": ["a", "b"]}, headers=BEARER).json

    assert theirs is not None
    assert theirs["embeddings"] == [[0.6, 0.8]]
    assert ours is not None
    assert len(ours["embeddings"]) == 2


def test_a_model_that_was_never_pulled_is_not_found() -> None:
    with running(ModelServer(404, b'{"error":"model not found"}')) as ollama:
        answer = behind(ollama).post("/api/chat", json=ASK | {"model": "qwen2.5:32b"}, headers=BEARER)

    assert answer.status_code == 404
    assert answer.json is not None
    assert "pull it there" in answer.json["error"]


def test_an_ollama_server_that_stops_or_is_not_there_is_told_in_a_sentence() -> None:
    half = json.dumps({"message": {"role": "assistant", "content": "The"}, "done": False}).encode() + b"\n"
    with running(ModelServer(body=half)) as ollama:
        cut = behind(ollama).post("/api/chat", json=ASK | {"model": "qwen2.5:32b"}, headers=BEARER)
    gone = behind(ollama).post("/api/chat", json=ASK | {"model": "qwen2.5:32b"}, headers=BEARER)

    assert "stopped in the middle" in objects(cut.data)[-1]["error"]
    assert gone.status_code == 503
    assert gone.json is not None
    assert "not running" in gone.json["error"]


def test_a_request_that_names_a_model_gets_that_model_within_our_limits() -> None:
    one, two = FakeChat("one"), FakeChat("two")
    asked = client(NamedChats({"one": one, "two": two}, max_tokens=5, context=512))
    for name in ("one", "two", "bmo", "bmo:latest"):
        asked.post("/api/chat", json={**ASK, "model": name}, headers=BEARER)

    assert (len(one.requests), len(two.requests)) == (3, 1)
    assert {(request.max_tokens, request.context) for request in one.requests} == {(5, 512)}
