"""Ollama's API under /api: the part of it that asks models, and none of the part that changes them.

Where an Ollama server answers chat, it answers here too (`ollama_proxy`); everywhere else the desks do, in its format.
"""

import time
from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any, TypeVar

from flask import Blueprint, Response
from pydantic_core import to_json

from bmo.ai_server import streaming
from bmo.ai_server.apis import Apis
from bmo.ai_server.bodies import read_body
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.limits import Limits
from bmo.ai_server.ollama_chat import Objects, conversation, nothing, prompt
from bmo.ai_server.problems import parsed
from bmo.ai_server.routes import ollama_proxy
from bmo.capabilities.chat import USUAL, ChatRequest
from bmo.capabilities.embed import Texts
from bmo.core.errors import Forbidden, NotFound, Refused
from bmo.wire.ollama import OllamaAsk, OllamaChatAsk, OllamaEmbedAsk, OllamaGenerateAsk, OllamaPart, OllamaShowAsk

M = TypeVar("M", bound=OllamaPart)
_SPOKEN = "0.12.0"
"""The version of Ollama whose API this is; clients look at it to know what they may ask."""
_LATEST = ":latest"
_CHANGES = ("pull", "push", "create", "copy")


def blueprint(room: EngineRoom, apis: Apis, threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("ollama", __name__, url_prefix="/api")
    _refuse_changes(routes)
    if apis.ollama is not None:
        ollama_proxy.add(routes, room, apis.ollama, threads, limits, lambda ask: _embedded(room, ask))
        return routes
    models = apis.models or (room.chat.model,)

    @routes.post("/chat")
    def chat() -> Response:
        """Answer a conversation."""
        ask = _asked(OllamaChatAsk, limits)
        if not ask.messages:
            return _json(nothing(ask.model, "chat"))
        return _answered(ask, conversation(ask), Objects(ask.model, "chat"))

    @routes.post("/generate")
    def generate() -> Response:
        """Answer a single prompt."""
        ask = _asked(OllamaGenerateAsk, limits)
        if not ask.prompt:
            return _json(nothing(ask.model, "generate"))
        if ask.suffix or ask.raw or ask.template or ask.context:
            raise Refused("suffix, raw, template and context are not known here; use /api/chat with messages.")
        return _answered(ask, prompt(ask), Objects(ask.model, "generate"))

    @routes.post("/embed")
    def embed() -> Response:
        """Texts as vectors."""
        return _embedded(room, _asked(OllamaEmbedAsk, limits))

    @routes.get("/tags")
    def tags() -> Response:
        """The models of this server."""
        return _json({"models": [_model(name) for name in models]})

    @routes.get("/ps")
    def ps() -> Response:
        """The models in memory."""
        loaded = models if room.chat.loaded else ()
        return _json({"models": [{**_model(name), "expires_at": None, "size_vram": 0} for name in loaded]})

    @routes.post("/show")
    def show() -> Response:
        """What a model can do."""
        name = _asked(OllamaShowAsk, limits).model.removesuffix(_LATEST)
        if name not in (*models, USUAL):
            raise NotFound(f"There is no model {name[:80]!r} here; GET /api/tags lists them.", code="model_not_found")
        return _json({"details": _DETAILS, "model_info": {}, "capabilities": ["completion", "tools"]})

    @routes.get("/version")
    def version() -> Response:
        """Whose API this is."""
        return _json({"version": _SPOKEN})

    def _answered(ask: OllamaAsk, asked: ChatRequest, form: Objects) -> Response:
        answer = streaming.chat(room.chat, asked, threads)
        if ask.stream is not False:
            return answer.streamed(form)
        whole = streaming.whole(answer)
        return _json(form.end(whole.end, whole.text, whole.calls))

    return routes


def _embedded(room: EngineRoom, ask: OllamaEmbedAsk) -> Response:
    """The answer of our own embedding model."""
    began = time.monotonic_ns()
    texts = ask.input if isinstance(ask.input, tuple) else (ask.input,) if ask.input else ()
    vectors: tuple[tuple[float, ...], ...] = ()
    model, tokens = ask.model, 0
    if texts:
        with room.embed.used() as engine:
            made = engine.embed(Texts(texts))
        vectors, model, tokens = made.vectors, made.model, made.tokens
    took = time.monotonic_ns() - began
    told = {"total_duration": took, "load_duration": 0, "prompt_eval_count": tokens}
    return _json({"model": model, "embeddings": vectors, **told})


_DETAILS: Mapping[str, Any] = {
    "parent_model": "",
    "format": "",
    "family": "",
    "families": [],
    "parameter_size": "",
    "quantization_level": "",
}


def _model(name: str) -> dict[str, Any]:
    """What is not known of a model (its size, its hash) is empty, not made up."""
    when = "1970-01-01T00:00:00Z"
    return {"name": name, "model": name, "modified_at": when, "size": 0, "digest": "", "details": _DETAILS}


def _refuse_changes(routes: Blueprint) -> None:
    def refused() -> Response:
        """Refused: models are changed by whoever runs the server."""
        raise Forbidden("Models are not changed through this server: whoever runs it pulls and removes them there.")

    for name in _CHANGES:
        routes.add_url_rule(f"/{name}", f"refused_{name}", refused, methods=["POST"])
    routes.add_url_rule("/delete", "refused_delete", refused, methods=["DELETE"])


def _asked(model: type[M], limits: Limits) -> M:
    """Its documentation sends JSON without saying so, therefore the Content-Type is not looked at."""
    ask = parsed(model, read_body(limits.body, limits.body_seconds))
    named = getattr(ask, "model", "")
    return ask.model_copy(update={"model": named.removesuffix(_LATEST)})


def _json(body: Mapping[str, Any]) -> Response:
    return Response(to_json(body), mimetype="application/json")
