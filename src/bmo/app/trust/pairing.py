"""How a satellite comes in: it shows a code, somebody who may types it, and it fetches a key of its own.

The code only joins the two; what the satellite holds is a ticket nobody can guess. Both are kept in memory, work once
and expire soon. A satellite is never let in by its address.
"""

import hashlib
import secrets
import threading
from dataclasses import dataclass

from bmo.app.trust.attempts import Attempts
from bmo.app.trust.satellites import Satellites
from bmo.core.clock import Clock
from bmo.core.errors import Busy, Denied, NotFound

SECONDS = 300.0
"""How long a code is good for."""
DIGITS = 6
MOST = 8
"""Satellites that may wait at a time: more would make guessing a code easier."""
MOST_A_SOURCE = 2
"""... of them from one address; a third takes the place of its first."""
UNKNOWN = "No satellite shows this code. Look at it again; it may have expired, then the satellite shows a new one."
EXPIRED = "This code has expired. Ask for a new one."


@dataclass(slots=True)
class _Waiting:
    code: str
    name: str
    room: str
    source: str
    until: float
    approved: bool = False


class Pairings:
    """The satellites that wait to be let in."""

    def __init__(self, satellites: Satellites, clock: Clock) -> None:
        self._satellites = satellites
        self._clock = clock
        self._tries = Attempts(clock, free=5, free_in_all=10)
        self._lock = threading.Lock()
        self._waiting: dict[str, _Waiting] = {}
        """By the ticket's hash, the oldest first."""

    def begin(self, name: str, room: str, source: str) -> tuple[str, str]:
        """A satellite knocks; the answer is its code and its ticket. Raises `Busy` when too many wait."""
        ticket = secrets.token_urlsafe(32)
        with self._lock:
            self._tidy()
            mine = [known for known, one in self._waiting.items() if one.source == source]
            for old in mine[: max(0, len(mine) - MOST_A_SOURCE + 1)]:
                del self._waiting[old]
            if len(self._waiting) >= MOST:
                raise Busy("Too many satellites wait to be let in. Try again in a few minutes.", retry_after=SECONDS)
            code = self._new_code()
            until = self._clock.monotonic() + SECONDS
            self._waiting[_hash(ticket)] = _Waiting(code, name, room, source, until)
        return code, ticket

    def approve(self, code: str, name: str, room: str, source: str) -> None:
        """Somebody who may let satellites in typed this code; `name` and `room` win over what it said itself.

        Raises `Denied` for a code that nobody shows, `TooMany` after several of those.
        """
        self._tries.begin(source)
        plain = "".join(code.split())
        with self._lock:
            self._tidy()
            found = [one for one in self._waiting.values() if one.code == plain and not one.approved]
            if not found:
                raise Denied(UNKNOWN, code="wrong_code")
            found[0].approved = True
            found[0].name, found[0].room = name or found[0].name, room or found[0].room
        self._tries.right(source)

    def claim(self, ticket: str) -> tuple[str, str, str] | None:
        """Key, name and room, once; None while nobody typed the code. Raises `NotFound` when it has expired."""
        with self._lock:
            self._tidy()
            one = self._waiting.get(_hash(ticket))
            if one is None:
                raise NotFound(EXPIRED, code="expired")
            if not one.approved:
                return None
            del self._waiting[_hash(ticket)]
        return self._satellites.add(one.name, one.room), one.name, one.room

    def _new_code(self) -> str:
        shown = {one.code for one in self._waiting.values()}
        while (code := f"{secrets.randbelow(10**DIGITS):0{DIGITS}}") in shown:
            pass
        return code

    def _tidy(self) -> None:
        now = self._clock.monotonic()
        self._waiting = {known: one for known, one in self._waiting.items() if one.until > now}


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
