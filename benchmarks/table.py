"""The table of the game: durable events a second, replay, and how long a decision takes.

.venv/bin/python benchmarks/table.py
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bmo.core.clock import SystemClock
from bmo.dnd.dice import SystemLuck
from bmo.dnd.table.calls import CALL, Call
from bmo.dnd.table.combatant import Combatant, SpellRule
from bmo.dnd.table.deciding import settle
from bmo.dnd.table.events import Damaged, Entered, Moved, body_of, event_of
from bmo.dnd.table.folding import fold
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.dnd.table.roles import DM
from bmo.dnd.table.state import State
from bmo.dnd.table.table import Table
from bmo.store.database import Database

EVENTS = 100_000
FIREBALL = SpellRule.model_validate(
    {"name": "Fireball", "level": 3, "save": "dex", "half": True, "damage": "8d6", "type": "fire", "range": 150,
     "area": {"shape": "sphere", "size": 20}}
)  # fmt: skip


class OneSpell:
    """A library of Fireball."""

    def combatant(self, name: str) -> Combatant:
        raise KeyError(name)

    def spell(self, _name: str) -> SpellRule:
        return FIREBALL


def wizard(number: int) -> dict[str, object]:
    return {
        "name": f"Wizard {number}", "max_hp": 100_000, "death_saves": True, "slots": {3: 20},
        "casting": {"dc": 15, "attack": 7, "modifier": 4, "spells": ["Fireball"]},
        "attacks": [{"name": "Staff", "bonus": 4, "damage": "1d6+2"}],
    }  # fmt: skip


def crowd(log: Log, count: int) -> Table:
    table = Table(log, log.begin("benchmark").id, SystemLuck(), OneSpell())
    for number in range(count):
        add = {"call": "add_creature", "sheet": wizard(number), "side": ("party", "enemy")[number % 2],
               "at": (5.0 * (number % 6), 5.0 * (number // 6), 0)}  # fmt: skip
        table.do(CALL.validate_python(add), DM)
    return table


def timed(call: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(1_000 * (time.perf_counter() - start))
    return taken


def decisions(table: Table) -> dict[str, dict[str, float]]:
    state = table.state
    calls: dict[str, Call] = {
        "attack": CALL.validate_python({"call": "attack", "who": "wizard-0", "target": "wizard-1"}),
        "fireball on 12": CALL.validate_python(
            {"call": "cast", "who": "wizard-0", "spell": "Fireball", "at": (10, 5, 0)}
        ),
    }
    found = {}
    for name, call in calls.items():
        taken = sorted(timed(lambda call=call: settle(state, call, DM, SystemLuck(), OneSpell()), 500))
        found[name] = {"p50_ms": round(statistics.median(taken), 3), "p95_ms": round(taken[474], 3)}
    return found


def replay(log: Log) -> dict[str, float]:
    """100,000 events from the disk to a state, in three parts."""
    branch = log.begin("long").head
    events = [Entered(id=f"c{number}", sheet=Combatant(name=f"C {number}", max_hp=900), hp=900) for number in range(10)]
    bodies = [body_of(event) for event in events]
    for number in range(EVENTS - len(bodies)):
        who = f"c{number % 10}"
        event = (
            Damaged(id=who, by="c1", amount=3, hp=900 - number % 900, faces=(3,)),
            Moved(id=who, to=(5.0, number % 50, 0), cost=5),
            Damaged(id=who, amount=1, hp=899),
        )[number % 3]
        bodies.append(body_of(event))
    start = time.perf_counter()
    for at in range(0, EVENTS, 1_000):
        log.append(branch, at, bodies[at : at + 1_000])
    batched = EVENTS / (time.perf_counter() - start)
    start, worked = time.perf_counter(), time.process_time()
    state = State()
    for entry in log.read(branch):
        fold(state, (event_of(entry.body),))
    whole, worked = time.perf_counter() - start, time.process_time() - worked
    return {
        "batched_events_per_s": round(batched),
        "replay_100000_s": round(whole, 2),
        "replay_100000_processor_s": round(worked, 2),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Database(Path(folder) / "bmo.db", [LOG_TABLES]), SystemClock())
        table = crowd(log, 12)
        note = CALL.validate_python({"call": "note", "text": "it rains"})
        single = timed(lambda: table.do(note, DM), 500)
        found = {
            "single_calls_per_s": round(1_000 * len(single) / sum(single)),
            **replay(log),
            "decide": decisions(table),
        }
    json.dump(found, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
