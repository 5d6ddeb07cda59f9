"""OpenAI's API under /v1: a chat client talks to BMO itself, who has its tools and the memory of the key's person.

The client keeps the conversation and sends all of it each time. Its last message is the turn; what came before is told
to the model as it is, and confirms nothing. Instructions and tools of the client are its own affair: BMO stays BMO.
"""

from collections.abc import Iterator
from functools import partial

from flask import Blueprint, Response
from pydantic_core import to_json

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.http.turns import Streams
from bmo.app.parts import Parts
from bmo.capabilities.chat import Message
from bmo.capabilities.turn import Ended, Reply, Said, TurnEvent
from bmo.core.errors import BmoError, NotFound, Refused, Unavailable
from bmo.wire import openai as wire
from bmo.wire import openai_answers as answers
from bmo.wire.openapi import EVENTS, JSON
from bmo.wire.problem import problem, status

MODEL = "bmo"
"""The one model there is."""
MOST_BEFORE = 16
"""Messages before the last one that are read; the newest count."""
MOST_CHARACTERS = 4_000
"""Of those, together."""
NO_PICTURES = "BMO cannot look at pictures here. Send text only."
NO_TOOLS = "BMO does not use tools of the client: it has its own. Leave tool_choice out, or say auto or none."
NOT_A_QUESTION = "The last message must be the user's."
NO_COUNTS = answers.usage(0, 0)
"""What a turn cost is in the turn log; commands cost nothing, and a turn may have asked several models."""


def routes(parts: Parts, streams: Streams) -> Blueprint:
    """`/v1/models`, each of them, and `/v1/chat/completions`."""
    api = Blueprint("openai", __name__, url_prefix="/v1")

    @api.get("/models")
    def models() -> Response:
        return _json(to_json(answers.models((MODEL,))))

    @api.get("/models/<name>")
    def model(name: str) -> Response:
        if name != MODEL:
            raise NotFound(f"There is no model {name[:80]!r} here, only {MODEL!r}.", code="model_not_found")
        return _json(to_json(answers.model(MODEL)))

    @api.post("/chat/completions")
    def chat() -> Response:
        ask = json_body(wire.ChatCompletionAsk)
        text, before = turn_of(ask)
        somebody = visitor()
        conversation = f"{somebody.proof} {somebody.session[:16]}".strip()
        said = Said(text, somebody.asks(parts.settings.app.room, conversation), before=before)
        if ask.stream:
            usage = ask.stream_options is not None and bool(ask.stream_options.include_usage)
            return streams.pieces(partial(parts.turns.typed, said, False), partial(_chunks, usage=usage), EVENTS)
        reply = streams.whole(partial(parts.turns.typed, said, False))["reply"]
        return _json(answers.completion({"content": reply}, MODEL, "stop", NO_COUNTS))

    return api


def turn_of(ask: wire.ChatCompletionAsk) -> tuple[str, tuple[Message, ...]]:
    """What the person says, and what was said before it: the newest of it, as far as it fits.

    Raises `Refused` for pictures in what is said, for a tool that must be called, and when nobody asks anything.
    """
    if ask.tool_choice not in (None, "auto", "none"):
        raise Refused(NO_TOOLS, code="no_tools")
    last = ask.messages[-1]
    if last.role != "user":
        raise Refused(NOT_A_QUESTION, code="no_question")
    if any(isinstance(part, wire.ImagePart) for part in _parts(last)):
        raise Refused(NO_PICTURES, code="no_pictures")
    spoken = [one for one in ask.messages[:-1] if one.role in ("user", "assistant")]
    before, left = list[Message](), MOST_CHARACTERS
    for message in reversed(spoken[-MOST_BEFORE:]):
        text = _text(message)
        left -= len(text)
        if left < 0:
            break
        if text.strip():
            before.append(Message("user" if message.role == "user" else "assistant", text))
    return _text(last), tuple(reversed(before))


def _parts(message: wire.ChatMessage) -> tuple[wire.TextPart | wire.ImagePart, ...]:
    return message.content if isinstance(message.content, tuple) else ()


def _text(message: wire.ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(part.text for part in _parts(message) if isinstance(part, wire.TextPart))


def _chunks(events: Iterator[TurnEvent], usage: bool) -> Iterator[bytes]:
    """The turn's words; a fault after the first of them travels as OpenAI's clients expect it."""
    chunks, said = answers.Chunks(MODEL), False
    try:
        for event in events:
            if isinstance(event, Reply):
                said = True
                yield chunks.words(event.text)
            elif isinstance(event, Ended):
                if event.outcome == "failed":
                    raise event.fault or Unavailable(event.sentence, code=event.code or None)
                if not said:
                    yield chunks.words(event.sentence)
                yield chunks.end("stop", NO_COUNTS if usage else None)
                return
    except BmoError as fault:
        yield answers.event(answers.error(problem(fault), status(fault)))


def _json(body: bytes) -> Response:
    return Response(body, mimetype=JSON)
