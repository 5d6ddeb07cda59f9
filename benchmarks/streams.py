"""How 64 streamed chats at a time fare on one AI server, and whoever comes beyond that; and what it does to memory.

    python benchmarks/streams.py [--rounds 3] [--soak MINUTES]

An engine whose tokens come every 50 ms, behind the real server under gunicorn with 96 threads. Prints whether anybody
starved (the longest gap against the median), who was sent away and how, and how fast `/livez` answered meanwhile; with
`--soak`, the server's memory after the first minute and at the end. Writes `results/streams-<date>.json`.
"""

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

from parts.crowd import Read, Watcher, ask_all
from parts.measuring import figures, keep, machine
from parts.servers import gunicorn
from parts.steady import EVERY, KEY, STREAMS

TOKENS = 120
MOST = TOKENS * EVERY * 4


def crowd(url: str) -> dict[str, Any]:
    """One round: as many as are taken, and one more."""
    with Watcher(url) as watcher:
        reads = ask_all(url, KEY, STREAMS + 1, TOKENS, MOST)
    served = [read for read in reads if read.status == 200]
    return {
        "served_whole": sum(read.whole and read.words == TOKENS for read in served),
        "sent_away": [{"status": read.status, "retry_after": read.retry_after} for read in reads if read not in served],
        **gaps(served),
        "livez": figures(watcher.took),
    }


def gaps(reads: list[Read]) -> dict[str, float]:
    """Milliseconds between two arrivals of a stream: of all, and of the stream that waited longest."""
    every = [gap * 1_000 for read in reads for gap in read.gaps()]
    median = statistics.median(every)
    return {
        "gap_median_ms": round(median, 1),
        "gap_max_ms": round(max(every), 1),
        "gap_max_by_median": round(max(every) / median, 2),
    }


def soak(url: str, pid: int, minutes: float) -> dict[str, Any]:
    """Round after round; MB of the server's processes after one minute and at the end."""
    began, after_one, rounds = time.monotonic(), 0.0, 0
    while time.monotonic() - began < minutes * 60:
        ask_all(url, KEY, STREAMS + 1, TOKENS, MOST)
        rounds += 1
        if not after_one and time.monotonic() - began >= 60:
            after_one = resident(pid)
    end = resident(pid)
    return {
        "minutes": minutes,
        "rounds": rounds,
        "mb_after_one": round(after_one, 1),
        "mb_at_the_end": round(end, 1),
        "growth": round(end / after_one - 1, 4) if after_one else 0.0,
    }


def resident(pid: int) -> float:
    """MB of a process and its children."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in pids)
    return pages * 4_096 / 1_048_576


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    asked = parser.parse_args()
    result: dict[str, Any] = {"machine": machine(), "streams": STREAMS, "token_every_ms": EVERY * 1_000}
    with gunicorn(threads=96, app="parts.steady:app") as server:
        result["rounds"] = [crowd(server) for _ in range(asked.rounds)]
        for number, row in enumerate(result["rounds"], 1):
            print(f"round {number}: {row}")
        if asked.soak:
            result["soak"] = soak(server, server.pid, asked.soak)
            print(f"soak: {result['soak']}")
    keep("streams", result)


if __name__ == "__main__":
    main()
