"""AI servers for tests: the real Flask app around fakes, in this process; and around anything, in its own."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import urllib3
from werkzeug.serving import make_server

from bmo.ai_server.desk import Desk
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import DEFAULT_LIMITS, Limits
from bmo.capabilities.chat import Chat
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.fakes.chat import FakeChat
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.remote.server import Server

KEY = "a key that nobody would ever guess, forty"


def room_of(
    chat: Chat | None = None,
    transcribe: Transcribe | None = None,
    speak: Speak | None = None,
    *,
    at_once: int = 1,
    queue: int = 8,
    **others: Any,
) -> EngineRoom:
    """A room whose engines are there already; `others` by their capability, such as `detect`."""
    made = (chat or FakeChat(), transcribe or FakeTranscribe(), speak or FakeSpeak())
    room = EngineRoom(
        Desk("chat", made[0].name, lambda: made[0], at_once=at_once, queue=queue),
        Desk("transcribe", made[1].name, lambda: made[1], queue=queue),
        Desk("speak", made[2].name, lambda: made[2], queue=queue),
        version="test",
        **{name: Desk(name, other.name, lambda other=other: other, queue=queue) for name, other in others.items()},
    )
    room.load()
    return room


@contextmanager
def served(room: EngineRoom, limits: Limits = DEFAULT_LIMITS) -> Iterator[Server]:
    """The room behind HTTP, on a port of its own."""
    http = make_server("127.0.0.1", 0, create(room, Keys({"app": KEY}), limits), threaded=True)
    thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Server("server", f"http://127.0.0.1:{http.server_port}", KEY)
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


class Program:
    """`bmo ai-server` as people start it."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.process = process

    def ready(self, path: str = "/readyz", seconds: float = 90.0) -> None:
        """Wait until `path` answers 200."""
        http = urllib3.PoolManager()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, "the AI server ended"
            with suppress(urllib3.exceptions.HTTPError):
                if http.request("GET", self.url + path, retries=False, timeout=10).status == 200:
                    return
            time.sleep(0.02)
        raise AssertionError(f"{path} was not ready within {seconds} s")

    @contextmanager
    def pulse(self) -> Iterator[list[float]]:
        """Meanwhile `/livez` is asked all the time; what each answer took, in seconds.

        The first does not count: it waits until there is a worker. From then on, no answer is a failure.
        """
        took: list[float] = []
        over = threading.Event()

        def ask() -> None:
            http = urllib3.PoolManager(maxsize=1)
            alive = False
            while not over.wait(0.005):
                began = time.perf_counter()
                try:
                    http.request("GET", self.url + "/livez", retries=False, timeout=10)
                except urllib3.exceptions.HTTPError:
                    took.extend([10.0] if alive else [])
                    continue
                if alive:
                    took.append(time.perf_counter() - began)
                alive = True

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        try:
            yield took
        finally:
            over.set()
            asking.join()


@contextmanager
def program(home: Path, **environment: str) -> Iterator[Program]:
    """The program in a process of its own, on a free port."""
    free = make_server("127.0.0.1", 0, lambda _environ, _start: [])
    port = free.server_port
    free.server_close()
    settings = {"BMO_HOME": str(home), "AI_SERVER_KEY": KEY, "BMO_AI_SERVER__PORT": str(port), **environment}
    command = [sys.executable, "-m", "bmo.cli", "ai-server"]
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("BMO_")}
    process = subprocess.Popen(command, env={**inherited, **settings}, start_new_session=True)
    try:
        yield Program(port, process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
