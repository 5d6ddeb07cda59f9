"""The table: one writer, told by role; undo, retcon, snapshots; what stands is what the log adds up to."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bmo.core.errors import Forbidden, NotFound, Refused
from bmo.dnd.table.calls import CALL
from bmo.dnd.table.combatant import Combatant, SpellRule
from bmo.dnd.table.events import event_of
from bmo.dnd.table.folding import fold
from bmo.dnd.table.loading import load
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.dnd.table.roles import DM, SPECTATOR, Role, player
from bmo.dnd.table.state import State, from_json, to_json
from bmo.dnd.table.table import Outcome, Table
from bmo.dnd.table.views import view
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database

ANN, BEN = player("Ann"), player("Ben")
FIREBALL = {
    "name": "Fireball", "level": 3, "save": "dex", "half": True, "damage": "8d6", "type": "fire", "range": 150,
    "area": {"shape": "sphere", "size": 20},
}  # fmt: skip
HOLD = {"name": "Hold", "level": 1, "save": "wis", "condition": "paralyzed", "concentration": True, "rounds": 2,
        "save_again": True}  # fmt: skip


def sheet(name: str, **more: Any) -> dict[str, Any]:
    usual = {
        "name": name, "max_hp": 14, "ac": 12, "death_saves": True, "speed": 30, "level": 3, "slots": {1: 3, 3: 2},
        "attacks": [{"name": "Blade", "bonus": 5, "damage": "1d8+3", "type": "slashing"}],
        "casting": {"dc": 13, "attack": 5, "modifier": 3, "spells": ["Fireball", "Hold"]}, "hit_dice": {8: 3},
    }  # fmt: skip
    return usual | more


class Books:
    """Two spells, no creatures."""

    def combatant(self, name: str) -> Combatant:
        raise NotFound(f"There is no {name}.")

    def spell(self, name: str) -> SpellRule:
        for known in (FIREBALL, HOLD):
            if known["name"] == name:
                return SpellRule.model_validate(known)
        raise NotFound(f"There is no spell {name}.")


class Repeatable:
    """The same faces in every run, so that a run that failed fails again."""

    def __init__(self) -> None:
        self._faces = random.Random(8)

    def roll(self, sides: int) -> int:
        return self._faces.randint(1, sides)


def log_in(folder: Path) -> Log:
    return Log(Database(folder / "bmo.db", [LOG_TABLES]), ManualClock())


def opened(folder: Path, log: Log | None = None, **more: Any) -> Table:
    log = log or log_in(folder)
    campaigns = log.campaigns()
    number = campaigns[0].id if campaigns else log.begin("Phandalin").id
    return Table(log, number, Repeatable(), Books(), **more)


def do(table: Table, role: Role = DM, **call: Any) -> Outcome:
    return table.do(CALL.validate_python(call), role)


def replayed(log: Log, table: Table) -> State:
    """From the first event on, without snapshots."""
    return fold(State(), [event_of(entry.body) for entry in log.read(table.branch)])


def party(table: Table) -> None:
    do(table, call="add_creature", sheet=sheet("Lia"), side="party", player="Ann", at=(0, 0, 0))
    do(table, call="add_creature", sheet=sheet("Tom"), side="party", player="Ben", at=(5, 0, 0))
    do(table, call="add_creature", sheet=sheet("Orc", death_saves=False), at=(10, 0, 0))


def test_undo_takes_the_last_call_back_and_the_old_way_stays(tmp_path: Path) -> None:
    table = opened(tmp_path)
    party(table)
    before = table.state
    do(table, call="damage", targets=["Lia", "Tom"], amount=20)
    old = table.branch

    table.undo(DM)

    assert table.state == before
    table.go_on(old, DM)
    assert table.state.creatures["lia"].life == "dying"


def test_retcon_goes_back_to_any_event_and_opens_there_again(tmp_path: Path) -> None:
    table = opened(tmp_path)
    party(table)
    do(table, call="kill", who="Lia")

    table.retcon(2, "Lia lives, and the orc never came", DM)
    do(table, call="note", text="it rains")

    again = opened(tmp_path)
    assert set(again.state.creatures) == {"lia", "tom"}
    assert again.state == table.state


def test_nothing_is_taken_back_where_nothing_happened(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        opened(tmp_path).undo(DM)


def test_players_change_nothing_that_has_happened(tmp_path: Path) -> None:
    table = opened(tmp_path)
    party(table)

    for change in (lambda: table.undo(ANN), lambda: table.retcon(1, "x", ANN), lambda: table.go_on(1, SPECTATOR)):
        with pytest.raises(Forbidden):
            change()


def test_a_table_opened_from_a_snapshot_is_the_same(tmp_path: Path) -> None:
    table = opened(tmp_path, snapshot_every=5)
    party(table)
    do(table, call="start_encounter")
    for _ in range(40):
        do(table, call="next_turn")
    do(table, call="note", text="after the snapshot")

    assert opened(tmp_path).state == table.state
    assert replayed(log_in(tmp_path), table) == table.state


def test_a_snapshot_of_an_older_bmo_is_left_alone(tmp_path: Path) -> None:
    table = opened(tmp_path)
    party(table)
    log = log_in(tmp_path)
    log.keep_snapshot(table.branch, 2, '{"heroes": []}')

    assert opened(tmp_path).state == table.state


def test_everybody_is_told_what_changed_and_nothing_twice(tmp_path: Path) -> None:
    table = opened(tmp_path)
    heard: list[dict[str, Any]] = []
    stop = table.subscribe(ANN, heard.append)
    party(table)
    do(table, call="note", text="secret", secret=True)
    do(table, call="damage", targets=["Lia"], amount=3)
    stop()
    do(table, call="damage", targets=["Lia"], amount=3)

    assert "view" in heard[0]
    assert [sorted(one) for one in heard[1:]] == [["creatures", "told"]] * 4
    assert heard[-1]["creatures"]["lia"]["hp"] == 11


def test_what_another_program_wrote_is_seen_before_the_next_call(tmp_path: Path) -> None:
    table, other = opened(tmp_path), opened(tmp_path)
    party(table)

    do(other, call="damage", targets=["Lia"], amount=3)
    do(table, call="damage", targets=["Lia"], amount=3)
    table.retcon(3, "again", DM)
    do(other, call="damage", targets=["Lia"], amount=1)

    assert other.state.creatures["lia"].hp == 13


def test_many_write_at_once_and_every_event_is_kept(tmp_path: Path) -> None:
    table = opened(tmp_path)
    party(table)
    before = table.seq
    writers = [
        threading.Thread(target=lambda: [do(table, call="roll", dice="1d20") for _ in range(10)]) for _ in range(6)
    ]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert table.seq == before + 60
    assert replayed(log_in(tmp_path), table) == table.state


WHO = st.sampled_from(["Lia", "Orc", "Tom", "Spy", "Lia", "nobody"])
WHERE = st.sampled_from([(0, 0, 0), (5, 0, 0), (10, 5, 0), (40, 0, 0)])
AMOUNT = st.integers(0, 30)
CALLS = st.one_of(
    st.builds(dict, call=st.just("attack"), who=WHO, target=WHO, using=st.sampled_from(["action", "reaction", "free"]),
              knock_out=st.booleans()),
    st.builds(dict, call=st.just("cast"), who=WHO, spell=st.sampled_from(["Fireball", "Hold", "Wish"]),
              targets=st.lists(WHO, max_size=2), at=st.none() | WHERE),
    st.builds(dict, call=st.just("damage"), targets=st.lists(WHO, min_size=1, max_size=3), amount=AMOUNT),
    st.builds(dict, call=st.just("heal"), target=WHO, amount=AMOUNT),
    st.builds(dict, call=st.just("temporary_hp"), target=WHO, amount=AMOUNT),
    st.builds(dict, call=st.just("move"), who=WHO, to=WHERE, teleport=st.booleans()),
    st.builds(dict, call=st.sampled_from(["next_turn", "start_encounter", "end_encounter", "long_rest", "short_rest"])),
    st.builds(dict, call=st.sampled_from(["reveal", "hide", "stand_up", "end_concentration", "death_save", "kill",
                                          "remove_creature", "roll_initiative"]), who=WHO),
    st.builds(dict, call=st.just("add_condition"), who=WHO, by=st.none() | WHO, rounds=st.none() | st.integers(1, 3),
              condition=st.sampled_from(["prone", "stunned", "unconscious", "grappled", "bless"])),
    st.builds(dict, call=st.just("remove_condition"), who=WHO, condition=st.sampled_from(["prone", "unconscious"])),
    st.builds(dict, call=st.just("exhaustion"), who=WHO, level=st.integers(0, 6)),
    st.builds(dict, call=st.just("wrestle"), who=WHO, target=WHO,
              aim=st.sampled_from(["grapple", "prone", "push", "escape"])),
    st.builds(dict, call=st.just("take_action"), who=WHO, target=WHO,
              action=st.sampled_from(["dodge", "dash", "help", "hide", "disengage"])),
    st.builds(dict, call=st.just("give_item"), to=WHO, item=st.just("rope"), count=st.integers(1, 3)),
    st.builds(dict, call=st.just("take_item"), who=WHO, item=st.just("Rope"), give_to=st.none() | WHO),
    st.builds(dict, call=st.just("give_coins"), to=WHO, coins=st.just({"gp": 3})),
    st.builds(dict, call=st.just("pay"), who=WHO, price=st.just({"sp": 5})),
    st.builds(dict, call=st.just("note"), text=st.just("zzsecretzz"), secret=st.just(True)),
    st.builds(dict, call=st.just("roll"), dice=st.just("1d20"), reason=st.just("zzsecretzz"), secret=st.just(True)),
    st.builds(dict, call=st.just("pass_time"), hours=st.integers(0, 9)),
    st.builds(dict, call=st.just("stabilise"), target=WHO, by=st.none() | WHO),
    st.builds(dict, call=st.just("give_xp"), amount=st.integers(1, 500)),
    st.builds(dict, call=st.just("check"), who=WHO, skill=st.just("stealth"), secret=st.booleans()),
    st.builds(dict, call=st.just("revive"), who=WHO),
)  # fmt: skip
ROLES = st.sampled_from([DM, DM, DM, ANN, BEN, SPECTATOR])


def patched(seen: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """What a page has after a patch."""
    if "view" in change:
        return {key: value for key, value in change["view"].items() if key != "told"}
    creatures = {id: one for id, one in (seen["creatures"] | change.get("creatures", {})).items() if one is not None}
    return seen | change.get("set", {}) | {"creatures": creatures}


class AnyGame(RuleBasedStateMachine):
    """Any calls by anybody, in any order: what must hold whatever happens."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = tempfile.TemporaryDirectory()
        self.folder = Path(self.kept.name)
        self.log = log_in(self.folder)
        self.table = opened(self.folder, self.log, snapshot_every=20)
        party(self.table)
        do(self.table, call="add_creature", sheet=sheet("Spy", death_saves=False), hidden=True, at=(15, 0, 0))
        self.pages: dict[Role, dict[str, Any]] = {}
        for role in (DM, ANN, BEN, SPECTATOR):
            self.table.subscribe(role, lambda change, role=role: self.hear(role, change))

    def hear(self, role: Role, change: dict[str, Any]) -> None:
        self.pages[role] = patched(self.pages.get(role, {}), change)
        self.innocent(role, change)

    def innocent(self, role: Role, said: object) -> None:
        spy = next((one for one in self.table.state.creatures.values() if one.name == "Spy"), None)
        if not role.dm:
            assert "zzsecretzz" not in str(said)
            if spy is not None and spy.hidden and isinstance(said, dict) and "view" in said:
                # What was told while it was seen stays told.
                assert "Spy" not in str(said["view"] | {"told": ()})

    @rule(call=CALLS, role=ROLES)
    def ask(self, call: dict[str, Any], role: Role) -> None:
        before = self.table.state
        outcome = self.table.do(CALL.validate_python(call), role)
        after = self.table.state
        self.innocent(role, outcome)
        spy = next((one for one in before.creatures.values() if one.name == "Spy"), None)
        if outcome.refusal is not None:
            assert after == before
            if not role.dm and spy is not None and spy.hidden and "Spy" not in str(call):
                assert "Spy" not in outcome.refusal.reason
        for id, one in before.creatures.items():
            if one.dead and id in after.creatures and call["call"] != "revive":
                assert after.creatures[id].dead

    @rule()
    def fresh_fight(self) -> None:
        """Without it a game soon has nobody left who could do anything."""
        for one in list(self.table.state.creatures.values()):
            if one.dead:
                do(self.table, call="revive", who=one.id)
            if one.exhaustion:
                do(self.table, call="exhaustion", who=one.id, level=0)
            if one.hp < one.sheet.max_hp:
                do(self.table, call="heal", target=one.id, amount=99)
        do(self.table, call="end_encounter")
        do(self.table, call="start_encounter")

    @precondition(lambda self: self.table.seq > 12)
    @rule()
    def take_back(self) -> None:
        self.table.undo(DM)

    @invariant()
    def hit_points_are_in_bounds(self) -> None:
        state = self.table.state
        for one in state.creatures.values():
            assert 0 <= one.hp <= one.max_hp(state.edition)
            assert one.temporary >= 0
            assert (one.hp == 0) == (one.life != "up")
            assert 0 <= one.successes <= 3
            assert 0 <= one.failures < 3
            assert all(0 <= left <= one.sheet.slots[level] for level, left in one.slots.items())
            assert one.concentration is None or one.life == "up"

    @invariant()
    def pages_are_what_the_role_sees_and_no_more(self) -> None:
        state = self.table.state
        hidden = [one for one in state.creatures.values() if one.hidden]
        for role, page in self.pages.items():
            shown = view(state, role)
            assert page == {key: value for key, value in shown.items() if key != "told"}
            if role.dm:
                continue
            for one in hidden:
                assert one.id not in str({key: value for key, value in shown.items() if key != "told"})
            for one in shown["creatures"].values():
                assert ("hp" in one) == (one["side"] == "party")
                assert ("sheet" in one) == (role.kind == "player" and one["player"] == role.name)
            assert "zzsecretzz" not in str(shown)

    def teardown(self) -> None:
        """What stands is what the log adds up to, from the first event and from a snapshot."""
        state = self.table.state
        assert replayed(self.log, self.table) == state
        assert load(self.log, self.table.branch)[0] == state
        assert from_json(to_json(state)) == state
        self.kept.cleanup()


