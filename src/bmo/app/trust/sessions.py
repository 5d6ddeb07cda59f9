"""Sessions: a random cookie, known to the database by its hash, that ends by itself, on demand, and for its sockets."""

import hashlib
import hmac
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from sqlite3 import Connection, Row

from bmo.app.trust.accounts import Account
from bmo.app.trust.tokens import ROLES
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.clock import Clock
from bmo.core.errors import Denied
from bmo.store.database import Database

DAY = 86_400.0
MOST = 100
"""Sessions at a time; the one that was not used for the longest time makes room."""
WRITE_EVERY = 600.0
"""Seconds between two notes on the disk that a session is in use."""

KIOSK = Visitor("kiosk", ROLES["kiosk"], "")
"""Whoever stands before it: nobody's session, whoever was the owner when it began."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Session:
    visitor: Visitor
    """Without the CSRF token, which only the cookie's bearer can name."""
    created: float
    seen: float
    written: float


class Sessions:
    """The memory is the truth while the app runs (it is the only writer), so asking at every socket event is cheap."""

    def __init__(self, database: Database, clock: Clock, idle_days: float = 30, days: float = 180) -> None:
        self._database = database
        self._clock = clock
        self._idle = idle_days * DAY
        self._longest = days * DAY
        self._lock = threading.Lock()
        self._listeners: list[Callable[[str], None]] = []
        self._changed: list[Callable[[str], None]] = []
        self._sessions = self._load()

    def on_end(self, listener: Callable[[str], None]) -> None:
        """Call this with the hash of every session that ends."""
        self._listeners.append(listener)

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call this with the hash of every session whose person is called otherwise now."""
        self._changed.append(listener)

    def start(self, account: Account | None) -> str:
        """Let somebody in, or the kiosk (None); the answer is the cookie, which is kept nowhere here.

        Raises `Denied` when the account was deleted meanwhile.
        """
        cookie = secrets.token_urlsafe(32)
        name, now = _hash(cookie), self._now()
        self._make_room()
        with self._database.transaction() as connection:
            # What may be done is read and kept in one step: a change of the role comes before it, or ends it.
            visitor = KIOSK if account is None else _named(connection, account.id)
            row = (name, visitor.account or None, visitor.proof, now, now)
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", row)
            with self._lock:
                self._sessions[name] = _Session(replace(visitor, session=name), now, now, now)
        return cookie

    def visitor(self, cookie: str) -> Visitor | None:
        """Who holds this cookie; None when it opens nothing (any more)."""
        with self._lock:
            session = self._sessions.get(_hash(cookie))
        if session is None or not self.lives(session.visitor):
            return None
        return replace(session.visitor, csrf=hmac.new(cookie.encode(), b"csrf", "sha256").hexdigest())

    def lives(self, visitor: Visitor) -> bool:
        """Whether the visitor may still be here; asking counts as use. Tokens live as long as the program."""
        if not visitor.session:
            return True
        now = self._now()
        with self._lock:
            session = self._sessions.get(visitor.session)
            if session is None:
                return False
            expired = now - session.seen > self._idle or now - session.created > self._longest
            session.seen = now
            note = not expired and now - session.written > WRITE_EVERY
            if note:
                session.written = now
        if expired:
            self.end(visitor.session)
        elif note:
            self._note(visitor.session, now)
        return not expired

    def end(self, name: str) -> None:
        """End this session, named by its hash, and close its sockets."""
        with self._lock:
            known = self._sessions.pop(name, None)
        if known is None:
            return
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM session WHERE hash = ?", (name,))
        for listener in self._listeners:
            listener(name)

    def end_of(self, account: int, but: str = "") -> None:
        """End every session of a person, except the one of this hash."""
        for name in self._of(account):
            if name != but:
                self.end(name)

    def rename(self, account: int, name: str) -> None:
        """This person is called otherwise; their pages find out by `on_change`."""
        for session in self._of(account):
            with self._lock:
                known = self._sessions.get(session)
                if known is not None:
                    known.visitor = replace(known.visitor, name=name)
            for listener in self._changed:
                listener(session)

    def count(self, account: int) -> int:
        """In how many places this person is signed in."""
        return len(self._of(account))

    def _of(self, account: int) -> tuple[str, ...]:
        with self._lock:
            return tuple(name for name, known in self._sessions.items() if known.visitor.account == account)

    def _load(self) -> dict[str, _Session]:
        rows = self._database.read("SELECT session.*, name, role FROM session LEFT JOIN account ON id = account")
        return {row["hash"]: _Session(_visitor(row), row["created"], row["seen"], row["seen"]) for row in rows}

    def _make_room(self) -> None:
        with self._lock:
            oldest_first = sorted(self._sessions, key=lambda name: self._sessions[name].seen)
        for name in oldest_first[: max(0, len(oldest_first) - MOST + 1)]:
            log.info("a session was ended to make room")
            self.end(name)

    def _note(self, name: str, now: float) -> None:
        with self._database.transaction() as connection:
            connection.execute("UPDATE session SET seen = ? WHERE hash = ?", (now, name))

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _visitor(row: Row) -> Visitor:
    """Who a row of the disk lets in, with the role that the account has now."""
    if row["proof"] == "kiosk":
        return replace(KIOSK, session=row["hash"])
    return Visitor("session", Role(row["role"]), row["name"], row["hash"], account=row["account"])


def _named(connection: Connection, account: int) -> Visitor:
    row = connection.execute("SELECT name, role FROM account WHERE id = ?", (account,)).fetchone()
    if row is None:
        raise Denied("This account is gone. Ask the owner of the house.")
    return Visitor("session", Role(row["role"]), row["name"], account=account)


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
