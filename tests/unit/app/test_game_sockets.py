"""What a page that watches a table is sent: each seat its own, and always enough to keep its view right."""

from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel

from bmo.app.game.desk import GameDesk
from bmo.app.sockets.dnd import GameNamespace
from bmo.app.sockets.server import Handler, Sockets
from bmo.app.trust.visitor import Visitor
from bmo.capabilities.people import Role
from bmo.core.errors import Forbidden, NotFound
from bmo.dnd.content.library import Library
from bmo.dnd.dice import SystemLuck
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.dnd.table.roles import DM
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database
from bmo.wire.dnd import GamePatch, GameView

ADA = Visitor("session", Role.OWNER, "Ada", account=1)
MIA = Visitor("session", Role.CHILD, "Mia", account=2)
KIOSK = Visitor("kiosk", Role.ADULT, "")
LIBRARY = Library.standard()
MIRA = {"name": "Mira", "max_hp": 20, "attacks": [{"name": "Sword", "bonus": 5}], "death_saves": True}
GOBLIN = {"name": "Goblin", "max_hp": 7, "attacks": [{"name": "Scimitar", "bonus": 4}]}

STRIKE = {"call": "attack", "who": "Goblin 1", "target": "mira", "using": "free"}


class Pages:
    """Stands in for the app's sockets: pages by sid, and what each was sent."""

    def __init__(self) -> None:
        self.visitors: dict[str, Visitor] = {}
        self.sent: dict[str, list[GamePatch]] = {}
        self.views: dict[str, GameView] = {}
        self.handlers: dict[str, Handler] = {}
        self.left: Any = None

    def register(self, _namespace: str, handlers: dict[str, Handler], on_disconnect: Any) -> None:
        self.handlers, self.left = handlers, on_disconnect

    def visitor(self, sid: str) -> Visitor:
        return self.visitors[sid]

    def send(self, sid: str, event: str, patch: BaseModel) -> None:
        assert event == "dnd_patch"
        assert isinstance(patch, GamePatch)
        self.sent.setdefault(sid, []).append(patch)
        self.views[sid] = patch.whole or _patched(self.views[sid], patch)

    def watch(self, sid: str, visitor: Visitor, **body: Any) -> None:
        self.visitors[sid] = visitor
        self.handlers["watch"](sid, {"campaign": 1, **body})


def _patched(view: GameView, patch: GamePatch) -> GameView:
    """As the page does it."""
    told = {one.id: one for one in patch.creatures}
    kept = [told.pop(one.id, one) for one in view.creatures if one.id not in patch.gone]
    return view.model_copy(
        update={
            "creatures": (*kept, *told.values()),
            "encounter": patch.encounter,
            "session": patch.session,
            "seq": patch.seq,
            "log": (*view.log, *patch.lines),
        }
    )


@pytest.fixture
def game(tmp_path: Path) -> GameDesk:
    desk = GameDesk(Log(Database(tmp_path / "bmo.db", [LOG_TABLES]), ManualClock()), LIBRARY, SystemLuck())
    desk.begin("The Lost Mine")
    desk.call(1, {"call": "add_creature", "sheet": MIRA, "side": "party", "player": "Mia"}, DM)
    return desk


@pytest.fixture
def pages(game: GameDesk) -> Pages:
    made = Pages()
    GameNamespace(cast(Sockets, made), game)
    return made


# An attack is not among them: it shows where its attacker hides.
CALLS: tuple[dict[str, Any], ...] = (
    {"call": "begin_session", "name": "Monday", "date": "2026-01-05"},
    {"call": "add_creature", "sheet": GOBLIN, "count": 2, "hidden": True},
    {"call": "start_encounter"},
    {"call": "next_turn"},
    {"call": "check", "who": "Goblin 1", "skill": "stealth", "dc": 12},
    {"call": "add_condition", "who": "Goblin 1", "condition": "prone"},
    {"call": "damage", "targets": ["Goblin 1"], "amount": 30},
    {"call": "note", "text": "The Goblins flee.", "secret": True},
    {"call": "roll", "dice": "1d20", "reason": "the Goblins' morale", "secret": True},
    {"call": "remove_creature", "who": "Goblin 2"},
    {"call": "end_encounter", "award": True},
)


@pytest.mark.parametrize(("visitor", "seat"), [(MIA, ""), (ADA, "player"), (ADA, "spectator"), (KIOSK, "spectator")])
def test_no_patch_for_a_player_or_spectator_tells_of_what_is_hidden(
    game: GameDesk, pages: Pages, visitor: Visitor, seat: str
) -> None:
    pages.watch("page", visitor, seat=seat)

    for call in CALLS:
        game.call(1, call, DM)

    everything = " ".join(patch.model_dump_json() for patch in pages.sent["page"])
    assert "oblin" not in everything
    assert {one.id for patch in pages.sent["page"] for one in patch.creatures} <= {"mira"}
    assert {patch.seq for patch in pages.sent["page"]} == {0}


@pytest.mark.parametrize(("visitor", "seat"), [(ADA, "dm"), (MIA, "player"), (KIOSK, "spectator")])
def test_view_and_patches_add_up_to_the_view_of_now(game: GameDesk, pages: Pages, visitor: Visitor, seat: Any) -> None:
    pages.watch("page", visitor, seat=seat)
    for call in (*CALLS[:4], {"call": "reveal", "who": "Goblin 1"}, STRIKE, *CALLS[4:]):
        game.call(1, call, DM)

    pages.watch("fresh", visitor, seat=seat)

    assert pages.views["page"] == pages.views["fresh"]


def test_undo_tells_everything_anew(game: GameDesk, pages: Pages) -> None:
    pages.watch("page", MIA)
    game.call(1, {"call": "damage", "targets": ["mira"], "amount": 5}, DM)
    assert pages.views["page"].creatures[0].hp == 15

    game.undo(1, DM)

    assert pages.sent["page"][-1].whole is not None
    assert pages.views["page"].creatures[0].hp == 20


def test_who_leaves_or_watches_another_table_is_told_no_more(game: GameDesk, pages: Pages) -> None:
    game.begin("Another")
    pages.watch("gone", MIA)
    pages.watch("elsewhere", MIA)
    pages.left("gone")
    pages.watch("elsewhere", MIA, campaign=2)

    game.call(1, {"call": "note", "text": "Hello"}, DM)

    assert len(pages.sent["gone"]) == 1
    assert [patch.campaign for patch in pages.sent["elsewhere"]] == [1, 2]


@pytest.mark.parametrize(
    ("visitor", "body", "fault"),
    [
        (MIA, {"seat": "dm"}, Forbidden),
        (KIOSK, {"seat": "player"}, Forbidden),
        (Visitor("key", Role.OWNER, "Ada", account=1), {}, Forbidden),
        (Visitor("satellite", Role.ADULT, ""), {}, Forbidden),
        (ADA, {"campaign": 7}, NotFound),
    ],
)
def test_nobody_watches_from_a_seat_that_is_not_theirs(
    pages: Pages, visitor: Visitor, body: dict[str, Any], fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        pages.watch("page", visitor, **body)
    assert pages.sent == {}


def test_a_page_that_goes_while_it_sits_down_leaves_nothing_behind(game: GameDesk, pages: Pages) -> None:
    came: list[str] = []

    def once(sid: str) -> Visitor:
        came.append(sid)
        if len(came) > 1:
            raise NotFound("This socket is closed.")
        return MIA

    pages.visitor = once  # type: ignore[method-assign]
    pages.watch("page", MIA)
    game.call(1, {"call": "note", "text": "Hello"}, DM)

    assert len(pages.sent["page"]) == 1