class TestAnyGame(AnyGame.TestCase):
    settings = settings(max_examples=12, stateful_step_count=15, deadline=None)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
class TestAnyGameForLong(AnyGame.TestCase):
    settings = settings(max_examples=300, stateful_step_count=50, deadline=None)


WRITER = """
import sys
from pathlib import Path
from bmo.core.clock import SystemClock
from bmo.dnd.dice import SystemLuck
from bmo.dnd.table.calls import GiveXp
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.dnd.table.roles import DM
from bmo.dnd.table.table import Table
from bmo.store.database import Database

log = Log(Database(Path(sys.argv[1]), [LOG_TABLES]), SystemClock())
table = Table(log, 1, SystemLuck(), None, snapshot_every=10)
while True:
    table.do(GiveXp(amount=1), DM)
    print(table.seq, table.state.creatures["lia"].xp, flush=True)
"""


def survives(folder: Path, times: int) -> None:
    """kill -9 in mid-call: what was told is kept, and each call is kept whole."""
    party(opened(folder))
    for _ in range(times):
        arguments = [sys.executable, "-c", WRITER, str(folder / "bmo.db")]
        writer = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        lines = [writer.stdout.readline() for _ in range(3)]
        os.kill(writer.pid, signal.SIGKILL)
        lines += [line for line in writer.stdout if line.endswith("\n")]
        writer.stdout.close()
        writer.wait()
        seq, xp = map(int, lines[-1].split())

        table = opened(folder)
        assert table.seq >= seq
        creatures = table.state.creatures
        assert creatures["lia"].xp == creatures["tom"].xp >= xp
        assert table.state == replayed(log_in(folder), table)


@pytest.mark.real
@pytest.mark.xdist_group("processes")
def test_no_call_that_was_answered_is_lost_by_kill(tmp_path: Path) -> None:
    survives(tmp_path, 20)


@pytest.mark.soak
def test_no_call_that_was_answered_is_lost_by_kill_two_hundred_times(tmp_path: Path) -> None:
    survives(tmp_path, 200)
