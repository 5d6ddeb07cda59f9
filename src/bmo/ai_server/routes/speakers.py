"""GET /tts/speakers, POST and DELETE /tts/speakers/{name}: whose voice can be asked for."""

from flask import Blueprint, Response, request

from bmo.ai_server import hearing
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.ai_server.speakers import RATE, Speaker, Speakers, check_name
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording, Transcribe
from bmo.core.errors import Refused
from bmo.engines import audio
from bmo.engines.level import check_reference
from bmo.wire.speakers import SpeakerPart, SpeakersAnswer


def blueprint(speakers: Speakers, ears: Desk[Transcribe], limits: Limits) -> Blueprint:
    """`ears` write the transcript of a recording that comes without one."""
    routes = Blueprint("speakers", __name__)

    @routes.get("/tts/speakers")
    def known() -> Response:
        parts = [SpeakerPart(name=name, kind="voice") for name in speakers.voices]
        parts += [_part(one, speakers.clones) for one in speakers.recorded()]
        return _json(SpeakersAnswer(speakers=tuple(parts), clones=speakers.clones), 200)

    @routes.post("/tts/speakers/<name>")
    def add(name: str) -> Response:
        check_name(name)
        sound = hearing.sound(limits, RATE)
        check_reference(sound)
        transcript = request.args.get("transcript", "") or _written(ears, sound)
        return _json(_part(speakers.add(name, sound, transcript), speakers.clones, transcript), 201)

    @routes.delete("/tts/speakers/<name>")
    def remove(name: str) -> Response:
        speakers.remove(name)
        return Response(status=204)

    return routes


def _part(one: Speaker, usable: bool, transcript: str = "") -> SpeakerPart:
    return SpeakerPart(
        name=one.name, kind="recording", usable=usable, seconds=round(one.seconds, 2), transcript=transcript
    )


def _written(ears: Desk[Transcribe], sound: Pcm) -> str:
    with ears.used() as engine:
        heard = engine.transcribe(Recording(audio.raw(sound.samples, sound.rate), hint=""))
    if not heard.text:
        raise Refused("There is no speech in this recording.", code="no_speech")
    return heard.text


def _json(body: SpeakerPart | SpeakersAnswer, status: int) -> Response:
    return Response(body.model_dump_json(), status, mimetype="application/json")
