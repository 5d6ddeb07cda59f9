"""What a role may not know is in nothing that it is told: every type of event, every role."""

import json
from typing import Any, get_args

import pytest

from bmo.dnd.table import events as e
from bmo.dnd.table.combatant import Combatant
from bmo.dnd.table.folding import fold
from bmo.dnd.table.roles import DM, SPECTATOR, Role, player
from bmo.dnd.table.state import State
from bmo.dnd.table.views import _OPEN, looks, tell, view

ANN, BEN = player("Ann"), player("Ben")
TYPES: tuple[type, ...] = get_args(get_args(e.Event)[0])
SPY = "c-9f3ab2"
NUMBERS = {"hp", "temporary", "ac", "dc", "slots", "slot", "sheet", "left", "bonus", "faces", "total", "parts", "until",
           "successes", "failures", "purse", "items", "hit_dice", "xp", "exhaustion"}  # fmt: skip
"""What the party does not know of others."""

SHEET = Combatant(name="Vex the spy", max_hp=31, ac=17, slots={1: 2}, hit_dice={8: 3})
MORE: dict[type, dict[str, Any]] = {
    e.SessionBegan: {"name": "One", "date": "2026-11-22"},
    e.Entered: {"sheet": SHEET, "hp": 31, "hidden": True},
    e.Changed: {"sheet": SHEET, "hp": 31},
    e.Moved: {"to": (5, 0, 0)},
    e.Initiative: {"total": 12, "faces": (10,)},
    e.RoundBegan: {"round": 3},
    e.Spent: {"what": "action"},
    e.Stood: {"stance": "dodge"},
    e.Offered: {"target": "lia"},
    e.Attacked: {"target": "lia", "attack": "Knife", "faces": (12,), "total": 19, "bonus": 7, "ac": 16, "hit": True},
    e.Tested: {"kind": "save", "of": "wis", "faces": (3,), "total": 4, "bonus": 1, "dc": 15, "success": False},
    e.Damaged: {"amount": 4, "hp": 27, "parts": (e.Part(type="fire", rolled=8, taken=4, why="resistance"),)},
    e.Healed: {"amount": 3, "hp": 30},
    e.Protected: {"temporary": 5},
    e.ConditionAdded: {
        "condition": "prone",
        "by": "lia",
        "until": e.Until(round=3),
        "save": {"ability": "wis", "dc": 9},
    },
    e.ConditionRemoved: {"condition": "prone", "every": True},
    e.Exhausted: {"level": 1},
    e.ConcentrationBegan: {"spell": "Bless", "until": e.Until(round=9)},
    e.ConcentrationEnded: {"spell": "Bless"},
    e.DeathSave: {"successes": 1, "failures": 1},
    e.SpellCast: {"spell": "Bless", "slot": 1, "dc": 15, "targets": ("lia",)},
    e.SlotSpent: {"level": 1, "left": 1},
    e.HitDieSpent: {"sides": 8, "faces": (3,), "left": 2, "hp": 20},
    e.Rested: {"kind": "long", "hp": 31, "slots": {1: 2}, "hit_dice": {8: 3}},
    e.TimePassed: {"rounds": 10},
    e.Items: {"item": "key", "count": 1, "change": 1},
    e.Coins: {"purse": {"gp": 3}},
    e.Experience: {"amount": 5, "xp": 5},
    e.Levelled: {"level": 2},
    e.Inspired: {"has": True},
    e.Rolled: {"by": "Dungeon Master", "expression": "1d20", "text": "t", "faces": (9,), "total": 9},
    e.Noted: {"by": "Dungeon Master", "text": "the well is poisoned"},
}
"""Fields that an event needs beside an id."""


def made(kind: type, **more: Any) -> e.Event:
    said = {"type": kind.model_fields["type"].default} | MORE.get(kind, {}) | more
    return e.EVENT.validate_python(said)


def table(*, hidden: bool) -> State:
    state = State()
    lia = Combatant(name="Lia", max_hp=20, slots={1: 2}, hit_dice={8: 3}, death_saves=True)
    entered = [
        e.Entered(id="lia", sheet=lia, side="party", player="Ann", hp=20),
        e.Entered(id="tom", sheet=lia.model_copy(update={"name": "Tom"}), side="party", player="Ben", hp=20),
        e.Entered(id=SPY, sheet=SHEET, hp=31, hidden=hidden),
    ]
    fold(state, [*entered, e.EncounterBegan(), e.Initiative(id="lia", total=15), e.Initiative(id="tom", total=5)])
    return fold(state, [e.TurnBegan(id="lia")])


