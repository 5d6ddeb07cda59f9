"""The authority: one writer for a campaign. What it tells has been on the disk before.

Calls come in from many threads and are decided one after the other. Whoever subscribed is told what changed for their
role, and nothing else.
"""

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bmo.core.errors import Forbidden, Refused
from bmo.dnd.dice import Luck
from bmo.dnd.table.calls import Call, EndSession
from bmo.dnd.table.deciding import settle
from bmo.dnd.table.events import Event, body_of
from bmo.dnd.table.export import export
from bmo.dnd.table.loading import load
from bmo.dnd.table.log import Log, Moved
from bmo.dnd.table.roles import Refusal, Role
from bmo.dnd.table.scene import Library
from bmo.dnd.table.state import State, to_json
from bmo.dnd.table.views import View, patch, scene, tell, view

SNAPSHOT_EVERY = 1_000
"""Events."""
LONGEST_CALL = 5_000
"""Events of one call, among which undo looks for the first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call, for the one who asked."""

    told: tuple[View, ...] = ()
    """What happened, as that role is told."""
    refusal: Refusal | None = None


Listener = Callable[[View], None]
"""Is given `{"view": ...}` when everything is new, else a patch: `set`, `creatures`, `told`. It must not wait and not
call the table."""


@dataclass(slots=True)
class _Seat:
    role: Role
    tell: Listener
    seen: View


class Table:
    """One campaign, played. Thread-safe; `Broken` from the disk goes through, and the game is as it was."""

    def __init__(
        self,
        log: Log,
        campaign: int,
        luck: Luck,
        library: Library,
        *,
        snapshot_every: int = SNAPSHOT_EVERY,
        sessions: Path | None = None,
    ) -> None:
        """Opens the campaign where it stands; at the end of a session a file goes to the folder `sessions`.

        Raises `NotFound`; `Broken` for a log that cannot be read.
        """
        self._sessions = sessions
        self._log = log
        self._campaign = campaign
        self._luck = luck
        self._library = library
        self._snapshot_every = snapshot_every
        self._lock = threading.RLock()
        self._seats: dict[int, _Seat] = {}
        self._branch, self._seq, self._state = 0, 0, State()
        self._seat = 0
        self._load()

    @property
    def branch(self) -> int:
        """On which the game goes on."""
        with self._lock:
            return self._branch

    @property
    def seq(self) -> int:
        """The number of the last event."""
        with self._lock:
            return self._seq

    @property
    def state(self) -> State:
        """A copy of how the game stands. For the Dungeon Master's side only: nothing is hidden in it."""
        with self._lock:
            return self._state.copy()

    def view(self, role: Role) -> View:
        """What a role sees now."""
        with self._lock:
            return view(self._state, role)

    def do(self, call: Call, role: Role) -> Outcome:
        """Decide a call and keep what it leads to; the events are on the disk when this returns.

        Raises `Broken` when the disk fails: then nothing happened, unless only a session's file was not written.
        """
        with self._lock:
            if self._log.campaign(self._campaign).head != self._branch:  # restored by another program
                self.reload()
            try:
                return self._do(call, role)
            except Moved:  # another process wrote: look again, decide again
                self._load()
                self._tell_everything()
                return self._do(call, role)

    def _do(self, call: Call, role: Role) -> Outcome:
        settled = settle(self._state, call, role, self._luck, self._library)
        if isinstance(settled, Refusal):
            return Outcome(refusal=settled)
        self._keep(settled.events, settled.after)
        if isinstance(call, EndSession) and self._sessions is not None:
            export(self._log, self._campaign, self._sessions)
        news = self._state.lately[-len(settled.events) :] if settled.events else []
        return Outcome(tuple(said for told in news if (said := tell(told, role)) is not None))

    def _keep(self, events: Sequence[Event], after: State) -> None:
        if not events:
            return
        before = self._seq
        self._seq = self._log.append(self._branch, before, [body_of(event) for event in events])
        self._state = after
        if self._seq // self._snapshot_every > before // self._snapshot_every:
            self._log.keep_snapshot(self._branch, self._seq, to_json(after))
        self._tell(len(events))

    def subscribe(self, role: Role, listener: Listener) -> Callable[[], None]:
        """Be told what changes for a role, from the whole view on. Gives back what ends it."""
        with self._lock:
            self._seat += 1
            number = self._seat
            self._seats[number] = _Seat(role, listener, scene(self._state, role))
            listener({"view": view(self._state, role)})
        return lambda: self._leave(number)

    def _leave(self, number: int) -> None:
        with self._lock:
            self._seats.pop(number, None)

    def _tell(self, news: int) -> None:
        for seat in list(self._seats.values()):
            now = scene(self._state, seat.role)
            told = [said for one in self._state.lately[-news:] if (said := tell(one, seat.role)) is not None]
            changed = patch(seat.seen, now)
            seat.seen = now
            if told:
                changed["told"] = told
            if changed:
                seat.tell(changed)

    def _tell_everything(self) -> None:
        for seat in list(self._seats.values()):
            seat.seen = scene(self._state, seat.role)
            seat.tell({"view": view(self._state, seat.role)})

    def undo(self, role: Role) -> int:
        """Take the last call back: the game goes on, on a new branch, from just before it. Tells the event it is at.

        Raises `Refused` when nothing has happened yet, `Forbidden` for players.
        """
        with self._lock:
            for entry in reversed(list(self._log.read(self._branch, max(0, self._seq - LONGEST_CALL)))):
                if json.loads(entry.body).get("first"):
                    return self.retcon(entry.seq - 1, f"before event {entry.seq}", role)
            raise Refused("Nothing has happened that could be taken back.", code="nothing_to_undo")

    def retcon(self, seq: int, name: str, role: Role) -> int:
        """It was different: go on from after event `seq` on a new branch; the old one stays. Raises `Refused`."""
        with self._lock:
            _only_dm(role)
            self._log.fork(self._branch, seq, name)
            self._load()
            self._tell_everything()
            return self._seq

    def go_on(self, branch: int, role: Role) -> None:
        """Continue on another branch of the campaign. Raises `NotFound`, `Forbidden`."""
        with self._lock:
            _only_dm(role)
            self._log.go_on(self._campaign, branch)
            self._load()
            self._tell_everything()

    def reload(self) -> None:
        """Look at the log again, after something beside the table wrote it: a restore."""
        with self._lock:
            self._load()
            self._tell_everything()

    def _load(self) -> None:
        branch = self._log.campaign(self._campaign).head
        state, seq = load(self._log, branch)
        self._branch, self._state, self._seq = branch, state, seq


def _only_dm(role: Role) -> None:
    if not role.dm:
        raise Forbidden("Only the Dungeon Master changes what has happened.", code="only_dm")
