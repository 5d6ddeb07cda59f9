"""A server that speaks the documented API of Fish Speech (`POST /v1/tts`, tools/server in its repository).

It is a stand-in: no GPU and no weights were there to run the real one. It hums instead of speaking, one tone a word,
as high as the reference recording is long, and it is as strict about requests as the real schema.
"""

import base64
import io
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import numpy as np
from flask import Flask, Response, request
from pydantic import BaseModel, ValidationError, field_validator
from werkzeug.serving import make_server

from bmo.fakes.speak import WORD_SECONDS

RATE = 44_100


class ServeReferenceAudio(BaseModel):
    audio: bytes
    text: str

    @field_validator("audio", mode="before")
    @classmethod
    def _decoded(cls, audio: str) -> bytes:
        return base64.b64decode(audio) if len(audio) > 255 else audio.encode()


class ServeTTSRequest(BaseModel):
    text: str
    format: Literal["wav", "pcm", "mp3", "opus"] = "wav"
    references: list[ServeReferenceAudio] = []
    reference_id: str | None = None
    seed: int | None = None
    use_memory_cache: Literal["on", "off"] = "off"
    normalize: bool = True
    streaming: bool = False


class FishSpeechServer:
    """Answers; keeps what it was asked. `head`: whether a stream begins with a WAV head, as not all versions do."""

    def __init__(self, key: str = "", *, head: bool = True, cut_after: int | None = None) -> None:
        self.asked: list[ServeTTSRequest] = []
        self.key, self.head, self.cut_after = key, head, cut_after
        self.go_on = threading.Event()
        """Clear it to hold an answer up after its first word."""
        self.go_on.set()
        self.app = Flask("fish")
        self.app.add_url_rule("/v1/tts", view_func=self._tts, methods=["POST"])

    def _tts(self) -> Response:
        if self.key and request.headers.get("Authorization") != f"Bearer {self.key}":
            return _problem(401, "Invalid token")
        if request.mimetype not in ("application/json", "application/msgpack"):
            return _problem(415, "Unsupported media type")
        try:
            ask = ServeTTSRequest.model_validate_json(request.get_data())
        except ValidationError as fault:
            return _problem(422, str(fault))
        if ask.streaming and ask.format != "wav":
            return _problem(400, "Streaming only supports WAV format")
        self.asked.append(ask)
        return Response(self._stream(ask), content_type="audio/wav")

    def _stream(self, ask: ServeTTSRequest) -> Iterator[bytes]:
        with wave.open(io.BytesIO(ask.references[0].audio)) as reference:
            hertz = 100 * reference.getnframes() / reference.getframerate()
        if self.head:
            yield wav_head()
        for number, _ in enumerate(ask.text.split()):
            if number == self.cut_after:
                raise RuntimeError("out of memory")
            yield hum(hertz)
            self.go_on.wait(10)


def wav_head() -> bytes:
    """As the real one makes it: by `wave`, with a length of zero."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
    return buffer.getvalue()


def hum(hertz: float) -> bytes:
    time = np.arange(int(RATE * WORD_SECONDS)) / RATE
    return np.rint(8_000 * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes()


def _problem(status: int, message: str) -> Response:
    return Response(
        f'{{"statusCode":{status},"message":"{message}","error":"no"}}', status, mimetype="application/json"
    )


@contextmanager
def fish_speech(server: FishSpeechServer) -> Iterator[str]:
    """Its address."""
    http = make_server("127.0.0.1", 0, server.app, threaded=True)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        server.go_on.set()
        http.shutdown()
        thread.join()
        http.server_close()
