"""A branch of the log, added up."""

from pydantic import ValidationError

from bmo.dnd.table.events import event_of
from bmo.dnd.table.folding import fold
from bmo.dnd.table.log import Log
from bmo.dnd.table.state import State, from_json


def load(log: Log, branch: int, until: int | None = None) -> tuple[State, int]:
    """How the game stands at the end of a branch, or after event `until`, and the number of that event."""
    state, seq = State(), 0
    kept = log.snapshot(branch)
    if kept is not None and (until is None or kept[0] <= until):
        try:
            state, seq = from_json(kept[1]), kept[0]
        except ValidationError:  # of an older BMO: the events say it all
            state, seq = State(), 0
    for entry in log.read(branch, seq, until):
        fold(state, (event_of(entry.body),))
        seq = entry.seq
    return state, seq
