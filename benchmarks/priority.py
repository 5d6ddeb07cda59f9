"""Whether BMO still hears, and the page still comes, while the local AI server thinks hard.

    python benchmarks/priority.py [--seconds 30]

Starts `bmo run` (Linux, models of `BMO_TEST_MODELS`): the app, and the AI server beside it with the niceness and the
threads that people get. Sends the ears (wake word and voice activity, a process of their own as in the app) 80 ms of
sound every 80 ms and asks for the page twenty times a second, first with the AI server idle, then while it tells one
long story after the other with the embedded model. Prints and writes `results/priority-<date>.json`.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3
from parts.measuring import figures, keep, machine, table, timed
from startup import at_ok, environment, family, read_pid, started, wait_for

from bmo.voice.earline import Kind, Message, read, write

CHUNK_SECONDS = 0.08
CHUNK_BYTES = 2_560
PAGE_EVERY = 0.05
STORY = "Tell me a very long story about a robot who crosses an ocean, with everybody whom it meets."


@contextmanager
def ears() -> Iterator[Callable[[], object]]:
    """The process that hears; gives what hands it 80 ms of noise and waits for its answer."""
    models = os.environ.get("BMO_TEST_MODELS") or str(Path.home() / ".cache/bmo-test-models")
    command = [sys.executable, "-m", "bmo.device.ears", "--models", models]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        to, back = process.stdin, process.stdout
        assert to is not None
        assert back is not None
        noise = random.Random(1).randbytes(CHUNK_BYTES)

        def hear() -> None:
            write(to, Message(Kind.SOUND, 1, noise))
            answer = read(back)
            assert answer is not None
            assert answer.kind is Kind.SCORES, answer.body.decode()

        hear()
        yield hear
        to.close()


def paced(call: Callable[[], object], every: float, seconds: float) -> list[float]:
    """Milliseconds from when each call was due until it was done: a late one makes the next late too."""
    took: list[float] = []
    due = time.perf_counter()
    ends = due + seconds
    while due < ends:
        time.sleep(max(0.0, due - time.perf_counter()))
        call()
        took.append((time.perf_counter() - due) * 1_000)
        due += every
    return took


def both(hear: Callable[[], object], page: Callable[[], object], seconds: float) -> dict[str, Any]:
    """The ears and the page at the same time."""
    pages: list[float] = []
    asker = threading.Thread(target=lambda: pages.extend(timed(page) for _ in _every(PAGE_EVERY, seconds)))
    asker.start()
    chunks = paced(hear, CHUNK_SECONDS, seconds)
    asker.join()
    late = sum(one > CHUNK_SECONDS * 1_000 for one in chunks)
    return {"ears, per 80 ms": {**figures(chunks), "late": late}, "page": figures(pages)}


def _every(every: float, seconds: float) -> Iterator[None]:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        yield
        time.sleep(every)


@contextmanager
def stories(url: str, key: str) -> Iterator[dict[str, int]]:
    """One long story after the other, until left; counts what was told."""
    told, stop = {"stories": 0, "tokens": 0}, threading.Event()
    body = json.dumps({"messages": [{"role": "user", "text": STORY}], "max_tokens": 1_024, "temperature": 1.0})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def tell() -> None:
        http = urllib3.PoolManager()
        while not stop.is_set():
            answer = http.request("POST", f"{url}/llm/chat", body=body, headers=headers, preload_content=False)
            told["stories"] += 1
            while not stop.is_set() and (line := answer.readline()):
                told["tokens"] += b'"words"' in line
            answer.close()

    teller = threading.Thread(target=tell)
    teller.start()
    wait_for(lambda: told["tokens"] > 0)
    try:
        yield told
    finally:
        stop.set()
        teller.join()


def processor_seconds(pid: int) -> float:
    """What a process and its children have computed."""
    fields = [Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split() for one in family(pid)]
    return sum(int(row[11]) + int(row[12]) for row in fields) / os.sysconf("SC_CLK_TCK")


def measure(seconds: float) -> dict[str, Any]:
    """Idle, then busy."""
    http = urllib3.PoolManager()
    with tempfile.TemporaryDirectory() as folder, started(Path(folder)) as (home, url), ears() as hear:
        key = {"Authorization": f"Bearer {(wait_for(lambda: _text(home / 'token')))}"}
        wait_for(lambda: at_ok(http, f"{url}/", key))
        pid = wait_for(lambda: read_pid(home, "ai-server"))
        told = environment(pid)
        local = f"http://127.0.0.1:{told['BMO_AI_SERVER__PORT']}"
        wait_for(lambda: at_ok(http, f"{local}/readyz", {}))

        def page() -> None:
            assert http.request("GET", f"{url}/", headers=key, redirect=False).status == 200

        both(hear, page, 3)
        idle = both(hear, page, seconds)
        with stories(local, told["AI_SERVER_KEY"]) as count:
            before = processor_seconds(pid), dict(count)
            busy = both(hear, page, seconds)
            used = (processor_seconds(pid) - before[0]) / seconds
            tokens = (count["tokens"] - before[1]["tokens"]) / seconds
        nice = os.getpriority(os.PRIO_PROCESS, pid)
    return {
        "ai_server": {"nice": nice, "cores_used": round(used, 2), "tokens_per_s": round(tokens, 1)},
        "idle": idle,
        "busy": busy,
    }


def _text(path: Path) -> str:
    return path.read_text().strip() if path.exists() else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30.0)
    seconds = parser.parse_args().seconds
    result = {"machine": machine(), **measure(seconds)}
    for name, row in result["busy"].items():
        for figure in ("p50", "p99", "max"):
            row[f"{figure}_by_idle"] = round(row[f"{figure}_ms"] / result["idle"][name][f"{figure}_ms"], 2)
    table("AI server idle", result["idle"])
    table("AI server telling a story (ratio: p99 by idle)", result["busy"], "p99_by_idle")
    late = result["busy"]["ears, per 80 ms"]["late"]
    print(f"\n{late} of {result['busy']['ears, per 80 ms']['calls']} chunks were heard late. {result['ai_server']}")
    keep("priority", result)


if __name__ == "__main__":
    main()
