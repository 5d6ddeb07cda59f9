"""Letting satellites in: `/pair` for themselves, `/api/satellites` for people."""

from datetime import UTC, datetime

from flask import Blueprint, Response, request
from pydantic import BaseModel

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import visitor
from bmo.app.parts import Parts
from bmo.app.trust import pairing
from bmo.app.trust.satellites import Paired
from bmo.app.trust.trust import source_of
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden
from bmo.wire.satellites import (
    Pairing,
    PairingAnswer,
    PairingClaim,
    PairingCode,
    PairingWish,
    SatelliteLine,
    SatellitePlace,
    Satellites,
)


def routes(parts: Parts) -> Blueprint:
    """`/pair`, `/pair/claim` and `/api/satellites`."""
    satellites = Blueprint("satellites", __name__)
    trust, sockets = parts.trust, parts.sockets

    @satellites.post("/pair")
    def begin() -> Response:
        wish = json_body(PairingWish)
        code, ticket = trust.pairings.begin(wish.name, wish.room, source_of(request.environ))
        return _answer(Pairing(code=code, ticket=ticket, seconds=pairing.SECONDS), 201)

    @satellites.post("/pair/claim")
    def claim() -> Response:
        claimed = trust.pairings.claim(json_body(PairingClaim).ticket)
        if claimed is None:
            return _answer(PairingAnswer(state="waiting"))
        key, name, room = claimed
        return _answer(PairingAnswer(state="paired", key=key, name=name, room=room))

    @satellites.get("/api/satellites")
    def listed() -> Response:
        return _listed()

    @satellites.post("/api/satellites")
    def approve() -> Response:
        _adult()
        typed = json_body(PairingCode)
        trust.pairings.approve(typed.code, typed.name, typed.room, source_of(request.environ))
        return Response(status=204)

    @satellites.delete("/api/satellites/<int:number>")
    def forget(number: int) -> Response:
        _adult()
        trust.satellites.forget(number)
        return _listed()

    @satellites.patch("/api/satellites/<int:number>")
    def place(number: int) -> Response:
        _adult()
        wanted = json_body(SatellitePlace)
        trust.satellites.place(number, wanted.name.strip() or "satellite", wanted.room.strip())
        return _listed()

    def _listed() -> Response:
        return _answer(Satellites(satellites=tuple(_line(one) for one in trust.satellites.listed())))

    def _line(one: Paired) -> SatelliteLine:
        seen = datetime.fromtimestamp(one.seen, UTC).isoformat(timespec="seconds")
        return SatelliteLine(id=one.id, name=one.name, room=one.room, seen=seen, here=sockets.holds(one.hash))

    return satellites


def _adult() -> None:
    """Raises `Forbidden` for children, guests, and the kiosk, before which anybody may stand."""
    asking = visitor()
    if asking.role not in (Role.OWNER, Role.ADULT) or asking.proof not in ("session", "script"):
        raise Forbidden("Only adults who are signed in may let satellites in, rename or forget them.")


def _answer(body: BaseModel, status: int = 200) -> Response:
    response = Response(body.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
