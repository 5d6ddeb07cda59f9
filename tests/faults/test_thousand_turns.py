"""Nothing is lost: turns by the hundred, while providers refuse, hang and die, and satellites leave."""

import logging
import os
import random
import secrets
import threading
from pathlib import Path

import pytest

from faults.rough_day import household, settled

log = logging.getLogger(__name__)

WARM_UP = 16
"""Turns until every pool and thread that stays is there."""
SLACK = 4
"""Connections of the pools that happen to be open, and the threads that serve them."""


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.parametrize("turns", [100, pytest.param(900, marks=[pytest.mark.soak, pytest.mark.timeout(900)])])
def test_every_turn_ends_and_nothing_happens_twice_whatever_fails(turns: int, tmp_path: Path) -> None:
    seed = int(os.environ.get("BMO_SEED", secrets.randbelow(10**6)))
    log.warning("BMO_SEED=%d is this day again, as far as threads allow", seed)
    luck = random.Random(seed)
    with household(tmp_path) as family:
        family.live(range(WARM_UP), luck)
        threads = threading.active_count()
        files = open_files()

        family.live(range(WARM_UP, turns), luck)

        assert family.faults == []
        assert [ticket for ticket, times in family.punched.items() if times > 1] == []
        assert [turn for turn, times in family.records.items() if times > 1] == []
        assert family.outcomes["done"] > turns / 10
        assert settled(threading.active_count, threads + SLACK) <= threads + SLACK
        assert settled(open_files, files + SLACK) <= files + SLACK
