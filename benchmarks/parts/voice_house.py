"""BMO's AI server and app, started for a benchmark in a home of their own, each at a free port."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import urllib3
from parts.page import App
from parts.servers import free_port

KEY = "a key for the benchmark, of some length"
START_SECONDS = 120.0


@dataclass(frozen=True)
class VoiceHouse:
    """Where both are, and their processes."""

    app: App
    ai_url: str
    home: Path
    pids: dict[str, int]


@contextmanager
def voice_house(models: Path, **environment: str) -> Iterator[VoiceHouse]:
    """Both, ready; ended with the block."""
    with tempfile.TemporaryDirectory() as folder:
        home, port, ai_port = Path(folder), free_port(), free_port()
        url, ai_url = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{ai_port}"
        settings = {name: value for name, value in os.environ.items() if not name.startswith("BMO_")} | {
            "BMO_HOME": str(home),
            "AI_SERVER_KEY": KEY,
            "BMO_AI_SERVER__PORT": str(ai_port),
            "BMO_AI_SERVER__MODELS_DIR": str(models),
            "BMO_APP__PORT": str(port),
            "BMO_AI__LOCAL__URL": ai_url,
            "BMO_AI__LOCAL__KEY": KEY,
            **environment,
        }
        with (
            _program("ai-server", settings, f"{ai_url}/readyz") as ai,
            _program("app", settings, f"{url}/livez") as app,
        ):
            token = (home / "token").read_text().strip()
            yield VoiceHouse(App(url, token), ai_url, home, {"ai-server": ai, "app": app})


@contextmanager
def _program(verb: str, settings: dict[str, str], ready: str) -> Iterator[int]:
    """One program with its children; gives its process id."""
    command = [sys.executable, "-m", "bmo.cli", verb]
    with subprocess.Popen(command, env=settings, stderr=subprocess.DEVNULL, start_new_session=True) as process:
        try:
            _wait(ready, process)
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(url: str, process: "subprocess.Popen[bytes]") -> None:
    http, ends = urllib3.PoolManager(retries=False, timeout=10), time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        try:
            if http.request("GET", url).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{url} does not answer")
