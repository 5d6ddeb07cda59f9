"""The line against its peers: what each adds to a call, how fast it falls back, what it makes of an answer that breaks.

    python benchmarks/peers.py [--calls 500]

Peers: `litellm.Router` (in an environment of its own under `.bench/`, made on the first run) and nginx (if installed)
with a backup server. All ask the same gunicorn, in turn. LiteLLM's added time is measured against a pooled urllib3
that asks the very endpoint it asks. Prints tables and writes `results/peers-<date>.json`.
"""

import argparse
import json
import logging
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import urllib3
from parts.measuring import WARM_UP, figures, interleaved, keep, machine, table, timed
from parts.servers import HERE, free_port, gunicorn, nginx
from routing import ASK, BODY, PATIENT, answer, chats
from routing_server import GOES_ON, KEY, SAID

from bmo.capabilities.breaker import Pace
from bmo.capabilities.chat import Words
from bmo.remote.server import Server
from bmo.remote.watch import Watch

ENVIRONMENT = HERE.parent / ".bench" / "peers"
BEARER = {"Content-Type": "application/json", "Authorization": f"Bearer {KEY}"}
OPENAI_BODY = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": "Hello?"}]}).encode()
SLOW = 0.3
"""Seconds: the deadline of everybody."""
KILLED = 100
"""Streams that are killed in mid-answer."""


