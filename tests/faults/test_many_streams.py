"""Rows 12 and 27 for the AI server: as many streams as it takes and one more, one who never reads, a kill without
notice; and what hours of streams do to its memory."""

import os
import select
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
import urllib3

from bmo.capabilities.chat import ChatRequest, Finished, Message, Words
from bmo.core.errors import TurnedAway
from bmo.fakes.chat import FakeChat
from bmo.remote.chat import RemoteChat
from bmo.remote.server import Server
from faults.conftest import HERE_SAYS
from faults.house import ASK, House, seconds, until
from faults.steady_server import EVERY, KEY
from faults.tiny_server import TinyServer

SOAK_MINUTES = 10
GROWTH = 1.05
"""Memory after the soak by memory after its first minute."""


@contextmanager
def steady(streams: int) -> Iterator[tuple[Server, int]]:
    """The server under gunicorn, as `serve` starts it, and the id of its process."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        command = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{line.fileno()}", "--threads", str(streams + 32)]
        command += ["--worker-class", "bmo.wire.hurry.HurriedWorker", "--no-control-socket", "--log-level", "critical"]
        process = subprocess.Popen(
            [*command, "--pythonpath", str(Path(__file__).parents[1]), "faults.steady_server:app()"],
            env={**os.environ, "STEADY_STREAMS": str(streams)},
            pass_fds=[line.fileno()],
            start_new_session=True,
        )
        url = f"http://127.0.0.1:{line.getsockname()[1]}"
        try:
            until(lambda: alive(url) < 5.0, 30)
            yield Server("cloud", url, KEY), process.pid
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def alive(url: str) -> float:
    """Seconds that `/livez` takes."""

    def ask() -> None:
        assert urllib3.request("GET", f"{url}/livez", retries=False, timeout=10).status == 200

    return seconds(ask)


def arrivals(server: Server, tokens: int) -> list[float]:
    """When the words of one chat came; fails unless they are whole and in order."""
    words, at = list[str](), list[float]()
    for chunk in RemoteChat(server).chat(ChatRequest((Message("user", "count"),), max_tokens=tokens)):
        if isinstance(chunk, Words):
            words.append(chunk.text)
            at.append(time.monotonic())
        else:
            assert isinstance(chunk, Finished)
    assert words == [f"{number} " for number in range(tokens)]
    return at


def resident(pid: int) -> int:
    """Pages of gunicorn and its worker."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    return sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in pids)


@pytest.mark.real
@pytest.mark.xdist_group("waiting")
def test_no_stream_starves_and_the_one_too_many_is_told_when_to_come_again() -> None:
    streams, tokens = 64, 40
    with steady(streams) as (server, _), ThreadPoolExecutor(streams) as askers:
        running = [askers.submit(arrivals, server, tokens) for _ in range(streams)]
        until(lambda: inside(server) == streams)

        ask = urllib3.request(
            "POST",
            f"{server.url}/llm/chat",
            headers={"Authorization": f"Bearer {KEY}"},
            json={"messages": [{"role": "user", "text": "and me?"}]},
        )
        livez = sorted(alive(server.url) for _ in range(50))
        came = [one.result(60) for one in running]

    assert (ask.status, ask.json()["code"]) == (503, "busy")
    assert int(ask.headers["Retry-After"]) >= 1
    assert livez[-2] <= 0.1
    gaps = [later - earlier for at in came for earlier, later in pairwise(at)]
    assert statistics.median(gaps) < EVERY * 1.5
    assert sum(gap > 3 * EVERY for gap in gaps) <= len(gaps) // 100, "the benchmark asks for none on a quiet machine"


def inside(server: Server) -> int:
    """Chats that the server says it is at."""
    told = urllib3.request("GET", f"{server.url}/health", headers={"Authorization": f"Bearer {KEY}"}).json()
    return int(told["capabilities"]["chat"]["queue"])


@pytest.mark.real
@pytest.mark.xdist_group("waiting")
def test_an_asker_beyond_the_most_goes_to_the_next_server() -> None:
    with steady(1) as (server, _), ThreadPoolExecutor(1) as askers:
        running = askers.submit(arrivals, server, 30)
        until(lambda: inside(server) == 1)

        with pytest.raises(TurnedAway) as caught:
            arrivals(server, 1)

        assert caught.value.status == 503
        running.result(30)


@pytest.mark.real
@pytest.mark.xdist_group("waiting")
def test_an_asker_who_reads_nothing_holds_up_neither_the_engine_nor_others() -> None:
    body = b'{"messages":[{"role":"user","text":"count"}],"max_tokens":32768,"temperature":0}'
    head = f"POST /llm/chat HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\nContent-Type: application/json\r\n"
    with steady(1) as (server, _), socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        idle.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        idle.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        until(lambda: select.select([idle], [], [], 0)[0] != [])

        until(lambda: inside(server) == 0)

        assert len(arrivals(server, 5)) == 5


@pytest.mark.real
@pytest.mark.xdist_group("waiting")
def test_a_server_killed_without_notice_in_mid_answer_costs_no_word(here: TinyServer) -> None:
    with steady(4) as (cloud, pid), House(cloud, here.server("here")) as home:
        chunks = home.chat.chat(ASK)
        said = [next(chunks) for _ in range(3)]
        os.killpg(pid, signal.SIGKILL)
        rest = list(chunks)

    assert isinstance(rest[-1], Finished)
    text = "".join(chunk.text for chunk in [*said, *rest] if isinstance(chunk, Words))
    counted = text.removesuffix(HERE_SAYS)
    assert text == counted + HERE_SAYS
    assert "".join(f"{number} " for number in range(200)).startswith(counted)
    assert isinstance(here.chat, FakeChat)
    assert here.chat.requests[-1].continue_from == counted


@pytest.mark.soak
@pytest.mark.timeout(SOAK_MINUTES * 60 + 120)
def test_memory_stays_what_it_was() -> None:
    streams = 64
    with steady(streams) as (server, pid), ThreadPoolExecutor(streams) as askers:
        began, after_one = time.monotonic(), 0
        while time.monotonic() - began < SOAK_MINUTES * 60:
            for one in [askers.submit(arrivals, server, 100) for _ in range(streams)]:
                one.result(60)
            if not after_one and time.monotonic() - began >= 60:
                after_one = resident(pid)
        end = resident(pid)

    assert after_one
    assert end <= after_one * GROWTH
