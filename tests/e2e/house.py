"""A whole BMO on this machine: `bmo run` with real models, in a home of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 90.0
"""Seconds until a cold machine must have answered."""


class House:
    """The running programs, their addresses and their process ids."""

    def __init__(self, home: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.home = home
        self.url = f"http://127.0.0.1:{port}"
        self._process = process

    @property
    def token(self) -> str:
        return (self.home / "token").read_text().strip()

    def address(self) -> str:
        """A fresh sign-in address, each good once."""
        return str(self.call("POST", "/api/sign-in-address")["address"])

    def pid(self, name: str) -> int:
        return int((self.home / "run" / f"{name}.pid").read_text())

    def kill(self, name: str) -> int:
        """kill -9 one program; returns the process id it had."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """One REST call with the script token; the decoded JSON, or the bytes of anything else."""
        sent = dict(headers or {})
        sent["Authorization"] = f"Bearer {self.token}"
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.url + path, data, sent, method=method)
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            raw = answer.read()
            return json.loads(raw) if answer.headers.get_content_type() == "application/json" else raw

    def status(self) -> Any:
        return self.call("GET", "/api/health")

    def servers(self) -> dict[str, str]:
        """State by the name of each AI server, as the app sees it."""
        return {server["name"]: server["state"] for server in self.status()["servers"]}

    def running(self) -> bool:
        return self._process.poll() is None


def wait_for(what: str, condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The condition's first true value; a sentence naming what never came true otherwise."""
    end = time.monotonic() + seconds
    fault: Exception | None = None
    while time.monotonic() < end:
        try:
            value = condition()
            if value:
                return value
        except (OSError, KeyError, ValueError, urllib.error.URLError) as error:
            fault = error
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds:g} s ({fault})")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def house(home: Path, *options: str, **environment: str) -> Iterator[House]:
    """`bmo run` until the block ends; ready when every AI server is."""
    port = free_port()
    env = os.environ | {"BMO_HOME": str(home), "BMO_APP__PORT": str(port)} | environment
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bmo.cli", "run", "--no-models", *options],
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        place = House(home, port, process)
        try:
            wait_for("the app", lambda: place.call("GET", "/livez"))
            wait_for("the AI servers", lambda: set(place.servers().values()) == {"ok"})
            yield place
        finally:
            process.terminate()
            process.wait(timeout=30)
