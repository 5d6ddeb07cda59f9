"""The whole of trust in one object: who is this, and how do they come in."""

import contextlib
import socket
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from bmo.app.trust.accounts import Account, Accounts
from bmo.app.trust.attempts import Attempts
from bmo.app.trust.codes import Codes
from bmo.app.trust.hosts import Hosts
from bmo.app.trust.pairing import Pairings
from bmo.app.trust.satellites import Satellites
from bmo.app.trust.sessions import Sessions
from bmo.app.trust.tokens import Tokens
from bmo.app.trust.visitor import Proof, Visitor
from bmo.core.clock import Clock
from bmo.core.errors import Denied
from bmo.settings.app import WebSettings
from bmo.store.database import Database

COOKIE = "bmo_session"


class Trust:
    """Answers who made a request, and turns codes, PINs and tokens into sessions."""

    def __init__(self, database: Database, home: Path, clock: Clock, settings: WebSettings) -> None:
        """The database has `TRUST_TABLES` and `SATELLITE_TABLE`. Raises `Broken` when a token file is unusable."""
        self.accounts = Accounts(database)
        self.sessions = Sessions(database, clock, settings.session_idle_days, settings.session_days)
        self.satellites = Satellites(database, clock)
        self.pairings = Pairings(self.satellites, clock)
        self.codes = Codes(database)
        self.tokens = Tokens(home)
        self.hosts = Hosts(settings.port, settings.allowed_hosts)
        self._sign_ins = Attempts(clock)
        self._bearers = Attempts(clock, free=20, longest=60.0, free_in_all=200)

    def visitor(self, environ: Mapping[str, Any]) -> Visitor | None:
        """Who sends this request, by bearer token or session cookie; None for nobody known.

        What belongs to this machine (its tokens, and the kiosk's session) opens nothing through the proxy.
        Raises `TooMany` for one wrong token after another.
        """
        scheme, _, token = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        if scheme.lower() == "bearer":
            return self._by_token(token.strip(), environ)
        cookie = session_cookie(environ)
        visitor = self.sessions.visitor(cookie) if cookie else None
        return None if visitor is not None and visitor.proof == "kiosk" and proxied(environ) else visitor

    def lives(self, visitor: Visitor) -> bool:
        """Whether the visitor may still be here; sockets ask at each event."""
        return (self.satellites if visitor.proof == "satellite" else self.sessions).lives(visitor)

    def by_code(self, code: str, environ: Mapping[str, Any]) -> str:
        """A session's cookie for the one-time code. Raises `Denied` or `TooMany`."""
        return self._let_in(environ, lambda: self.accounts.owner() if self.codes.redeem(code) else None, "session")

    def by_pin(self, pin: str, environ: Mapping[str, Any]) -> str:
        """A session's cookie for the PIN. Raises `Denied` or `TooMany`."""
        return self._let_in(environ, lambda: self.accounts.by_pin(pin), "session")

    def by_kiosk_token(self, token: str, environ: Mapping[str, Any]) -> str:
        """A session's cookie for the kiosk's token, never through the proxy. Raises `Denied` or `TooMany`."""

        def kiosk() -> Account | None:
            visitor = None if proxied(environ) else self.tokens.visitor(token)
            return Account(self.accounts.owner().id, "", visitor.role) if visitor and visitor.proof == "kiosk" else None

        return self._let_in(environ, kiosk, "kiosk")

    def set_pin(self, pin: str, visitor: Visitor) -> None:
        """Keep the owner's new PIN; whoever came in before it was changed must sign in again. Raises `Refused`."""
        changed = self.accounts.pin_set()
        self.accounts.set_pin(self.accounts.owner().id, pin)
        if changed:
            self.sessions.end_all_but(visitor.session)

    def _let_in(self, environ: Mapping[str, Any], find: Callable[[], Account | None], proof: Proof) -> str:
        source = source_of(environ)
        self._sign_ins.begin(source)
        account = find()
        if account is None:
            raise Denied("This does not open BMO. Look for a typing mistake, or ask for a new sign-in address.")
        self._sign_ins.right(source)
        return self.sessions.start(account, proof)

    def _by_token(self, token: str, environ: Mapping[str, Any]) -> Visitor | None:
        visitor = self.satellites.visitor(token)
        if visitor is None and not proxied(environ):
            visitor = self.tokens.visitor(token)
        if visitor is None:
            self._bearers.begin(source_of(environ))
        return visitor


def proxied(environ: Mapping[str, Any]) -> bool:
    """Whether the request came in by the Unix socket, which only the reverse proxy and the tunnel use."""
    connection = environ.get("gunicorn.socket")
    return hasattr(socket, "AF_UNIX") and getattr(connection, "family", None) == socket.AF_UNIX


def is_https(environ: Mapping[str, Any]) -> bool:
    """Whether the person's browser speaks https with us; only our own proxy is believed about that."""
    told = environ.get("HTTP_X_FORWARDED_PROTO") if proxied(environ) else environ.get("wsgi.url_scheme")
    return told == "https"


def source_of(environ: Mapping[str, Any]) -> str:
    """Whose wrong tries these are: the peer, or who our own proxy says it was."""
    if proxied(environ):
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
        return "proxy:" + forwarded.rpartition(",")[2].strip()[:64]
    return str(environ.get("REMOTE_ADDR", ""))


def session_cookie(environ: Mapping[str, Any]) -> str:
    """The session cookie that came with the request; empty for none."""
    cookies: SimpleCookie = SimpleCookie()
    with contextlib.suppress(CookieError):
        cookies.load(str(environ.get("HTTP_COOKIE", "")))
    return cookies[COOKIE].value if COOKIE in cookies else ""
