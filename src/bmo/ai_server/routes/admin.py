"""POST and GET /drain: serve nobody new, and tell when the last answer is through. GET /metrics."""

from flask import Blueprint, Response, request

from bmo.ai_server.bodies import read_body, wants
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.limits import Limits
from bmo.ai_server.metrics import Metrics
from bmo.ai_server.problems import parsed
from bmo.wire.machine import DrainAnswer, DrainAsk

_MOST_BYTES = 4_096


def blueprint(room: EngineRoom, metrics: Metrics, limits: Limits) -> Blueprint:
    """`limits.drain_seconds` is how long a drain lasts that does not say it."""
    routes = Blueprint("admin", __name__)

    @routes.post("/drain")
    def drain() -> Response:
        body = read_body(_MOST_BYTES, limits.body_seconds)
        if body:
            wants("application/json")
        seconds = parsed(DrainAsk, body or b"{}").seconds
        room.drain(limits.drain_seconds if seconds is None else seconds)
        return _how_far(room)

    @routes.get("/drain")
    def draining() -> Response:
        return _how_far(room)

    @routes.get("/metrics")
    def told() -> Response:
        text, kind = metrics.text(request.headers.get("Accept", ""))
        return Response(text, content_type=kind)

    return routes


def _how_far(room: EngineRoom) -> Response:
    running = room.running()
    told = DrainAnswer(state=room.word(), until=room.until(), running=running, idle=not running)
    return Response(told.model_dump_json(), mimetype="application/json")
