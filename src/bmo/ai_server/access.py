"""What each kind of key opens: one table for every route of the server, asked before every request."""

import re
from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType
from typing import cast

from flask import Flask, g, request

from bmo.ai_server.holders import Holder as Holder
from bmo.ai_server.holders import Role as Role
from bmo.ai_server.keys import Keys
from bmo.ai_server.turnstile import SEAT, Turnstile
from bmo.core.errors import Forbidden

OPEN = frozenset({"/livez", "/readyz", "/health"})
"""Paths that need no key; what `/health` tells without one is a single word."""

ALL: frozenset[Role] = frozenset({"app", "vtt", "admin"})
HOUSE: frozenset[Role] = frozenset({"app", "admin"})
ADMIN: frozenset[Role] = frozenset({"admin"})

ROUTES: Mapping[str, frozenset[Role]] = MappingProxyType(
    {
        "GET /livez": ALL,
        "GET /readyz": ALL,
        "GET /health": ALL,
        "GET /openapi.json": HOUSE,
        "GET /metrics": HOUSE,
        "GET /gpu/status": HOUSE,
        "GET /spot/status": HOUSE,
        "GET /drain": ADMIN,
        "POST /drain": ADMIN,
        "POST /llm/chat": ALL,
        "POST /llm/generate": ALL,
        "POST /stt": HOUSE,
        "POST /tts": ALL,
        "GET /tts/speakers": HOUSE,
        "POST /tts/speakers/*": HOUSE,
        "DELETE /tts/speakers/*": HOUSE,
        "POST /vision/detect": HOUSE,
        "POST /vision/describe": HOUSE,
        "POST /vision/faces": HOUSE,
        "POST /vision/ocr": HOUSE,
        "POST /voice/embed": HOUSE,
        "POST /rag/search": ALL,
        "POST /rag/add": HOUSE,
        "POST /rag/rebuild": HOUSE,
        "GET /rag/stats": HOUSE,
        # Ollama's; what would change its models is there only to be refused in a sentence.
        "POST /api/chat": ALL,
        "POST /api/generate": ALL,
        "GET /api/tags": ALL,
        "POST /api/embed": HOUSE,
        "POST /api/show": HOUSE,
        "GET /api/ps": HOUSE,
        "GET /api/version": HOUSE,
        "POST /api/pull": HOUSE,
        "POST /api/push": HOUSE,
        "POST /api/create": HOUSE,
        "POST /api/copy": HOUSE,
        "DELETE /api/delete": HOUSE,
        # OpenAI's
        "GET /v1/models": HOUSE,
        "GET /v1/models/*": HOUSE,
        "POST /v1/chat/completions": ALL,
        "POST /v1/audio/transcriptions": HOUSE,
        "POST /v1/audio/speech": HOUSE,
        "POST /v1/embeddings": HOUSE,
    }
)
"""Method and path (`*` for a variable part) -> roles. What is not in here is for admins only, until somebody says
otherwise in this table."""

_VARIABLE = re.compile(r"<[^>]*>")


def holder() -> Holder:
    """Who asks now; only within a request whose key was checked."""
    return cast(Holder, g.holder)


def known_holder() -> Holder | None:
    """Who asks now; None for somebody without a key, whom only the paths of `OPEN` let in."""
    return cast("Holder | None", g.get("holder"))


@cache
def line(method: str, rule: str) -> str:
    """The line of `ROUTES` for a method and a rule of Flask's, such as `/tts/speakers/<name>`."""
    return f"{'GET' if method == 'HEAD' else method} {_VARIABLE.sub('*', rule)}"


def install(app: Flask, keys: Keys, turnstile: Turnstile, proxies: Collection[str] = ()) -> None:
    """Before every request: whose key is it (401), does it open this (403), and not too often (429)?

    `proxies`: addresses that may say in `X-Forwarded-For` who asks through them; nobody else's word counts.

    An address that does not exist is nobody's business without a key; with one it is 404 or 405, as Flask finds.
    """

    @app.before_request
    def guard() -> None:
        given = request.headers.get("Authorization")
        unlocked = request.path in OPEN
        if unlocked and (given is None or request.path != "/health"):
            return
        g.holder = keys.check(given, _source(proxies))
        if unlocked:  # also for a key that asks too much: whoever watches this server must not take it for dead
            return
        _may(g.holder)
        request.environ[SEAT] = turnstile.enter(g.holder)


def _source(proxies: Collection[str]) -> str:
    """The address that wrong keys are counted for."""
    address = request.remote_addr or ""
    if address not in proxies:
        return address
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or address  # the hop that it saw


def _may(somebody: Holder) -> None:
    rule = request.url_rule
    if rule is not None and somebody.role not in ROUTES.get(line(request.method, rule.rule), ADMIN):
        raise Forbidden(
            f"A key of the role {somebody.role!r} does not open this. Ask whoever runs this server for another one."
        )
