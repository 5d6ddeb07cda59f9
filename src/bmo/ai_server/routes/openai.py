"""OpenAI's API under /v1: models, chat completions, embeddings; `openai_audio` has its sound."""

import base64
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
from flask import Blueprint, Response
from pydantic_core import to_json

from bmo.ai_server import streaming
from bmo.ai_server.bodies import read_body, wants
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.limits import Limits
from bmo.ai_server.openai_chat import Events, completion, conversation
from bmo.ai_server.problems import parsed
from bmo.capabilities.embed import Texts
from bmo.core.errors import NotFound, Refused
from bmo.wire import openai_answers
from bmo.wire.openai import ChatCompletionAsk, EmbeddingsAsk

_JSON = "application/json"


def blueprint(room: EngineRoom, chat_models: Sequence[str], threads: Executor, limits: Limits) -> Blueprint:
    """`chat_models`: those that requests may name, the usual one first. Streams run in `threads`."""
    routes = Blueprint("openai", __name__, url_prefix="/v1")

    @routes.get("/models")
    def models() -> Response:
        """The models of this server."""
        return _json(openai_answers.models(_names(room, chat_models)))

    @routes.get("/models/<path:name>")
    def model(name: str) -> Response:
        """One model."""
        if name not in _names(room, chat_models):
            raise NotFound(f"There is no model {name[:80]!r} here; GET /v1/models lists them.", code="model_not_found")
        return _json(openai_answers.model(name))

    @routes.post("/chat/completions")
    def chat() -> Response:
        """Answer a conversation, whole or as a stream."""
        wants(_JSON)
        ask = parsed(ChatCompletionAsk, read_body(limits.body, limits.body_seconds))
        answer = streaming.chat(room.chat, conversation(ask), threads)
        if ask.stream:
            usage = ask.stream_options is not None and bool(ask.stream_options.include_usage)
            return answer.streamed(Events(ask.model, usage=usage))
        return Response(completion(streaming.whole(answer), ask.model), mimetype=_JSON)

    @routes.post("/embeddings")
    def embeddings() -> Response:
        """Texts as vectors."""
        wants(_JSON)
        ask = parsed(EmbeddingsAsk, read_body(limits.body, limits.body_seconds))
        texts = (ask.input,) if isinstance(ask.input, str) else ask.input
        with room.embed.used() as engine:
            made = engine.embed(Texts(texts))
        length = len(made.vectors[0])
        if ask.dimensions not in (None, length):
            raise Refused(f"The vectors of {made.model} have {length} dimensions, and they cannot be cut.")
        data = [
            {"object": "embedding", "index": index, "embedding": _vector(vector, ask.encoding_format)}
            for index, vector in enumerate(made.vectors)
        ]
        usage = {"prompt_tokens": made.tokens, "total_tokens": made.tokens}
        return _json({"object": "list", "data": data, "model": made.model, "usage": usage})

    return routes


def _names(room: EngineRoom, chat_models: Sequence[str]) -> tuple[str, ...]:
    desks = (room.embed, room.transcribe, room.speak)
    others = (desk.model for desk in desks if desk.state != "absent")
    return tuple(dict.fromkeys((*(chat_models or (room.chat.model,)), *others)))


def _vector(vector: Sequence[float], form: str) -> Sequence[float] | str:
    """`base64` is little-endian float32."""
    return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode() if form == "base64" else vector


def _json(body: Mapping[str, Any]) -> Response:
    return Response(to_json(body), mimetype=_JSON)
