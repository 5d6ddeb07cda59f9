"""Sessions: a random cookie, known to the database by its hash, that ends by itself, on demand, and for its sockets."""

import hashlib
import hmac
import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from bmo.app.trust.accounts import Account
from bmo.app.trust.visitor import Proof, Visitor
from bmo.capabilities.people import Role
from bmo.core.clock import Clock
from bmo.store.database import Database

DAY = 86_400.0
MOST = 100
"""Sessions at a time; the one that was not used for the longest time makes room."""
WRITE_EVERY = 600.0
"""Seconds between two notes on the disk that a session is in use."""

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
        self._sessions = self._load()

    def on_end(self, listener: Callable[[str], None]) -> None:
        """Call this with the hash of every session that ends."""
        self._listeners.append(listener)

    def start(self, account: Account, proof: Proof = "session") -> str:
        """Let somebody in; the answer is the cookie, which is kept nowhere here."""
        cookie = secrets.token_urlsafe(32)
        name, now = _hash(cookie), self._now()
        self._make_room()
        with self._database.transaction() as connection:
            connection.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", (name, account.id, proof, now, now))
        with self._lock:
            self._sessions[name] = _Session(Visitor(proof, account.role, account.name, name), now, now, now)
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

    def end_all_but(self, name: str) -> None:
        """End every other session."""
        with self._lock:
            others = [known for known in self._sessions if known != name]
        for other in others:
            self.end(other)

    def _load(self) -> dict[str, _Session]:
        rows = self._database.read("SELECT session.*, name, role FROM session JOIN account ON account.id = account")
        return {
            row["hash"]: _Session(
                Visitor(row["proof"], Role(row["role"]), row["name"], row["hash"]),
                row["created"],
                row["seen"],
                row["seen"],
            )
            for row in rows
        }

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


def _hash(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
