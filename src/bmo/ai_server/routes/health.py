"""GET /livez, /readyz, /health: is it alive, is it ready, how is it."""

from flask import Blueprint, Response

from bmo.ai_server import problems
from bmo.ai_server.access import known_holder
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.keys import Keys
from bmo.wire.ai import HealthWord
from bmo.wire.problem import Problem


def blueprint(room: EngineRoom, keys: Keys) -> Blueprint:
    routes = Blueprint("health", __name__)

    @routes.get("/livez")
    def livez() -> Response:
        return Response('{"state":"alive"}', mimetype="application/json")

    @routes.get("/readyz")
    def readyz() -> Response:
        missing = room.missing()
        if missing:
            return problems.answer(Problem(code="not_ready", sentence=f"Not ready yet: {', '.join(missing)}."), 503)
        if room.word() == "draining":
            return problems.answer(Problem(code="draining", sentence="This server is going away."), 503)
        return Response('{"state":"ready"}', mimetype="application/json")

    @routes.get("/health")
    def health() -> Response:
        """Everything for whoever has a key, one word for whoever sends none; a wrong key is refused as elsewhere."""
        somebody = known_holder()
        if somebody is None:
            return Response(HealthWord(state=room.word()).model_dump_json(), mimetype="application/json")
        notices = (keys.fault,) if keys.fault and somebody.role == "admin" else ()
        report = room.health().model_copy(update={"notices": notices})
        return Response(report.model_dump_json(), mimetype="application/json")

    return routes
