"""POST /stt: a recording in, words out."""

from flask import Blueprint, Response, request

from bmo.ai_server.bodies import read_body
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.transcribe import Recording, Transcribe
from bmo.core.errors import WrongType
from bmo.engines import audio
from bmo.wire.ai import TranscriptAnswer

FILES = frozenset(
    {"audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave", "audio/flac", "audio/x-flac", "audio/ogg"}
)
RAW = "audio/pcm"
_HINT = "BMO"
_MAX_HINT = 200


def blueprint(desk: Desk[Transcribe], limits: Limits) -> Blueprint:
    routes = Blueprint("transcribe", __name__)

    @routes.post("/stt")
    def transcribe() -> Response:
        kind = _kind()
        sound = _sound(kind, read_body(limits.body, limits.body_seconds), limits.audio_seconds)
        hint = request.args.get("hint", _HINT)[:_MAX_HINT]
        with desk.used() as engine:
            heard = engine.transcribe(Recording(sound, hint))
        answer = TranscriptAnswer(
            text=heard.text, language=heard.language, no_speech=heard.no_speech, model=heard.model
        )
        return Response(answer.model_dump_json(), mimetype="application/json")

    return routes


def _kind() -> str:
    """Looked at before the body is read: there is no point in taking what cannot be used."""
    kind = request.mimetype
    if kind != RAW and kind not in FILES:
        raise WrongType(f"Send sound: audio/wav, audio/flac, audio/ogg, or {RAW};rate={SPEECH_RATE} (int16 mono).")
    return kind


def _sound(kind: str, data: bytes, most: float) -> Pcm:
    if kind != RAW:
        return audio.decode(data, most)
    rate = request.mimetype_params.get("rate", str(SPEECH_RATE))
    if not rate.isascii() or not rate.isdigit() or len(rate) > 6:
        raise WrongType(f"{rate[:20]!r} is not a rate; send {RAW};rate={SPEECH_RATE}.")
    return audio.raw(data, int(rate), most)
