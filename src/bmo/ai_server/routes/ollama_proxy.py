"""The routes of Ollama's API where an Ollama server answers: asked by us, in a body of ours, at our desk's pace."""

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Literal, TypeVar

from flask import Blueprint, Response
from pydantic_core import to_json

from bmo.ai_server import pictures, streaming
from bmo.ai_server.bodies import read_body
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.limits import Limits
from bmo.ai_server.ollama_chat import Objects
from bmo.ai_server.problems import ollama_error, parsed
from bmo.bridges.ollama_server import OllamaServer, Piece
from bmo.capabilities.chat import Words
from bmo.wire.ollama import OllamaAsk, OllamaChatAsk, OllamaEmbedAsk, OllamaGenerateAsk, OllamaPart, OllamaShowAsk

M = TypeVar("M", bound=OllamaPart)
_OURS = {"keep_alive", "stream"}
"""Fields that are not handed on as they are: how long a model stays in memory is for whoever runs the server."""


class _Handed:
    """Objects as the server wrote them."""

    mimetype = "application/x-ndjson"

    def __init__(self, model: str, kind: Literal["chat", "generate"]) -> None:
        self._empty = Objects(model, kind).chunk(Words(""))

    def chunk(self, chunk: Piece) -> bytes:
        return chunk.line + b"\n"

    def is_end(self, chunk: Piece) -> bool:
        return chunk.done

    def wait(self) -> bytes:
        return self._empty

    def problem(self, fault: Exception) -> bytes:
        return to_json(ollama_error(streaming.told(fault))) + b"\n"


def add(
    routes: Blueprint,
    room: EngineRoom,
    server: OllamaServer,
    threads: Executor,
    limits: Limits,
    embedded: Callable[[OllamaEmbedAsk], Response],
) -> None:
    """`embedded` answers for embedding models that are not the server's, but ours."""

    @routes.post("/chat")
    def chat() -> Response:
        """Answer a conversation."""
        ask = _asked(OllamaChatAsk, limits)
        for message in ask.messages or ():
            _look(message.images)
        return _answered("chat", ask)

    @routes.post("/generate")
    def generate() -> Response:
        """Answer a single prompt."""
        ask = _asked(OllamaGenerateAsk, limits)
        _look(ask.images)
        return _answered("generate", ask)

    @routes.post("/embed")
    def embed() -> Response:
        """Texts as vectors."""
        ask = _asked(OllamaEmbedAsk, limits)
        if not server.knows(ask.model):
            return embedded(ask)
        with room.chat.used():
            return _json(server.answer("/api/embed", _body(ask)))

    @routes.post("/show")
    def show() -> Response:
        """What a model can do."""
        return _json(server.answer("/api/show", _body(_asked(OllamaShowAsk, limits))))

    @routes.get("/tags")
    def tags() -> Response:
        """The models of this server."""
        return _json(server.listed("/api/tags"))

    @routes.get("/ps")
    def ps() -> Response:
        """The models in memory."""
        return _json(server.listed("/api/ps"))

    @routes.get("/version")
    def version() -> Response:
        """Which version of Ollama answers."""
        return _json({"version": server.version()})

    def _answered(kind: Literal["chat", "generate"], ask: OllamaAsk) -> Response:
        whole = ask.stream is False
        path: Literal["/api/chat", "/api/generate"] = "/api/chat" if kind == "chat" else "/api/generate"
        body = {**_body(ask), "stream": not whole}
        answer = streaming.Answer(room.chat, lambda _: server.words(path, body), threads)
        if whole:
            return Response(b"".join(piece.line for piece in answer.chunks(until=_done)), mimetype="application/json")
        return answer.streamed(_Handed(ask.model, kind))


def _done(piece: Piece) -> bool:
    return piece.done


def _asked(model: type[M], limits: Limits) -> M:
    return parsed(model, read_body(limits.body, limits.body_seconds))


def _body(ask: OllamaPart) -> dict[str, Any]:
    return ask.model_dump(mode="json", exclude_none=True, exclude=_OURS)


def _look(images: tuple[str, ...] | None) -> None:
    for image in images or ():
        pictures.of_base64(image)


def _json(body: dict[str, Any]) -> Response:
    return Response(to_json(body), mimetype="application/json")
