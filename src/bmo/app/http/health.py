"""Is it alive, can it answer, and who would?"""

from flask import Blueprint, Response

from bmo.app.parts import Parts


def routes(parts: Parts) -> Blueprint:
    """`/livez` and `/readyz` for probes, which have no key and learn nothing else; `/api/health` for people."""
    health = Blueprint("health", __name__)

    @health.get("/livez")
    def livez() -> Response:
        return Response("ok", mimetype="text/plain")

    @health.get("/readyz")
    def readyz() -> Response:
        ready = parts.ready()
        return Response("ok" if ready else "not ready", 200 if ready else 503, mimetype="text/plain")

    @health.get("/api/health")
    def state() -> Response:
        return Response(parts.status().model_dump_json(), mimetype="application/json")

    return health
