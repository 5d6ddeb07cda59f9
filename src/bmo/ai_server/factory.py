"""The Flask app of the AI server: routes around an engine room."""

import re

from flask import Flask, g, request

from bmo.ai_server import problems
from bmo.ai_server.access import Holder
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import DEFAULT_LIMITS, Limits
from bmo.ai_server.routes import chat, health, speak, transcribe
from bmo.ai_server.workers import Workers
from bmo.core.trace import HEADER, set_trace

OPEN = frozenset({"/livez", "/readyz", "/health"})
"""Paths that need no key; what `/health` tells without one is a single word."""
_TRACE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def create(room: EngineRoom, keys: Keys, limits: Limits = DEFAULT_LIMITS) -> Flask:
    """The app; `room.start()` is the caller's, after any fork. The room is kept in `app.extensions["engine_room"]`."""
    app = Flask("bmo.ai_server", static_folder=None)
    app.extensions["engine_room"] = room
    app.config["MAX_CONTENT_LENGTH"] = limits.body
    problems.install(app)
    app.before_request(_trace)
    app.before_request(lambda: _check_key(keys))
    threads = Workers(limits.streams, "stream")
    app.register_blueprint(health.blueprint(room, keys))
    app.register_blueprint(chat.blueprint(room.chat, threads, limits))
    app.register_blueprint(transcribe.blueprint(room.transcribe, limits))
    app.register_blueprint(speak.blueprint(room.speak, threads, limits))
    return app


def _trace() -> None:
    """Log under the asker's id, if it looks like one."""
    given = request.headers.get(HEADER, "")
    set_trace(given if _TRACE.fullmatch(given) else None)


def _check_key(keys: Keys) -> None:
    if request.path not in OPEN:
        g.holder = Holder(keys.check(request.headers.get("Authorization"), request.remote_addr or ""))
