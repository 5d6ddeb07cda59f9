"""What the chain costs, and how fast it falls back.

    python benchmarks/routing.py [--calls 1000]

Ours (chain + remote + AI server with engines that cost nothing) against a pooled urllib3 client that posts the same
body to an echo in the same gunicorn, interleaved call by call. Prints a table and writes `results/routing-<date>.json`.
"""

import argparse
import json
import logging
import os
import platform
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import urllib3
from routing_server import KEY

from bmo.capabilities.breaker import Pace
from bmo.capabilities.chain import Chain, Line
from bmo.capabilities.chat import ChainedChat, Chat, ChatRequest, Message
from bmo.capabilities.continuation import ContinuedChat
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience
from bmo.capabilities.transcribe import ChainedTranscribe, Recording, Transcribe
from bmo.remote.chat import RemoteChat
from bmo.remote.server import Server
from bmo.remote.transcribe import RemoteTranscribe
from bmo.remote.watch import Watch

HERE = Path(__file__).parent
ASK = ChatRequest((Message("system", "You are BMO."), Message("user", "Hello, who are you?")))
SOUND = Recording(Pcm(b"\1\0" * 1_600, 16_000))
PATIENCE = Patience(connect=0.5, first=0.3)
BODY = json.dumps({"messages": [{"role": "user", "text": "Hello, who are you?"}]}).encode()


@contextmanager
def gunicorn() -> Iterator[str]:
    """The benchmark's server on a free port; gives its URL."""
    with socket.socket() as finder:
        finder.bind(("127.0.0.1", 0))
        port = finder.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--threads", "8", "--keep-alive", "75", "--no-control-socket", "--log-level", "critical"]
    command += ["--pythonpath", str(HERE), "routing_server:app"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)


def chats(*servers: Server, watch: Watch | None = None) -> ContinuedChat:
    """A chain of chats; with gates if there is a watch."""
    lines: list[Line[Chat]] = [
        Line(RemoteChat(one), watch.gate(one, "chat")) if watch else Line(RemoteChat(one)) for one in servers
    ]
    return ContinuedChat(ChainedChat(Chain("chat", lines, PATIENCE, lambda _: None)))


def answer(chat: ContinuedChat) -> None:
    for _ in chat.chat(ASK):
        pass


def timed(call: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1_000


def figures(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50_ms": round(statistics.median(ordered), 3),
        "p99_ms": round(ordered[int(len(ordered) * 0.99)], 3),
        "calls": len(ordered),
    }


def overhead(url: str, calls: int) -> dict[str, Any]:
    """Ours and the baseline, in turn."""
    server, nobody = Server("here", url, KEY), Server("never asked", "http://127.0.0.1:9", KEY)
    ears: list[Line[Transcribe]] = [Line(RemoteTranscribe(one)) for one in (server, nobody)]
    chained = ChainedTranscribe(Chain("transcribe", ears, Patience(0.5, 2.0), lambda _: None))
    chat = chats(server, nobody)
    pool = urllib3.PoolManager()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
    runs: dict[str, Callable[[], object]] = {
        "urllib3, echo of a chat request": lambda: pool.request("POST", f"{url}/echo", body=BODY, headers=headers).data,
        "urllib3, the same answer streamed": lambda: (
            pool.request("POST", f"{url}/llm/chat", body=BODY, headers=headers).data
        ),
        "chat, streamed": lambda: answer(chat),
        "urllib3, echo of a recording": lambda: (
            pool.request("POST", f"{url}/echo", body=SOUND.sound.samples, headers=headers).data
        ),
        "transcribe": lambda: chained.transcribe(SOUND),
    }
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(calls + 100):
        for name, run in runs.items():
            milliseconds = timed(run)
            if number >= 100:
                taken[name].append(milliseconds)
    found: dict[str, Any] = {name: figures(values) for name, values in taken.items()}
    for ours, echo in (
        ("urllib3, the same answer streamed", "urllib3, echo of a chat request"),
        ("chat, streamed", "urllib3, echo of a chat request"),
        ("transcribe", "urllib3, echo of a recording"),
    ):
        found[ours]["ratio_p50"] = round(found[ours]["p50_ms"] / found[echo]["p50_ms"], 3)
        found[ours]["ratio_p99"] = round(found[ours]["p99_ms"] / found[echo]["p99_ms"], 3)
    same = found["urllib3, the same answer streamed"]["p50_ms"]
    found["chat, streamed"]["ratio_p50_same_answer"] = round(found["chat, streamed"]["p50_ms"] / same, 3)
    return found


def fall_back(url: str) -> dict[str, Any]:
    """Milliseconds until the next provider has answered, when the first is refused, hangs or is cut."""
    here = Server("here", url, KEY)
    with socket.socket() as closed, socket.socket() as hung:
        closed.bind(("127.0.0.1", 0))
        hung.bind(("127.0.0.1", 0))
        hung.listen(64)
        refusing = Server("cloud", f"http://127.0.0.1:{closed.getsockname()[1]}", KEY)
        hanging = Server("cloud", f"http://127.0.0.1:{hung.getsockname()[1]}", KEY)
        refused = chats(refusing, here)
        hangs = chats(hanging, here)
        watch = Watch([hanging, here], pace=Pace(first=60.0))
        while_down = chats(hanging, here, watch=watch)
        answer(while_down)
        return {
            "nothing wrong": figures([timed(lambda: answer(chats(here))) for _ in range(300)]),
            "refused": figures([timed(lambda: answer(refused)) for _ in range(300)]),
            f"hung, deadline {PATIENCE.first * 1_000:.0f} ms": figures(
                [timed(lambda: answer(hangs)) for _ in range(10)]
            ),
            "hung, breaker open": figures([timed(lambda: answer(while_down)) for _ in range(300)]),
            "cut after 3 tokens": figures([_gap(url, here) for _ in range(200)]),
        }


def _gap(url: str, here: Server) -> float:
    """From the last token before the cut to the first after it."""
    cloud = Server("cloud", f"{url}/cut", KEY)
    chunks = chats(cloud, here, watch=Watch([cloud, here])).chat(ASK)
    for _ in range(3):
        next(chunks)
    gap = timed(lambda: next(chunks))
    for _ in chunks:
        pass
    return gap


def machine() -> dict[str, Any]:
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cores": os.cpu_count(),
        "cpu": models[0].partition(":")[2].strip() if models else platform.processor(),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000)
    calls = parser.parse_args().calls
    with gunicorn() as url:
        result = {"machine": machine(), "overhead": overhead(url, calls), "fall_back": fall_back(url)}
    for title in ("overhead", "fall_back"):
        print(f"\n{title.replace('_', ' '):34}      p50       p99   p50 against the echo")
        for name, row in result[title].items():
            print(f"{name:34} {row['p50_ms']:8.2f}  {row['p99_ms']:8.2f}   {row.get('ratio_p50', '')}")
    path = HERE / "results" / f"routing-{datetime.now(UTC):%Y-%m-%d}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\nwritten to {path.relative_to(HERE.parent)}")


if __name__ == "__main__":
    main()
