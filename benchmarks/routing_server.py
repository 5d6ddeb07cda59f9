"""What the routing benchmark asks: the AI server with engines that cost nothing, and an echo. Run by gunicorn."""

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
LINES = b'{"type":"words","text":"Hello."}\n{"type":"finished","reason":"stop","model":"","usage":{}}\n'


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


@plain.post("/cut/llm/chat")
def cut() -> Response:
    request.get_data()
    return Response(_cut(), content_type="application/x-ndjson")


def _cut() -> Iterator[bytes]:
    yield from [b'{"type":"words","text":"Hello. "}\n'] * 3
    raise ConnectionAbortedError("cut in mid-answer, as the benchmark wants it")
