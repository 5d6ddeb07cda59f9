"""POST /tts: words in, sound out as it is made."""

import io
import socket
import wave
from collections.abc import Iterator
from concurrent.futures import Executor

from flask import Blueprint, Response, request

from bmo.ai_server.bodies import connection, gone, read_body, wants
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.problems import parsed
from bmo.ai_server.pump import Ended, Pump
from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import Refused
from bmo.wire.ai import SpeakAsk

WAV = "audio/wav"
RAW = "audio/pcm"
_MOST_BYTES = 65_536
_LOOK_SECONDS = 0.25
"""Between two looks at whether the asker is still there."""


def blueprint(desk: Desk[Speak], threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("speak", __name__)

    @routes.post("/tts")
    def speak() -> Response:
        wants("application/json")
        ask = parsed(SpeakAsk, read_body(_MOST_BYTES, limits.body_seconds))
        line = connection()
        permit = desk.take(lambda: gone(line))
        try:
            stream = permit.engine.speak(Utterance(ask.text, ask.voice, ask.speed))
        except BaseException:
            permit.release()
            raise
        pump = Pump(permit.watched(stream), permit.release, threads)
        pieces = _pieces(pump, line)
        first = next(pieces, None)
        if first is None:
            raise Refused("There is nothing to say in that text.", code="nothing_to_say")
        if request.accept_mimetypes.best_match([RAW, WAV], RAW) == WAV:
            return Response(_wav(first, pieces), mimetype=WAV)
        response = Response(_samples(first, pieces), content_type=f"{RAW};rate={first.rate}")
        response.headers["X-Accel-Buffering"] = "no"
        response.call_on_close(pump.stop)
        return response

    return routes


def _pieces(pump: Pump[Pcm], line: socket.socket | None) -> Iterator[Pcm]:
    """The pieces as they come; raises what the voice died of. Once the answer has begun, that cuts the connection,
    which is how whoever reads it learns that the end is missing."""
    while True:
        piece = pump.next(_LOOK_SECONDS)
        if isinstance(piece, Ended):
            if piece.fault is not None:
                raise piece.fault
            return
        if piece is not None:
            yield piece
        elif gone(line):
            pump.stop()
            return


def _samples(first: Pcm, rest: Iterator[Pcm]) -> Iterator[bytes]:
    yield first.samples
    for piece in rest:
        yield piece.samples


def _wav(first: Pcm, rest: Iterator[Pcm]) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_WIDTH)
        file.setframerate(first.rate)
        file.writeframes(b"".join(_samples(first, rest)))
    return buffer.getvalue()
