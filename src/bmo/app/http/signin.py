"""Coming in and going out."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request
from pydantic import BaseModel, ConfigDict, Field

from bmo.app.http.bodies import json_body
from bmo.app.http.guard import own_session, owner, visitor
from bmo.app.parts import Parts
from bmo.app.signing import write_address
from bmo.app.trust.trust import COOKIE, is_https
from bmo.core.errors import Denied, TooMany

DAY = 86_400


class Pin(BaseModel):
    """A PIN, to try or to set."""

    model_config = ConfigDict(extra="forbid")

    pin: str = Field(max_length=100)


class KioskToken(BaseModel):
    """What the kiosk read from its file."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(max_length=1_000)


def routes(parts: Parts) -> Blueprint:
    """`/sign-in`, `/sign-in/pin`, `/sign-in/kiosk`, `/sign-out`, `/api/session`, `/api/pin`, `/api/sign-in-address`."""
    signin = Blueprint("signin", __name__)
    trust = parts.trust

    @signin.get("/sign-in")
    def by_code() -> Response:
        try:
            cookie = trust.by_code(request.args.get("code", ""), request.environ)
        except TooMany:
            return _to("/?problem=wait")
        except Denied:
            return _to("/?problem=code")
        return _with_cookie(_to("/"), cookie)

    @signin.post("/sign-in/pin")
    def by_pin() -> Response:
        return _with_cookie(Response(status=204), trust.by_pin(json_body(Pin).pin, request.environ))

    @signin.post("/sign-in/kiosk")
    def by_kiosk_token() -> Response:
        return _with_cookie(Response(status=204), trust.by_kiosk_token(json_body(KioskToken).token, request.environ))

    @signin.post("/sign-out")
    def out() -> Response:
        trust.sessions.end(visitor().session)
        response = Response(status=204)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
        return response

    @signin.get("/api/session")
    def session() -> Response:
        response = jsonify(_seen(parts))
        response.headers["Cache-Control"] = "no-store"
        return response

    @signin.post("/api/pin")
    def set_pin() -> Response:
        somebody = own_session()
        trust.people.set_pin(somebody.account, json_body(Pin).pin, somebody)
        return Response(status=204)

    @signin.post("/api/sign-in-address")
    def address() -> Response:
        owner()
        return jsonify({"address": write_address(parts.settings, trust)})

    def _with_cookie(response: Response, cookie: str) -> Response:
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=round(parts.settings.app.session_days * DAY),
            path="/",
            secure=is_https(request.environ),
            httponly=True,
            samesite="Strict",
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return signin


def _seen(parts: Parts) -> dict[str, Any]:
    somebody = visitor()
    return {
        "signed_in": True,
        "csrf": somebody.csrf,
        "pin_set": parts.trust.accounts.pin_set(),
        "role": somebody.role.value,
        "name": somebody.name,
        "person": somebody.account,
        "kiosk": somebody.proof == "kiosk",
    }


def _to(where: str) -> Response:
    response = redirect(where, 303)
    answer = Response(response.get_data(), response.status_code, response.headers)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
