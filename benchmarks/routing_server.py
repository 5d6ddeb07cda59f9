"""What the routing benchmark asks: the AI server with engines that cost nothing, and an echo. Run by gunicorn."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from bmo.ai_server.desk import Desk
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, Words
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Speak, Utterance
from bmo.capabilities.transcribe import Recording, Transcribe, Transcript

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

KEY = "a key for the benchmark, of some length"
ROUTES = frozenset({"/livez", "/health", "/llm/chat", "/stt", "/tts"})


class NoCost:
    """Answers at once."""

    name = "no-cost"

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:  # noqa: ARG002
        yield Words("Hello.")
        yield Finished("stop")

    def transcribe(self, recording: Recording) -> Transcript:  # noqa: ARG002
        return Transcript("hello")

    def speak(self, utterance: Utterance) -> Stream[Pcm]:  # noqa: ARG002
        yield Pcm(bytes(2_400), 24_000)


chat: Desk[Chat] = Desk("chat", load=NoCost, at_once=8)
transcribe: Desk[Transcribe] = Desk("transcribe", load=NoCost, at_once=8)
speak: Desk[Speak] = Desk("speak", load=NoCost, at_once=8)
room = EngineRoom(chat, transcribe, speak)
room.load()
bmo = create(room, Keys({"benchmark": KEY}))
plain = Flask("plain")
"""The yardstick: what Flask itself takes, without our keys, traces and limits."""
FINISHED = b'{"type":"finished","reason":"stop","model":"","usage":{}}\n'
LINES = b'{"type":"words","text":"Hello."}\n' + FINISHED
SAID = ["The cloud ", "has said ", "this much. "]
"""What is told before an answer is cut."""
GOES_ON = ["And here ", "it ends."]


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Both in one gunicorn."""
    return (bmo if environ["PATH_INFO"] in ROUTES else plain)(environ, start_response)


@plain.post("/echo")
def echo() -> Response:
    return Response(request.get_data(), content_type="application/json")


@plain.post("/echo/lines")
def lines() -> Response:
    """The lines of a chat, chunked, each in a write of its own."""
    request.get_data()
    return Response(iter(LINES.splitlines(keepends=True)), content_type="application/x-ndjson")


@plain.post("/v1/chat/completions")
def openai() -> Response:
    """The same answer in OpenAI's words, for peers that speak nothing else."""
    asked = json.loads(request.get_data())
    if not asked.get("stream"):
        return Response(json.dumps(_completion("Hello.")), content_type="application/json")
    return Response(iter([_event("Hello."), _event(None), b"data: [DONE]\n\n"]), content_type="text/event-stream")


@plain.post("/cut/v1/chat/completions")
def openai_cut() -> Response:
    request.get_data()
    return Response(_cut([_event(word) for word in SAID]), content_type="text/event-stream")


@plain.post("/here/v1/chat/completions")
def openai_here() -> Response:
    """Who is asked next; with words of its own."""
    request.get_data()
    words = [_event(word) for word in GOES_ON]
    return Response(iter([*words, _event(None), b"data: [DONE]\n\n"]), content_type="text/event-stream")


@plain.post("/cut/llm/chat")
def cut() -> Response:
    request.get_data()
    return Response(_cut([_words(word) for word in SAID]), content_type="application/x-ndjson")


@plain.post("/here/llm/chat")
def here() -> Response:
    request.get_data()
    return Response(iter([*map(_words, GOES_ON), FINISHED]), content_type="application/x-ndjson")


def _cut(lines: list[bytes]) -> Iterator[bytes]:
    yield from lines
    raise ConnectionAbortedError("cut in mid-answer, as the benchmark wants it")


def _words(text: str) -> bytes:
    return json.dumps({"type": "words", "text": text}).encode() + b"\n"


def _event(text: str | None) -> bytes:
    delta = {} if text is None else {"role": "assistant", "content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": "stop" if text is None else None}
    told = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(told).encode() + b"\n\n"


def _completion(text: str) -> dict[str, object]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
