"""The log of the game: nothing acknowledged is lost, nothing is taken away, one writer at a time."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from bmo.core.errors import NotFound, Refused
from bmo.dnd.table.log import LOG_TABLES, Log, Moved
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database

WRITER = """
import sys
from pathlib import Path
from bmo.core.clock import SystemClock
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.store.database import Database

log = Log(Database(Path(sys.argv[1]), [LOG_TABLES]), SystemClock())
branch = int(sys.argv[2])
last = log.last(branch)
while True:
    last = log.append(branch, last, [f'{{"n": {last + number}}}' for number in range(1, 8)])
    print(last, flush=True)
"""


def opened(folder: Path) -> Log:
    return Log(Database(folder / "bmo.db", [LOG_TABLES]), ManualClock())


def bodies(log: Log, branch: int) -> list[str]:
    return [entry.body for entry in log.read(branch)]


def test_events_are_read_back_in_order_and_numbered_without_gaps(tmp_path: Path) -> None:
    log = opened(tmp_path)
    head = log.begin("Phandalin").head

    assert log.append(head, 0, ["1", "2"]) == 2
    assert log.append(head, 2, ["3"]) == 3

    assert [(entry.seq, entry.body) for entry in log.read(head)] == [(1, "1"), (2, "2"), (3, "3")]
    assert [entry.body for entry in log.read(head, after=1, until=2)] == ["2"]


def test_what_was_decided_on_an_older_state_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    log = opened(tmp_path)
    head = log.begin("Phandalin").head
    log.append(head, 0, ["1", "2"])

    with pytest.raises(Moved):
        log.append(head, 1, ["other"])
    assert bodies(log, head) == ["1", "2"]


def test_a_branch_goes_on_from_an_earlier_event_and_the_old_way_stays(tmp_path: Path) -> None:
    log = opened(tmp_path)
    campaign = log.begin("Phandalin")
    log.append(campaign.head, 0, ["a", "b", "c"])

    retold = log.fork(campaign.head, 1, "without the dragon")
    log.append(retold.id, 1, ["x"])
    again = log.fork(retold.id, 2, "later")
    log.append(again.id, 2, ["y"])
    early = log.fork(again.id, 1, "early")

    assert bodies(log, campaign.head) == ["a", "b", "c"]
    assert bodies(log, retold.id) == ["a", "x"]
    assert bodies(log, again.id) == ["a", "x", "y"]
    assert (early.parent, bodies(log, early.id), log.last(early.id)) == (campaign.head, ["a"], 1)
    assert log.campaign(campaign.id).head == early.id


def test_the_story_can_go_back_to_the_old_way(tmp_path: Path) -> None:
    log = opened(tmp_path)
    campaign, other = log.begin("Phandalin"), log.begin("Barovia")
    log.fork(campaign.head, 0, "anew")

    log.go_on(campaign.id, campaign.head)

    assert log.campaign(campaign.id).head == campaign.head
    with pytest.raises(NotFound):
        log.go_on(campaign.id, other.head)


@pytest.mark.parametrize("name", ["", "  ", "x" * 81])
def test_a_campaign_has_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused):
        opened(tmp_path).begin(name)


def test_nothing_is_forked_where_nothing_happened(tmp_path: Path) -> None:
    log = opened(tmp_path)

    with pytest.raises(Refused):
        log.fork(log.begin("Phandalin").head, 1, "never")
    with pytest.raises(NotFound):
        log.last(99)


def test_a_snapshot_counts_for_what_grew_from_it_and_not_for_what_forked_before(tmp_path: Path) -> None:
    log = opened(tmp_path)
    head = log.begin("Phandalin").head
    log.append(head, 0, ["1", "2", "3", "4"])
    log.keep_snapshot(head, 1, "old")
    log.keep_snapshot(head, 3, "state")

    assert log.snapshot(head) == (3, "state")
    assert log.snapshot(log.fork(head, 4, "after").id) == (3, "state")
    assert log.snapshot(log.fork(head, 2, "before").id) is None


class AnyOrder(RuleBasedStateMachine):
    """Appends and forks in any order, beside lists."""

    branches = Bundle("branches")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.log = opened(Path(self.folder.name))
        self.expected: dict[int, list[str]] = {}
        self.written = 0

    @rule(target=branches)
    def begin(self) -> int:
        branch = self.log.begin("campaign").head
        self.expected[branch] = []
        return branch

    @rule(branch=branches, count=st.integers(0, 4))
    def append(self, branch: int, count: int) -> None:
        fresh = [str(self.written + number) for number in range(count)]
        self.written += count
        self.log.append(branch, len(self.expected[branch]), fresh)
        self.expected[branch] = self.expected[branch] + fresh

    @rule(target=branches, branch=branches, share=st.floats(0, 1))
    def fork(self, branch: int, share: float) -> int:
        at = int(share * len(self.expected[branch]))
        made = self.log.fork(branch, at, "fork").id
        self.expected[made] = self.expected[branch][:at]
        return made

    @invariant()
    def every_branch_is_what_was_written(self) -> None:
        for branch, expected in self.expected.items():
            assert bodies(self.log, branch) == expected
            assert self.log.last(branch) == len(expected)

    def teardown(self) -> None:
        self.folder.cleanup()


TestAnyOrder = AnyOrder.TestCase


def survives(folder: Path, times: int) -> None:
    """kill -9 in mid-write, again and again: what was told as kept is there, and there are no halves."""
    log = opened(folder)
    head = log.begin("Phandalin").head
    told = 0
    for _ in range(times):
        arguments = [sys.executable, "-c", WRITER, str(folder / "bmo.db"), str(head)]
        writer = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        for _ in range(5):
            told = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        told = max([told, *(int(line) for line in writer.stdout.read().split())])
        writer.stdout.close()
        writer.wait()

        kept = [json.loads(body)["n"] for body in bodies(log, head)]
        assert len(kept) >= told
        assert kept == list(range(1, len(kept) + 1))
        assert len(kept) % 7 == 0


@pytest.mark.real
@pytest.mark.xdist_group("processes")
def test_no_event_that_was_acknowledged_is_lost_by_kill(tmp_path: Path) -> None:
    survives(tmp_path, 20)


@pytest.mark.soak
def test_no_event_that_was_acknowledged_is_lost_by_kill_two_hundred_times(tmp_path: Path) -> None:
    survives(tmp_path, 200)
