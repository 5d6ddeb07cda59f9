"""`bmo run` with stand-ins for the two programs it starts."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bmo.run.command import programs_for
from bmo.run.home import free_port

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]

STAND_IN = """
import http.server, json, os, pathlib, sys
name, home = sys.argv[1], pathlib.Path(os.environ["BMO_HOME"])
told = {key: value for key, value in os.environ.items() if key.startswith(("BMO_", "AI_SERVER"))}
port = int(os.environ["BMO_APP__PORT" if name == "app" else "BMO_AI_SERVER__PORT"])
(home / f"told-{name}-{port}").write_text(json.dumps(told))
if name == "app":
    (home / "run/address").write_text(f"http://127.0.0.1:{port}/?code=sesame")
class Answer(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        self.send_response(200 if self.path == "/livez" else 404); self.send_header("Content-Length", "0")
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", port), Answer).serve_forever()
"""
START = "import sys; from bmo.run import command; command.BMO = (sys.executable, {stand_in!r}); command.run()"


def until(true: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for a condition that another process brings about."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


class Run:
    """`bmo run` in a process of its own."""

    def __init__(self, home: Path, *options: str, **environment: str) -> None:
        stand_in = home.parent / "stand_in.py"
        stand_in.write_text(STAND_IN)
        self.home = home
        self.out = home.parent / f"out-{free_port()}"
        self.port = int(environment.setdefault("BMO_APP__PORT", str(free_port())))
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START.format(stand_in=str(stand_in)), *options],
                env={**os.environ, "BMO_HOME": str(home), **environment},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.out.read_text()

    def told(self, name: str) -> list[dict[str, str]]:
        return [json.loads(path.read_text()) for path in self.home.glob(f"told-{name}-*") if path.stat().st_size]

    def pid(self, name: str) -> int:
        return int((self.home / "run" / f"{name}.pid").read_text())


@pytest.fixture
def start(tmp_path):
    runs = []

    def begin(*options: str, **environment: str) -> Run:
        runs.append(Run(tmp_path / "home", *options, **environment))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.terminate()
        run.process.wait(20)


def test_the_address_is_printed_once_the_app_answers_and_one_ctrl_c_ends_all(start) -> None:
    run = start("--no-models")

    until(lambda: "BMO is here" in run.said())
    assert f"BMO is here: http://127.0.0.1:{run.port}/?code=sesame" in run.said()
    pids = [run.pid("app"), run.pid("ai-server")]

    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_the_app_is_told_where_the_local_ai_server_is_and_shares_its_key(start) -> None:
    run = start("--no-models", BMO_EMBEDDED_LLM="off")
    until(lambda: "BMO is here" in run.said() and "ai-server is up" in run.said())

    (app,), (server,) = run.told("app"), run.told("ai-server")
    assert app["BMO_AI__LOCAL__URL"] == f"http://127.0.0.1:{server['BMO_AI_SERVER__PORT']}"
    assert app["BMO_AI__LOCAL__KEY"] == server["AI_SERVER_KEY"]
    assert len(server["AI_SERVER_KEY"]) >= 40
    assert "AI_SERVER_KEY" not in app
    assert server["BMO_AI_SERVER__LLM__ENGINE"] == "off"
    assert server["BMO_AI_SERVER__MODELS_DIR"] == str(run.home / "models")
    assert not any(name.startswith("BMO_AI__SERVERS") for name in app)
    assert os.getpriority(os.PRIO_PROCESS, run.pid("ai-server")) == os.getpriority(os.PRIO_PROCESS, 0) + 10


def test_a_demo_cloud_is_a_second_server_with_a_key_of_its_own(start) -> None:
    run = start("--no-models", "--demo-cloud")
    until(lambda: "BMO is here" in run.said() and "cloud is up" in run.said())

    (app,) = run.told("app")
    (cloud,) = run.told("cloud") or run.told("ai-server")[:1]
    assert app["BMO_AI__SERVERS__0__NAME"] == "cloud"
    assert app["BMO_AI__SERVERS__0__URL"] != app["BMO_AI__LOCAL__URL"]
    assert app["BMO_AI__SERVERS__0__KEY"] != app["BMO_AI__LOCAL__KEY"]
    assert cloud["AI_SERVER_KEY"] in (app["BMO_AI__SERVERS__0__KEY"], app["BMO_AI__LOCAL__KEY"])


def test_wyoming_is_started_only_when_it_is_wanted_and_told_what_the_app_is(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    plain = programs_for(tmp_path, "127.0.0.1", 5000, False)
    wanted = programs_for(tmp_path, "127.0.0.1", 5000, False, wyoming=True)

    assert "wyoming" not in [program.name for program in plain]
    assert (wanted[-1].name, wanted[-1].argv[-1]) == ("wyoming", "wyoming")
    app = next(program for program in wanted if program.name == "app")
    assert wanted[-1].environment["BMO_AI__LOCAL__KEY"] == app.environment["BMO_AI__LOCAL__KEY"]
    assert wanted[-1].environment["BMO_AI__LOCAL__URL"] == app.environment["BMO_AI__LOCAL__URL"]


def test_kill_9_of_the_ai_server_brings_it_back_at_the_same_address(start) -> None:
    run = start("--no-models")
    until(lambda: "ai-server is up" in run.said())
    first = run.pid("ai-server")

    os.kill(first, signal.SIGKILL)

    until(lambda: run.said().count("ai-server is up") == 2)
    assert run.pid("ai-server") != first
    assert len(run.told("ai-server")) == 1  # one port, so one note


def test_a_second_bmo_in_the_same_folder_is_one_sentence(start) -> None:
    first = start("--no-models")
    until(lambda: "BMO is here" in first.said())

    second = start("--no-models")

    assert second.process.wait(20) != 0
    assert "BMO already runs from" in second.said()


def test_a_taken_port_is_one_sentence_and_nothing_is_started(start, tmp_path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = start("--no-models", BMO_APP__PORT=str(taken.getsockname()[1]))
        assert run.process.wait(20) != 0

    assert "is taken by another program" in run.said()
    assert not list(run.home.glob("told-*"))
