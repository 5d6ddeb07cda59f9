"""The voices that BMO knows people by: learnt from sentences they read, told, exported, forgotten."""

import json

from flask import Blueprint, Response, jsonify
from pydantic import BaseModel

from bmo.app.http.bodies import audio_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.app.sound import speech_of
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden, Unavailable
from bmo.voice.lessons import SENTENCES
from bmo.voice.profiles import ENOUGH, Profile, name_of
from bmo.voice.who import Who
from bmo.wire.page import LearntVoice, PersonVoice, Voices, WhoseVoice


def routes(parts: Parts) -> Blueprint:
    """`/api/voices` and everything below. Everybody manages their own voice, an owner everybody's."""
    voices = Blueprint("people_voices", __name__)

    def who() -> Who:
        if parts.who is None:
            raise Unavailable("This BMO does not tell voices apart.", code="no_voiceprint")
        return parts.who

    @voices.get("/api/voices")
    def listed() -> Response:
        return _json(_listed(who()))

    @voices.post("/api/voices")
    def whose() -> Response:
        found = who().identify(speech_of(audio_body()))
        return _json(WhoseVoice(person=found.person, likeness=found.likeness))

    @voices.post("/api/voices/<person>")
    def learn(person: str) -> Response:
        name = _own(person)
        profile, near = who().learn(name, speech_of(audio_body()))
        return _json(LearntVoice(voice=_told(profile), needed=ENOUGH, similar=near.person), 201)

    @voices.delete("/api/voices/<person>")
    def forget(person: str) -> Response:
        who().profiles.remove(_own(person))
        return _json(_listed(who()))

    @voices.get("/api/voices/<person>/export")
    def export(person: str) -> Response:
        response = jsonify(who().profiles.export(_own(person)))
        name = json.dumps(f"voice of {name_of(person)}.json".encode("ascii", "replace").decode())
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
        response.headers["Cache-Control"] = "no-store"
        return response

    return voices


def _own(person: str) -> str:
    """The name, if its voice is the asker's business. Raises `Forbidden`, `Refused` for what is no name."""
    name, somebody = name_of(person), visitor()
    if not _may(somebody, name):
        raise Forbidden("Only the owner can change the voices of others: sign in on the page as the owner.")
    return name


def _may(somebody: Visitor, person: str) -> bool:
    return somebody.role is Role.OWNER or (bool(somebody.name) and somebody.name.casefold() == person.casefold())


def _listed(who: Who) -> Voices:
    """What the asker may know of: a name tells who lives here."""
    mine = [profile for profile in who.profiles.all() if _may(visitor(), profile.person)]
    return Voices(voices=tuple(map(_told, mine)), sentences=SENTENCES, why_not=who.why_not)


def _told(profile: Profile) -> PersonVoice:
    return PersonVoice(
        person=profile.person,
        clips=profile.clips,
        seconds=round(profile.seconds, 1),
        known=profile.enough,
        engine=profile.engine,
    )


def _json(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
