"""The people of the house: owners manage everybody, everybody their own name and PIN."""

from flask import Blueprint, Response, request
from pydantic import BaseModel

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import owner_session, visitor
from bmo.app.parts import Parts
from bmo.app.trust.accounts import Account
from bmo.app.trust.codes import INVITED_SECONDS
from bmo.app.trust.trust import is_https
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden, Refused
from bmo.voice.profiles import name_of
from bmo.wire.people import Invitation, NewPerson, People, Person, PersonChange


def routes(parts: Parts) -> Blueprint:
    """`/api/people` and everything below. A token changes nobody: it would outlive what it was made for."""
    people = Blueprint("people", __name__)
    accounts, sessions, rules = parts.trust.accounts, parts.trust.sessions, parts.trust.people

    @people.get("/api/people")
    def listed() -> Response:
        return _listed()

    @people.post("/api/people")
    def add() -> Response:
        owner_session()
        wanted = json_body(NewPerson)
        rules.add(name_of(wanted.name), Role(wanted.role), wanted.pin)
        return _listed(201)

    @people.patch("/api/people/<int(max=9007199254740991):number>")
    def change(number: int) -> Response:
        asking, wanted = _own(number), json_body(PersonChange)
        if wanted.role is not None and asking.role is not Role.OWNER:
            raise Forbidden("Only the owner says who may do what.")
        if wanted.name is not None:
            rules.rename(number, _name(wanted.name, number, asking))
        if wanted.pin is not None:
            rules.set_pin(number, wanted.pin or None, asking)
        if wanted.role is not None:
            rules.set_role(number, Role(wanted.role))
        return _listed()

    @people.delete("/api/people/<int(max=9007199254740991):number>")
    def remove(number: int) -> Response:
        owner_session()
        rules.remove(number)
        return _listed()

    @people.post("/api/people/<int(max=9007199254740991):number>/sign-out")
    def sign_out(number: int) -> Response:
        _own(number)
        rules.sign_out(number)
        return _listed()

    @people.post("/api/people/<int(max=9007199254740991):number>/invitation")
    def invite(number: int) -> Response:
        owner_session()
        scheme = "https" if is_https(request.environ) else "http"
        address = f"{scheme}://{request.host}/sign-in?code={rules.invite(number)}"
        return _private(Invitation(address=address, seconds=INVITED_SECONDS), 201)

    def _name(wanted: str, number: int, asking: Visitor) -> str:
        """The new name. A voice is known by its name, so that only owners give one that belongs to a voice."""
        name = name_of(wanted)
        voices = parts.who.profiles.all() if parts.who else ()
        others = {profile.person.casefold() for profile in voices} - {accounts.of(number).name.casefold()}
        if asking.role is not Role.OWNER and name.casefold() in others:
            raise Refused(f"I know the voice of somebody called {name}: ask the owner.", code="name_taken")
        return name

    def _listed(status: int = 200) -> Response:
        asking = visitor()
        everybody = asking.role.may(Role.ADULT) and asking.proof in ("session", "script")
        shown = [one for one in accounts.all() if everybody or one.id == asking.account]
        return _private(People(people=tuple(_told(one, asking) for one in shown)), status)

    def _told(one: Account, asking: Visitor) -> Person:
        me = one.id == asking.account
        if not me and asking.role is not Role.OWNER:
            return Person(id=one.id, name=one.name, role=one.role.value, me=False)
        places = sessions.count(one.id)
        return Person(id=one.id, name=one.name, role=one.role.value, me=me, has_pin=one.has_pin, places=places)

    return people


def _own(number: int) -> Visitor:
    """Who asks, if this account is their business. Raises `Forbidden`."""
    asking = visitor()
    if asking.account == number and asking.proof == "session":
        return asking
    return owner_session()


def _private(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