def happens(kind: type, *, hidden: bool, **more: Any) -> State:
    state = table(hidden=hidden)
    if kind is e.Entered:
        del state.creatures[SPY]
    if kind is e.Entered and not hidden:
        more["hidden"] = False
    return fold(state, [made(kind, **more)])


def everything(state: State, role: Role) -> str:
    return json.dumps([view(state, role), tell(state.lately[-1], role)])


ABOUT_SOMEBODY = [kind for kind in TYPES if "id" in kind.model_fields]
ABOUT_OTHERS = [kind for kind in ABOUT_SOMEBODY if {"by", "target", "targets", "helps"} & set(kind.model_fields)]


def test_it_is_decided_for_every_event_who_is_told_what() -> None:
    assert set(TYPES) == set(_OPEN)


@pytest.mark.parametrize(
    "kind", [kind for kind in ABOUT_SOMEBODY if kind is not e.Revealed], ids=lambda kind: kind.__name__
)
@pytest.mark.parametrize("role", [ANN, BEN, SPECTATOR], ids=lambda role: role.kind + role.name)
def test_nothing_tells_of_somebody_hidden(kind: type, role: Role) -> None:
    state = happens(kind, hidden=True, id=SPY)

    said = everything(state, role)

    assert SPY not in said
    assert "Vex" not in said
    assert SPY in everything(state, DM) or kind in (e.Left,)


@pytest.mark.parametrize("kind", ABOUT_OTHERS, ids=lambda kind: kind.__name__)
def test_nothing_tells_of_somebody_hidden_behind_what_happens_to_others(kind: type) -> None:
    names = {"by": SPY, "target": SPY, "helps": SPY, "targets": (SPY, "tom")}
    more = {key: value for key, value in names.items() if key in kind.model_fields}
    more |= {"stance": "help"} if kind is e.Stood else {}

    state = happens(kind, hidden=True, id="lia", **more)

    for role in (ANN, BEN, SPECTATOR):
        assert SPY not in everything(state, role)
        assert "Vex" not in everything(state, role)


@pytest.mark.parametrize("kind", ABOUT_SOMEBODY, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("role", [ANN, SPECTATOR], ids=lambda role: role.kind)
def test_no_numbers_of_an_enemy_are_told(kind: type, role: Role) -> None:
    state = happens(kind, hidden=kind is e.Revealed, id=SPY)

    said = tell(state.lately[-1], role) or {}
    shown = view(state, role)["creatures"].get(SPY, {})

    assert not NUMBERS & set(said)
    assert not NUMBERS & set(shown)
    assert "31" not in json.dumps(shown)


@pytest.mark.parametrize("kind", [e.SlotSpent, e.Items, e.Coins], ids=lambda kind: kind.__name__)
def test_what_somebody_has_is_told_to_who_plays_it(kind: type) -> None:
    state = happens(kind, hidden=False, id="lia")

    assert tell(state.lately[-1], ANN) is not None
    assert tell(state.lately[-1], BEN) is None
    assert "items" not in view(state, BEN)["creatures"]["lia"]


@pytest.mark.parametrize("kind", [e.Rolled, e.Noted, e.Tested], ids=lambda kind: kind.__name__)
def test_what_is_secret_is_for_the_dungeon_master(kind: type) -> None:
    more = {"id": "lia"} if kind is e.Tested else {}
    state = happens(kind, hidden=False, secret=True, **more)

    assert tell(state.lately[-1], DM) is not None
    for role in (ANN, BEN, SPECTATOR):
        assert tell(state.lately[-1], role) is None
        assert "poisoned" not in json.dumps(view(state, role))


def test_what_is_revealed_later_does_not_reveal_what_was_before() -> None:
    state = table(hidden=True)
    fold(state, [e.Noted(by="x", text="hm"), made(e.Damaged, id=SPY), e.Revealed(id=SPY), made(e.Stabilised, id=SPY)])

    told = [said["type"] for said in view(state, ANN)["told"]]

    assert told[-3:] == ["note", "revealed", "stabilised"]


@pytest.mark.parametrize(
    ("hp", "word"), [(31, "unhurt"), (30, "hurt"), (16, "hurt"), (15, "bloodied"), (1, "bloodied")]
)
def test_hit_points_of_enemies_are_a_word(hp: int, word: str) -> None:
    state = fold(table(hidden=False), [e.Damaged(id=SPY, amount=1, hp=hp)])

    assert looks(state, state.creatures[SPY]) == view(state, ANN)["creatures"][SPY]["looks"] == word
