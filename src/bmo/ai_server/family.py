"""This process and those it started: engines that run apart count as ours."""

from collections.abc import Iterator
from contextlib import suppress

import psutil

_MB = 1_048_576


def pids() -> frozenset[int]:
    """Their process ids."""
    return frozenset(process.pid for process in _processes())


def resident_mb() -> float:
    """What all of them together hold in memory; what they share is counted more than once."""
    total = 0
    for process in _processes():
        with suppress(psutil.NoSuchProcess):  # it ended while we looked
            total += process.memory_info().rss
    return total / _MB


def _processes() -> Iterator[psutil.Process]:
    here = psutil.Process()
    yield here
    yield from here.children(recursive=True)
