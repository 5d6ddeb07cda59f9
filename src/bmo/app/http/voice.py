"""Spoken turns without a wake word, sentences said aloud, and the clips they leave behind."""

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from bmo.app.clips import Clips
from bmo.app.http.bodies import audio_body, json_body
from bmo.app.http.chat import Conversation
from bmo.app.http.guard import visitor
from bmo.app.http.turns import Streams
from bmo.app.parts import Parts
from bmo.app.sound import speech_of
from bmo.capabilities.speak import Utterance
from bmo.core.errors import NotFound
from bmo.voice.speakable import said


class Sentence(BaseModel):
    """Something to say aloud."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=1_000)
    voice: str = Field(default="", max_length=64)
    """A name of `GET /api/voices/names`; empty for BMO's own."""

    @field_validator("text")
    @classmethod
    def _says_something(cls, value: str) -> str:
        if not said(value):
            raise ValueError("has no words: give BMO something to say")
        return value


def routes(parts: Parts, streams: Streams) -> Blueprint:
    """`/api/voice/turn`, `/api/say` and `/api/clips/`."""
    voice = Blueprint("voice", __name__)

    @voice.post("/api/voice/turn")
    def turn() -> Response:
        conversation = Conversation(conversation=request.args.get("conversation", "main")).conversation
        sound = speech_of(audio_body())
        asked = visitor().asks(parts.settings.app.room, conversation)
        return jsonify(streams.whole(lambda stop: parts.turns.spoken(sound, asked, stop), parts.clips))

    @voice.post("/api/say")
    def say() -> Response:
        sentence = json_body(Sentence)
        if sentence.voice:
            parts.voices.check(sentence.voice)
        utterance = Utterance(said(sentence.text), sentence.voice or parts.voices.own)
        return _wav(streams.sound(parts.speak.speak(utterance)))

    @voice.get("/api/clips/<name>.wav")
    def clip(name: str) -> Response:
        return _wav(_kept(parts.clips, name))

    return voice


def _kept(clips: Clips, name: str) -> bytes:
    wav = clips.get(name)
    if wav is None:
        raise NotFound("This sound is gone; BMO keeps them for a few minutes only.")
    return wav


def _wav(body: bytes) -> Response:
    response = Response(body, mimetype="audio/wav")
    response.headers["Cache-Control"] = "no-store"
    return response
