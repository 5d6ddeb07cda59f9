"""An AI server that has to go, and one that fell: the real program, a model that says ten words a second."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
import urllib3

from ai_servers import KEY, Program, program
from bmo.ai_server.key_file import KeyFile
from metadata_server import metadata_server

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]
JSON = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
STREAMS = 20
NO_SPEECH = {f"BMO_AI_SERVER__{part}__ENGINE": "off" for part in ("STT", "TTS")}
BARE = {**NO_SPEECH, "BMO_AI_SERVER__LLM__ENGINE": "off"}


class SteadyModel(BaseHTTPRequestHandler):
    """An OpenAI-compatible model that says as many words as it may, ten a second."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for number in range(asked["max_tokens"]):
                self.say({"delta": {"content": f"word{number} "}})
                time.sleep(0.1)
            self.say({"delta": {}, "finish_reason": "stop"})
            self.send(b"data: [DONE]\n\n")
            self.send(b"")
        except OSError:
            """Nobody listens any more."""

    def say(self, choice: dict[str, Any]) -> None:
        told = {"model": "steady", "choices": [{"index": 0, **choice}]}
        self.send(b"data: " + json.dumps(told).encode() + b"\n\n")

    def send(self, chunk: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


class SteadyServer(ThreadingHTTPServer):
    """Whoever hangs up in mid-answer is no error here."""

    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Tests are quiet."""


@contextmanager
def steady(home: Path, **settings: str) -> Iterator[Program]:
    """The program in front of a steady model."""
    model = SteadyServer(("127.0.0.1", 0), SteadyModel)
    threading.Thread(target=model.serve_forever, args=(0.02,), daemon=True).start()
    llm = {"ENGINE": "openai", "URL": f"http://127.0.0.1:{model.server_port}/v1", "MODEL": "steady"}
    environment = {**NO_SPEECH, **{f"BMO_AI_SERVER__LLM__{key}": value for key, value in llm.items()}, **settings}
    try:
        with program(home, **environment) as server:
            server.ready()
            yield server
    finally:
        model.shutdown()
        model.server_close()


class Talks:
    """Conversations that run at the same time, each in a thread of its own."""

    def __init__(self, server: Program, words: int) -> None:
        self._url = server.url + "/llm/chat"
        self._words = words
        self._http = urllib3.PoolManager(maxsize=STREAMS, retries=False)
        self.begun = [threading.Event() for _ in range(STREAMS)]
        self.told: list[list[dict[str, Any]]] = [[] for _ in range(STREAMS)]
        self._threads = [threading.Thread(target=self._talk, args=(index,)) for index in range(STREAMS)]
        for thread in self._threads:
            thread.start()
        assert all(begun.wait(20) for begun in self.begun)

    def end(self) -> None:
        for thread in self._threads:
            thread.join(40)

    def _talk(self, index: int) -> None:
        ask = {"messages": [{"role": "user", "text": "Count."}], "max_tokens": self._words}
        answer = self._http.request("POST", self._url, body=json.dumps(ask), headers=JSON, preload_content=False)
        rest = b""
        for piece in answer.stream(65_536):
            *lines, rest = (rest + piece).split(b"\n")
            self.told[index] += [json.loads(line) for line in lines]
            self.begun[index].set()


def state(server: Program) -> str:
    return str(urllib3.request("GET", server.url + "/health", timeout=5, retries=False).json()["state"])


def seconds_until(server: Program, wanted: str, most: float) -> float:
    began = time.monotonic()
    while time.monotonic() - began < most:
        try:
            if state(server) == wanted:
                return time.monotonic() - began
        except urllib3.exceptions.HTTPError:
            """The worker that answered is dead and the next not there yet."""
        time.sleep(0.02)
    raise AssertionError(f"not {wanted} within {most} s")


def worker_of(server: Program) -> psutil.Process:
    (worker,) = psutil.Process(server.process.pid).children()
    return worker


@pytest.mark.parametrize(("every", "words"), [(1, 25), pytest.param(5, 200, marks=pytest.mark.soak)])
def test_a_spot_notice_drains_at_once_and_sigterm_loses_nothing(tmp_path: Path, every: int, words: int) -> None:
    with metadata_server() as metadata:
        spot = {"WATCH": "always", "URL": metadata.url, "EVERY": str(every)}
        settings = {f"BMO_AI_SERVER__SPOT__{key}": value for key, value in spot.items()}
        with steady(tmp_path, **settings) as server:
            talks = Talks(server, words)
            metadata.notice((datetime.now(UTC) + timedelta(seconds=120)).strftime("%Y-%m-%dT%H:%M:%SZ"))
            noticed = seconds_until(server, "draining", 8)
            server.process.send_signal(signal.SIGTERM)
            asked = time.monotonic()
            refused = urllib3.request(
                "POST", server.url + "/llm/chat", body=b'{"messages":[{"role":"user","text":"Hi"}]}', headers=JSON
            )
            talks.end()
            code = server.process.wait(30)
            ended = time.monotonic() - asked

    assert noticed <= every + 1.5
    assert (refused.status, refused.json()["code"]) == (503, "draining")
    for told in talks.told:
        text = "".join(line["text"] for line in told if line["type"] == "words")
        assert text.split() == [f"word{number}" for number in range(words)]
        assert told[-1]["type"] == "finished"
    assert (code, ended < 30) == (0, True)


def test_what_still_runs_when_time_is_up_is_handed_back(tmp_path: Path) -> None:
    with steady(tmp_path, BMO_AI_SERVER__DRAIN_SECONDS="2") as server:
        talks = Talks(server, words=1_000)
        server.process.send_signal(signal.SIGTERM)
        asked = time.monotonic()
        talks.end()
        code = server.process.wait(30)
        ended = time.monotonic() - asked

    for told in talks.told:
        assert [line["type"] for line in told].count("words") >= 1
        assert (told[-1]["type"], told[-1]["code"], told[-1]["retry"]) == ("problem", "draining", True)
    assert (code, ended < 5) == (0, True)


def test_a_worker_that_is_killed_is_followed_by_one_that_knows_what_it_knew(tmp_path: Path) -> None:
    admin = {"Authorization": f"Bearer {KeyFile(tmp_path / 'ai-server-keys.json').add('root', 'admin')}"}
    with program(tmp_path, **BARE) as server:
        server.ready()
        first = worker_of(server)
        os.kill(first.pid, signal.SIGKILL)
        back = seconds_until(server, "ok", 20)
        assert worker_of(server).pid != first.pid

        drained = urllib3.request("POST", server.url + "/drain", headers=admin, json={"seconds": 600}).json()
        os.kill(worker_of(server).pid, signal.SIGKILL)
        seconds_until(server, "draining", 20)
        told = urllib3.request("GET", server.url + "/drain", headers=admin).json()

    assert back < 10
    assert (told["until"], told["idle"]) == (drained["until"], True)