class LiteLlm:
    """`litellm.Router` in its own process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.version = ""

    def between(self, cloud: str, here: str, timeout: float = 5.0) -> "LiteLlm":
        """A new router that asks `cloud` first, and `here` when that fails."""
        self.version = self._told({"cloud": cloud, "here": here, "timeout": timeout})["version"] or self.version
        return self

    def ask(self, *, stream: bool = True) -> dict[str, Any]:
        """Milliseconds, text, and whether it was whole."""
        return self._told({"ask": True, "stream": stream})

    def _told(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@contextmanager
def litellm() -> Iterator[LiteLlm]:
    """The router, installed first if need be."""
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists():
        print(f"installing LiteLLM into {ENVIRONMENT}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(ENVIRONMENT)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "litellm"], check=True)
    script = Path(__file__).parent / "parts" / "litellm_router.py"
    with subprocess.Popen(
        [str(python), str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield LiteLlm(process)


def overhead(url: str, router: LiteLlm, calls: int) -> dict[str, Any]:
    """What each adds to a streamed chat."""
    pool = urllib3.PoolManager()
    chat = chats(Server("here", url, KEY), Server("never asked", "http://127.0.0.1:9", KEY), patience=PATIENT)
    router.between(url, f"{url}/here")
    taken = interleaved(
        {
            "urllib3, echo": lambda: timed(lambda: pool.request("POST", f"{url}/echo", body=BODY, headers=BEARER).data),
            "BMO": lambda: timed(lambda: answer(chat)),
            "urllib3, OpenAI's endpoint": lambda: timed(
                lambda: pool.request("POST", f"{url}/v1/chat/completions", body=OPENAI_BODY, headers=BEARER).data
            ),
            "litellm.Router": lambda: _ms(router.ask()),
        },
        calls,
    )
    found: dict[str, Any] = {name: figures(values) for name, values in taken.items()}
    p50 = {name: row["p50_ms"] for name, row in found.items()}
    found["BMO"]["added_ms"] = round(p50["BMO"] - p50["urllib3, echo"], 3)
    found["litellm.Router"]["added_ms"] = round(p50["litellm.Router"] - p50["urllib3, OpenAI's endpoint"], 3)
    found["litellm.Router"]["added_by_bmo"] = round(
        found["litellm.Router"]["added_ms"] / max(found["BMO"]["added_ms"], 0.001), 1
    )
    return found


def refused(url: str, router: LiteLlm, calls: int) -> dict[str, Any]:
    """Nobody listens at the first server. Breakers off, where there is a way: every request pays."""
    dead = f"127.0.0.1:{free_port()}"
    chat = chats(Server("cloud", f"http://{dead}", KEY), Server("here", url, KEY))
    runs: dict[str, Callable[[], float]] = {
        "BMO, asked each time": lambda: timed(lambda: answer(chat)),
        "litellm.Router": lambda: _ms(router.ask()),
    }
    router.between(f"http://{dead}", f"{url}/here")
    with ExitStack() as stack:
        _with_nginx(stack, runs, dead, url)
        return {name: figures(values) for name, values in interleaved(runs, calls).items()}


def hung(url: str, router: LiteLlm, calls: int) -> dict[str, Any]:
    """The first server accepts and is silent: the first request, and those that come while it is down."""
    with socket.socket() as silent, ExitStack() as stack:
        silent.bind(("127.0.0.1", 0))
        silent.listen(512)
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        cloud, here = Server("cloud", f"http://{address}", KEY), Server("here", url, KEY)
        watched = chats(cloud, here, watch=Watch([cloud, here], pace=Pace(first=600.0)))
        router.between(f"http://{address}", f"{url}/here", SLOW)
        runs: dict[str, Callable[[], float]] = {
            "BMO": lambda: timed(lambda: answer(watched)),
            "litellm.Router": lambda: _ms(router.ask()),
        }
        _with_nginx(stack, runs, address, url)
        found = {f"{name}, first": figures([run()]) for name, run in runs.items()}
        return found | {f"{name}, while down": figures(values) for name, values in interleaved(runs, calls).items()}


def killed(url: str, router: LiteLlm) -> dict[str, Any]:
    """The first server dies after three pieces of its answer, a hundred times."""
    wanted = "".join(SAID + GOES_ON)
    cloud, here = Server("cloud", f"{url}/cut", KEY), Server("here", f"{url}/here", KEY)

    def ours() -> str:
        chunks = chats(cloud, here, watch=Watch([cloud, here])).chat(ASK)
        return "".join(chunk.text for chunk in chunks if isinstance(chunk, Words))

    counted: dict[str, Callable[[], str]] = {"BMO": ours}
    router.between(f"{url}/cut", f"{url}/here")
    counted["litellm.Router"] = lambda: _text(router.ask())
    with ExitStack() as stack:
        if shutil.which("nginx"):
            host = url.removeprefix("http://")
            front = stack.enter_context(nginx(host, host, SLOW))
            pool = urllib3.PoolManager()
            counted["nginx"] = lambda: _streamed(pool, f"{front}/cut/llm/chat")
        return {
            name: {"whole_without_repeats": sum(ask() == wanted for _ in range(KILLED)), "of": KILLED}
            for name, ask in counted.items()
        }


def _with_nginx(stack: ExitStack, runs: dict[str, Callable[[], float]], cloud: str, here: str) -> None:
    if not shutil.which("nginx"):
        return
    front = stack.enter_context(nginx(cloud, here.removeprefix("http://"), SLOW))
    pool = urllib3.PoolManager()
    runs["nginx, asked by urllib3"] = lambda: timed(
        lambda: pool.request("POST", f"{front}/llm/chat", body=BODY, headers=BEARER).data
    )


def _ms(told: dict[str, Any]) -> float:
    milliseconds: float = told["ms"]
    return milliseconds


def _text(told: dict[str, Any]) -> str:
    return str(told["text"]) if told["whole"] else ""


def _streamed(pool: urllib3.PoolManager, url: str) -> str:
    """The words of an answer; empty when it broke."""
    try:
        body = pool.request("POST", url, body=BODY, headers=BEARER, retries=False).data
    except urllib3.exceptions.HTTPError:
        return ""
    lines = [json.loads(line) for line in body.splitlines()]
    return "".join(line.get("text", "") for line in lines) if lines and lines[-1]["type"] == "finished" else ""


def main() -> None:
    logging.disable(logging.WARNING)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    calls = parser.parse_args().calls
    result: dict[str, Any] = {"machine": machine(), "deadline_ms": SLOW * 1_000, "warm_up": WARM_UP}
    with gunicorn() as url, litellm() as router:
        result["overhead"] = overhead(url, router, calls)
        result["refused"] = refused(url, router, calls)
        result["hung"] = hung(url, router, calls)
        result["killed"] = killed(url, router)
        result["litellm"] = router.version
    table("a streamed chat", result["overhead"], "added_ms")
    print(f"LiteLLM adds {result['overhead']['litellm.Router']['added_by_bmo']} times what BMO adds (goal: 8)")
    table("first server refuses", result["refused"])
    table("first server hangs", result["hung"])
    print("\nstreams killed in mid-answer that end in one whole answer without repeats")
    for name, row in result["killed"].items():
        print(f"{name:44} {row['whole_without_repeats']:>4} of {row['of']}")
    keep("peers", result)


if __name__ == "__main__":
    main()
