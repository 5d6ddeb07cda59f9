"""POST /tts: words in, sound out as it is made."""

from concurrent.futures import Executor

from flask import Blueprint, Response, request

from bmo.ai_server.bodies import read_body, wants
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.problems import parsed
from bmo.ai_server.sounding import RAW, WAV, Saying
from bmo.capabilities.speak import Speak, Utterance
from bmo.wire.ai import SpeakAsk

_MOST_BYTES = 65_536


def blueprint(desk: Desk[Speak], threads: Executor, limits: Limits) -> Blueprint:
    """Streams run in `threads`."""
    routes = Blueprint("speak", __name__)

    @routes.post("/tts")
    def speak() -> Response:
        wants("application/json")
        ask = parsed(SpeakAsk, read_body(_MOST_BYTES, limits.body_seconds))
        saying = Saying(desk, Utterance(ask.text, ask.voice, ask.speed, ask.mood, ask.pitch), threads)
        return saying.wav() if request.accept_mimetypes.best_match([RAW, WAV], RAW) == WAV else saying.raw()

    return routes
