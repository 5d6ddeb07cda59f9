"""Nothing is open unless it is in the list here."""

import hmac

from flask import Flask, request

from bmo.app.trust.hosts import SAFE_METHODS
from bmo.app.trust.visitor import ENVIRON_KEY, SIGN_IN, Visitor
from bmo.capabilities.people import Role
from bmo.core.errors import Denied, Forbidden

PUBLIC = frozenset(
    {
        "health.livez",
        "health.readyz",
        "signin.by_code",
        "signin.by_pin",
        "signin.by_kiosk_token",
        "satellites.begin",
        "satellites.claim",
        "page.home",
        "page.file",
    }
)
"""Endpoints that answer without a session or token."""
SATELLITES_MAY = frozenset({"voice.clip"})
"""Endpoints that answer a satellite's key: it talks over its socket, and fetches the sounds it is told of."""

KEYS_MAY = frozenset(
    {
        "actions.listed",
        "actions.do",
        "chat.turn",
        "description.openapi",
        "health.state",
        "mcp.call",
        "mcp.stream",
        "mcp.end",
        "openai.chat",
        "openai.model",
        "openai.models",
    }
)
"""Endpoints that answer the key of a program, whoever it acts for: it talks and acts. People, keys, settings and what
was said are for people."""


def install(app: Flask) -> None:
    """Ask for a session or token before every route, and for its CSRF token before every change with a cookie."""

    @app.before_request
    def guard() -> None:
        # Below /api/ even an address that does not exist is nobody's business.
        if request.endpoint in PUBLIC and not request.path.startswith("/api/"):
            return
        somebody = visitor()
        if somebody.proof == "satellite" and request.endpoint not in SATELLITES_MAY:
            raise Forbidden("A satellite may listen and speak; it may do nothing else.")
        if somebody.proof == "key" and request.endpoint is not None and request.endpoint not in KEYS_MAY:
            raise Forbidden("A program's key opens the chat and the actions; it may do nothing else.")
        if request.method not in SAFE_METHODS and somebody.csrf:
            given = request.headers.get("X-CSRF-Token", "").encode("utf-8", "surrogatepass")
            if not hmac.compare_digest(given, somebody.csrf.encode()):
                raise Forbidden("The X-CSRF-Token is missing or old. Load the page again.", code="csrf")


def visitor() -> Visitor:
    """Who sent the request at hand. Raises `Denied` when nobody known did."""
    found = request.environ.get(ENVIRON_KEY)
    if not isinstance(found, Visitor):
        raise Denied(SIGN_IN)
    return found


def owner() -> Visitor:
    """The owner, or a script of theirs. Raises `Forbidden` for everybody else."""
    somebody = visitor()
    if somebody.role is not Role.OWNER:
        raise Forbidden("Only the owner may do this: sign in on the page as the owner.")
    return somebody


def owner_session() -> Visitor:
    """The owner in person. Raises `Forbidden` for everybody else, the owner's scripts included."""
    somebody = owner()
    if somebody.proof != "session":
        raise Forbidden("A token cannot do this: sign in on the page as the owner.")
    return somebody


def own_session() -> Visitor:
    """Somebody with an account, in person. Raises `Forbidden` for tokens and the kiosk, before which anybody stands."""
    somebody = visitor()
    if somebody.proof != "session":
        raise Forbidden("A token cannot do this: sign in on the page.")
    return somebody


def adult() -> Visitor:
    """A grown-up of the house, the kiosk included. Raises `Forbidden` for everybody else."""
    somebody = visitor()
    if not somebody.role.may(Role.ADULT):
        raise Forbidden("Ask a grown-up of the house to change this.")
    return somebody
