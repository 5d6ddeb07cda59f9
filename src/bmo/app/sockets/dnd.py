"""The game on its namespace `/dnd`: each page that watches is told what is other for its seat, and nothing else."""

import threading
from collections.abc import Callable
from typing import Any

from bmo.app.game.desk import GameDesk
from bmo.app.game.patches import patch_of, whole
from bmo.app.game.seats import role_of, seats_of
from bmo.app.game.showing import Watched, lines_of, shown
from bmo.app.sockets.server import Sockets
from bmo.core.errors import NotFound
from bmo.dnd.table.table import Table
from bmo.dnd.table.views import View
from bmo.wire.dnd import GamePatch, GameView, Watch

NAMESPACE = "/dnd"


class GameNamespace:
    """The table filters before it tells: what a seat may not know never comes as far as here."""

    def __init__(self, sockets: Sockets, game: GameDesk) -> None:
        """Call it after the sockets are attached."""
        self._sockets = sockets
        self._game = game
        self._leave: dict[str, Callable[[], None]] = {}
        self._lock = threading.Lock()
        sockets.register(NAMESPACE, {"watch": self._watch}, on_disconnect=self._left)

    def _watch(self, sid: str, body: Any) -> None:
        """From now on this campaign, and no other."""
        watch = Watch.model_validate(body)
        visitor = self._sockets.visitor(sid)
        role, table = role_of(visitor, watch.seat), self._game.table(watch.campaign)
        watched = Watched(watch.campaign, self._game.campaign(watch.campaign).name, role, seats_of(visitor))
        self._left(sid)
        page = _Page(watched, table, lambda patch: self._sockets.send(sid, "dnd_patch", patch))
        leave = table.subscribe(role, page.told)
        with self._lock:
            self._leave[sid] = leave
        try:
            self._sockets.visitor(sid)
        except NotFound:  # gone while it sat down, and nobody would end this
            self._left(sid)

    def _left(self, sid: str) -> None:
        with self._lock:
            leave = self._leave.pop(sid, None)
        if leave is not None:
            leave()


class _Page:
    """What one page knows of one table. Called by the table only, one change after the other."""

    def __init__(self, watched: Watched, table: Table, send: Callable[[GamePatch], None]) -> None:
        self._watched = watched
        self._table = table
        self._send = send
        self._view: View = {}
        self._shown: GameView | None = None

    def told(self, change: View) -> None:
        """The whole view, or what is other in it."""
        if "view" in change:
            self._view = change["view"]
            self._shown = self._now()
            self._send(whole(self._shown))
            return
        told = change.get("told", [])
        self._view = _applied(self._view, change)
        before, self._shown = self._shown, self._now()
        if before is not None:
            self._send(patch_of(before, self._shown, lines_of(told)))

    def _now(self) -> GameView:
        return shown(self._view, self._watched, self._table.branch, self._table.seq)


def _applied(view: View, change: View) -> View:
    creatures = dict(view["creatures"])
    for id, one in change.get("creatures", {}).items():
        if one is None:
            creatures.pop(id, None)
        else:
            creatures[id] = one
    return {**view, **change.get("set", {}), "creatures": creatures, "told": []}
