"""The tables of the house: each campaign opened once, when somebody first looks at it, and then kept."""

import json
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bmo.app.game.showing import Watched, lines_of, shown
from bmo.core.errors import Refused
from bmo.dnd.characters.importing import import_character
from bmo.dnd.content.library import Library
from bmo.dnd.dice import Luck
from bmo.dnd.rules.terms import Edition
from bmo.dnd.table.calls import CALL, AddCreature, Call
from bmo.dnd.table.events import first_fault
from bmo.dnd.table.export import export
from bmo.dnd.table.log import Branch, Campaign, Log
from bmo.dnd.table.roles import Role
from bmo.dnd.table.shelf import Shelf, of_character
from bmo.dnd.table.table import Listener, Table
from bmo.wire.dnd import GameAnswer, GameView, Seat


class GameDesk:
    """Campaigns as routes and sockets know them. Thread-safe; who may sit where was decided before."""

    def __init__(self, log: Log, content: Library, luck: Luck, sessions: Path | None = None) -> None:
        """`sessions` is the folder that each evening is written to when it ends."""
        self.content = content
        self._log = log
        self._luck = luck
        self._sessions = sessions
        self._tables: dict[int, Table] = {}
        self._lock = threading.Lock()

    def campaigns(self) -> tuple[Campaign, ...]:
        """All of them, the oldest first."""
        return self._log.campaigns()

    def campaign(self, number: int) -> Campaign:
        """Raises `NotFound`."""
        return self._log.campaign(number)

    def begin(self, name: str) -> Campaign:
        """A new one. Raises `Refused` for a name that is none."""
        return self._log.begin(name)

    def branches(self, number: int) -> tuple[Branch, ...]:
        """Every way in which a campaign went."""
        return self._log.branches(self.campaign(number).id)

    def table(self, number: int) -> Table:
        """The table of a campaign. Raises `NotFound`, `Broken` for a log that cannot be read."""
        with self._lock:
            if number not in self._tables:
                self._tables[number] = Table(
                    self._log, number, self._luck, Shelf(self.content), sessions=self._sessions
                )
            return self._tables[number]

    def view(self, number: int, role: Role, seats: tuple[Seat, ...]) -> GameView:
        """A campaign as a role sees it. Raises as `table`."""
        table = self.table(number)
        watched = Watched(number, self.campaign(number).name, role, seats)
        return shown(table.view(role), watched, table.branch, table.seq)

    def watch(self, number: int, role: Role, listener: Listener) -> Callable[[], None]:
        """Be told what changes, see `Table.subscribe`; gives back what ends it. Raises as `table`."""
        return self.table(number).subscribe(role, listener)

    def call(self, number: int, wanted: Mapping[str, Any], role: Role) -> GameAnswer:
        """Do what somebody asks for. Raises `Refused` with the table's reason, and the section of the rules."""
        return self._do(self.table(number), _call(wanted), role)

    def sit_down(self, number: int, text: str, player: str, role: Role) -> GameAnswer:
        """A character, from its file or a pasted stat block. Raises `Refused` with the line that is wrong."""
        table = self.table(number)
        edition = Edition(table.view(role)["edition"])
        library = self.content.at(edition)
        character = import_character(text.encode(), library).character
        sheet = of_character(character, library, edition)
        return self._do(table, AddCreature(sheet=sheet, side="party", player=player or character.player or None), role)

    def undo(self, number: int, role: Role) -> None:
        """Take the last call back. Raises `Refused` when there is none, `Forbidden`."""
        self.table(number).undo(role)

    def go_on(self, number: int, branch: int, role: Role) -> None:
        """Continue on another branch. Raises `NotFound`, `Forbidden`."""
        self.table(number).go_on(branch, role)

    def export(self, number: int) -> tuple[str, bytes]:
        """The name of a campaign's file, and what is in it. Raises `Refused` before its first session, `NotFound`."""
        with tempfile.TemporaryDirectory() as folder:
            path = export(self._log, number, Path(folder)).path
            return path.name, path.read_bytes()

    def _do(self, table: Table, call: Call, role: Role) -> GameAnswer:
        outcome = table.do(call, role)
        if outcome.refusal is not None:
            raise Refused(outcome.refusal.reason, code=outcome.refusal.code)
        return GameAnswer(lines=lines_of(outcome.told))


def _call(wanted: Mapping[str, Any]) -> Call:
    try:
        return CALL.validate_json(json.dumps(wanted))
    except ValidationError as fault:
        raise Refused(f"The table does not understand this: {first_fault(fault)}", code="bad_call") from fault
