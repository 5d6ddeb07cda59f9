"""POST /voice/embed: a recording in, the sound of whose voice it is out."""

from flask import Blueprint, Response

from bmo.ai_server import hearing
from bmo.ai_server.desk import Desk
from bmo.ai_server.limits import Limits
from bmo.capabilities.voiceprint import EmbedVoice
from bmo.wire.vision import VoiceprintAnswer


def blueprint(desk: Desk[EmbedVoice], limits: Limits) -> Blueprint:
    routes = Blueprint("voiceprint", __name__)

    @routes.post("/voice/embed")
    def embed() -> Response:
        sound = hearing.sound(limits)
        with desk.used() as engine:
            voice = engine.embed(sound)
        answer = VoiceprintAnswer(vector=voice.vector, engine=voice.engine, seconds=voice.seconds)
        return Response(answer.model_dump_json(), mimetype="application/json")

    return routes
