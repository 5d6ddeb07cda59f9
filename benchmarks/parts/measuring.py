"""What the benchmarks of the line share: timing, figures, and where results go."""

import json
import os
import platform
import random
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results"
WARM_UP = 50
"""Rounds that are not counted."""


def timed(call: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1_000


def interleaved(runs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each, asked in turn, each round in another order: who follows whom costs tens of microseconds."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    order = list(runs.items())
    luck = random.Random(1)
    for number in range(rounds + WARM_UP):
        luck.shuffle(order)
        for name, run in order:
            milliseconds = run()
            if number >= WARM_UP:
                taken[name].append(milliseconds)
    return taken


def figures(values: list[float]) -> dict[str, float]:
    """Median, 99th percentile and maximum."""
    ordered = sorted(values)
    return {
        "p50_ms": round(statistics.median(ordered), 3),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 3),
        "max_ms": round(ordered[-1], 3),
        "calls": len(ordered),
    }


def machine() -> dict[str, Any]:
    """What it ran on."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cores": os.cpu_count(),
        "cpu": models[0].partition(":")[2].strip() if models else platform.processor(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": [round(one, 2) for one in os.getloadavg()],
    }


def keep(name: str, result: Mapping[str, Any]) -> None:
    """Write `results/NAME-DATE.json`."""
    path = RESULTS / f"{name}-{datetime.now(UTC):%Y-%m-%d}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\nwritten to {path.relative_to(RESULTS.parents[1])}")


def table(title: str, rows: Mapping[str, Mapping[str, Any]], ratio: str = "ratio_p50") -> None:
    """Print rows of `figures`."""
    print(f"\n{title:44} {'p50 ms':>9} {'p99 ms':>9} {'max ms':>9}   {'ratio':>6}")
    for name, row in rows.items():
        print(f"{name:44} {row['p50_ms']:9.2f} {row['p99_ms']:9.2f} {row['max_ms']:9.2f}   {row.get(ratio, ''):>6}")
