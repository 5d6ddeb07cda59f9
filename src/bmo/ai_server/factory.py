"""The Flask app of the AI server: routes around an engine room."""

import re
from collections.abc import Collection

from flask import Flask, request

from bmo.ai_server import access, problems
from bmo.ai_server.apis import Apis
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import DEFAULT_LIMITS, Limits
from bmo.ai_server.metrics import Metrics
from bmo.ai_server.routes import (
    admin,
    chat,
    description,
    health,
    machine,
    ollama,
    openai,
    openai_audio,
    rag,
    speak,
    transcribe,
    vision,
    voiceprint,
)
from bmo.ai_server.routes import speakers as speaker_routes
from bmo.ai_server.speakers import Speakers
from bmo.ai_server.spot import SpotWatch
from bmo.ai_server.turnstile import Exit, Turnstile
from bmo.ai_server.workers import Workers
from bmo.bridges.nvidia import Nvidia
from bmo.core.trace import HEADER, set_trace

_TRACE = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def create(
    room: EngineRoom,
    keys: Keys,
    limits: Limits = DEFAULT_LIMITS,
    turnstile: Turnstile | None = None,
    *,
    spot: SpotWatch | None = None,
    nvidia: Nvidia | None = None,
    apis: Apis | None = None,
    speakers: Speakers | None = None,
    proxies: Collection[str] = (),
) -> Flask:
    """The app; `room.start()` and `spot.start()` are the caller's, after any fork. `proxies`: as `access.install`.

    Both are kept in `app.extensions`, as `engine_room` and `spot_watch`.
    """
    spot, nvidia = spot or SpotWatch(), nvidia or Nvidia()
    app = Flask("bmo.ai_server", static_folder=None)
    app.extensions["engine_room"] = room
    app.extensions["spot_watch"] = spot
    app.config["MAX_CONTENT_LENGTH"] = limits.body
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # `//tts` is another address, not a redirect that loses the body
    problems.install(app)
    metrics = Metrics(room, nvidia)
    metrics.install(app)
    app.before_request(_trace)
    access.install(app, keys, turnstile or Turnstile(), proxies)
    threads = Workers(limits.streams, "stream")
    sounds = Workers(limits.streams, "sound")  # their own, so that a voice never waits for a conversation's end
    app.register_blueprint(health.blueprint(room, keys))
    app.register_blueprint(admin.blueprint(room, metrics, limits))
    app.register_blueprint(machine.blueprint(nvidia, spot))
    app.register_blueprint(chat.blueprint(room.chat, threads, limits))
    app.register_blueprint(transcribe.blueprint(room.transcribe, sounds, limits))
    app.register_blueprint(speak.blueprint(room.speak, sounds, limits))
    if speakers is not None:
        app.register_blueprint(speaker_routes.blueprint(speakers, room.transcribe, limits))
    app.register_blueprint(vision.blueprint(room, limits))
    app.register_blueprint(voiceprint.blueprint(room.voiceprint, limits))
    app.register_blueprint(rag.blueprint(room.search, limits))
    apis = apis or Apis((room.chat.model,))
    app.register_blueprint(openai.blueprint(room, apis.models, threads, limits))
    app.register_blueprint(openai_audio.blueprint(room, sounds, limits))
    app.register_blueprint(ollama.blueprint(room, apis, threads, limits))
    app.register_blueprint(description.blueprint(app))
    app.wsgi_app = Exit(app.wsgi_app)  # type: ignore[method-assign]
    return app


def _trace() -> None:
    """Log under the asker's id, if it looks like one."""
    given = request.headers.get(HEADER, "")
    set_trace(given if _TRACE.fullmatch(given) else None)
