"""Typed turns."""

from dataclasses import replace
from typing import Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.http.turns import Streams
from bmo.app.parts import Parts
from bmo.capabilities.turn import Said


class Question(BaseModel):
    """What somebody typed."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=100_000)
    conversation: str = Field(default="main", min_length=1, max_length=64)
    language: Literal["", "en", "de"] = ""
    """In which it is written, and shall be answered; empty for the language of the house."""

    @field_validator("text")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("is empty: say something")
        return value


class Conversation(BaseModel):
    """Which conversation is meant."""

    model_config = ConfigDict(extra="forbid")

    conversation: str = Field(default="main", min_length=1, max_length=64)


def routes(parts: Parts, streams: Streams) -> Blueprint:
    """`/api/chat` and `/api/chat/clear`."""
    chat = Blueprint("chat", __name__)

    @chat.post("/api/chat")
    def turn() -> Response:
        question = json_body(Question)
        asked = visitor().asks(parts.settings.app.room, question.conversation)
        said = Said(question.text, replace(asked, language=question.language))
        if request.args.get("stream") in ("1", "true"):
            return streams.lines(lambda stop: parts.turns.typed(said, False, stop))
        return jsonify(streams.whole(lambda stop: parts.turns.typed(said, False, stop)))

    @chat.post("/api/chat/clear")
    def clear() -> Response:
        somebody = visitor()
        parts.permissions.check("conversation.clear", somebody.role)
        parts.forget(somebody.asks(parts.settings.app.room, json_body(Conversation).conversation))
        return Response(status=204)

    return chat
