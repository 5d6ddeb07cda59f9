"""The Flask app, put together from its parts."""

from flask import Flask

from bmo.app.http import (
    actions,
    announce,
    chat,
    description,
    dnd,
    documents,
    guard,
    health,
    keys,
    mcp,
    memory,
    openai,
    page,
    people,
    people_voices,
    problems,
    providers,
    routines,
    satellites,
    signin,
    timers,
    turn_log,
    voice,
    voices,
    wakes,
)
from bmo.app.http.bodies import AUDIO_LIMIT
from bmo.app.http.turns import Streams
from bmo.app.parts import Parts
from bmo.app.trust.door import Door

SPARE = 20
"""Connections beyond the cap of sockets that are let in to be told, in a sentence, that BMO is full."""


def create_app(parts: Parts) -> Flask:
    """Every route, behind the guard, behind the door. Namespaces are registered on `parts.sockets` afterwards."""
    app = Flask("bmo", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = AUDIO_LIMIT
    app.config["PROPAGATE_EXCEPTIONS"] = False
    problems.install(app)
    guard.install(app)
    app.after_request(page.headers)
    streams = Streams(parts.settings.app.streams)
    for blueprint in (
        health.routes(parts),
        chat.routes(parts, streams),
        voice.routes(parts, streams),
        voices.routes(parts),
        timers.routes(parts),
        announce.routes(parts),
        actions.routes(parts),
        openai.routes(parts, streams),
        mcp.routes(parts),
        keys.routes(parts),
        description.routes(app),
        turn_log.routes(parts),
        wakes.routes(parts),
        memory.routes(parts),
        documents.routes(parts),
        dnd.routes(parts),
        routines.routes(parts),
        providers.routes(parts),
        satellites.routes(parts),
        people.routes(parts),
        people_voices.routes(parts),
        signin.routes(parts),
        page.routes(parts),
    ):
        app.register_blueprint(blueprint)
    parts.sockets.attach(app)
    parts.trust.sessions.on_end(parts.sockets.close_session)
    parts.trust.satellites.on_end(parts.sockets.close_session)
    parts.trust.sessions.on_change(parts.sockets.renew)
    parts.trust.satellites.on_change(parts.sockets.renew)
    cap = parts.settings.app.sockets + SPARE
    app.wsgi_app = Door(app.wsgi_app, parts.trust, lambda: parts.sockets.lines >= cap)  # type: ignore[method-assign]
    return app
