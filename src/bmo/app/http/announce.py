"""Announcements over REST."""

from flask import Blueprint, Response

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.skills.announce.skill import Announce
from bmo.wire.page import Announced


def routes(parts: Parts) -> Blueprint:
    """`/api/announce`."""
    announce = Blueprint("announce", __name__)

    @announce.post("/api/announce")
    def say() -> Response:
        somebody = visitor()
        parts.permissions.check("announce.say", somebody.role)
        wanted = json_body(Announce)
        satellites = parts.announce(wanted.text, somebody.asks(parts.settings.app.room))
        answer = Announced(rooms=parts.rooms.names, satellites=satellites)
        return Response(answer.model_dump_json(), 202, mimetype="application/json")

    return announce
