"""The whole of trust in one object: who is this, and how do they come in."""

import contextlib
import socket
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from bmo.app.trust.accounts import Account, Accounts
from bmo.app.trust.attempts import Attempts
from bmo.app.trust.codes import Codes, Invitations
from bmo.app.trust.hosts import Hosts
from bmo.app.trust.keys import ProgramKeys
from bmo.app.trust.pairing import Pairings
from bmo.app.trust.people import People
from bmo.app.trust.satellites import Satellites
from bmo.app.trust.sessions import Sessions
from bmo.app.trust.tokens import Tokens
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.clock import Clock
from bmo.core.errors import Denied, NotFound
from bmo.core.events import Events
from bmo.settings.app import WebSettings
from bmo.store.database import Database

COOKIE = "bmo_session"
WRONG = "This does not open BMO. Look for a typing mistake, or ask for a new sign-in address."


class Trust:
    """Answers who made a request, and turns codes, PINs and tokens into sessions."""

    def __init__(
        self, database: Database, home: Path, clock: Clock, settings: WebSettings, events: Events | None = None
    ) -> None:
        """The database has the tables of everything here; `events` is told of people who are
        renamed or removed. Raises `Broken` when a token file is unusable."""
        self.accounts = Accounts(database)
        self.sessions = Sessions(database, clock, settings.session_idle_days, settings.session_days)
        self.satellites = Satellites(database, clock)
        self.pairings = Pairings(self.satellites, clock)
        self.codes = Codes(database)
        self._invitations = Invitations(database, clock)
        self.people = People(self.accounts, self.sessions, self._invitations, clock, events or Events())
        self.keys = ProgramKeys(database, clock)
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
        if visitor.proof == "key":
            return self.keys.lives(visitor)
        return (self.satellites if visitor.proof == "satellite" else self.sessions).lives(visitor)

    def by_code(self, code: str, environ: Mapping[str, Any]) -> str:
        """A session's cookie for a one-time code: the owner's, or an invitation. Raises `Denied` or `TooMany`."""
        source = self._begin(environ)
        if self.codes.redeem(code):
            self._sign_ins.right(source)
            return self.sessions.start(self.accounts.owner())
        invited = self._invited(code)
        if invited is None:
            raise Denied(WRONG)
        self._sign_ins.pardon(source)
        return self.sessions.start(invited)

    def by_pin(self, pin: str, environ: Mapping[str, Any]) -> str:
        """A session's cookie for the PIN. Raises `Denied` or `TooMany`."""
        source = self._begin(environ)
        account = self.accounts.by_pin(pin)
        if account is None:
            raise Denied(WRONG)
        if account.role is Role.OWNER:
            self._sign_ins.right(source)
        else:
            self._sign_ins.pardon(source)
        return self.sessions.start(account)

    def by_kiosk_token(self, token: str, environ: Mapping[str, Any]) -> str:
        """A session's cookie for the kiosk's token, never through the proxy. Raises `Denied` or `TooMany`."""
        source = self._begin(environ)
        visitor = None if proxied(environ) else self.tokens.visitor(token)
        if visitor is None or visitor.proof != "kiosk":
            raise Denied(WRONG)
        self._sign_ins.right(source)
        return self.sessions.start(None)

    def _begin(self, environ: Mapping[str, Any]) -> str:
        """A try to come in starts; the answer is where it comes from."""
        source = source_of(environ)
        self._sign_ins.begin(source)
        return source

    def _invited(self, code: str) -> Account | None:
        number = self._invitations.redeem(code)
        with contextlib.suppress(NotFound):
            return None if number is None else self.accounts.of(number)
        return None

    def _by_token(self, token: str, environ: Mapping[str, Any]) -> Visitor | None:
        visitor = self.satellites.visitor(token) or self.keys.visitor(token)
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
