"""Keys of a running `bmo ai-server`, changed by `bmo ai-server keys` as people do it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from ai_servers import KEY, Program, program

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]
OFF = {f"BMO_AI_SERVER__{part}__ENGINE": "off" for part in ("LLM", "STT", "TTS")}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[Program]:
    """A server without models, whose only key at the start is that of an admin, from the file."""
    changed(home, "add", "boss", "--role", "admin")
    with program(home, AI_SERVER_KEY="", **OFF) as running:
        running.ready()
        yield running


def changed(home: Path, *words: str) -> str:
    """What `bmo ai-server keys` prints; the words beside it are not for scripts."""
    command = [sys.executable, "-m", "bmo.cli", "ai-server", "keys", *words]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BMO_", "AI_"))}
    environment["BMO_HOME"] = str(home)
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def status(server: Program, key: str, path: str = "/llm/chat") -> int:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return urllib3.request("POST", server.url + path, body=b"{}", headers=headers, timeout=10).status


def becomes(server: Program, key: str, wanted: int) -> None:
    """Waits until this key is answered so; a change is known within a second, so five are plenty. Asks slowly: ten
    wrong keys a minute are let through."""
    end = time.monotonic() + 5
    while (said := status(server, key)) != wanted:
        assert time.monotonic() < end, f"{said}, not {wanted}"
        time.sleep(0.6)


def test_keys_are_made_rotated_and_removed_while_it_serves(server: Program, home: Path) -> None:
    pid = server.process.pid
    assert status(server, KEY) == 401
    old = changed(home, "add", "table", "--role", "vtt")
    becomes(server, old, 400)
    assert status(server, old, "/stt") == 403

    new = changed(home, "rotate", "table")
    becomes(server, old, 401)
    assert status(server, new) == 400

    changed(home, "remove", "table")
    becomes(server, new, 401)
    assert server.process.poll() is None
    assert server.process.pid == pid


def test_a_damaged_file_lets_nobody_else_in_nor_out_and_the_admin_is_told(server: Program, home: Path) -> None:
    boss = changed(home, "rotate", "boss")
    table = changed(home, "add", "table", "--role", "vtt")
    becomes(server, table, 400)
    file = home / "ai-server-keys.json"
    good = file.read_text()
    file.write_text(good[: len(good) // 2])

    def notices(key: str) -> list[str]:
        answer = urllib3.request("GET", server.url + "/health", headers={"Authorization": f"Bearer {key}"})
        told: list[str] = answer.json()["notices"]
        return told

    end = time.monotonic() + 5
    while not notices(boss):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert "makes no sense" in notices(boss)[0]
    assert notices(table) == []
    assert status(server, table) == 400
    file.write_text(good)
    file.chmod(0o600)
    while notices(boss):
        assert time.monotonic() < end + 5
        time.sleep(0.05)


def test_lists_tell_names_and_roles_and_no_key(home: Path, server: Program) -> None:
    key = changed(home, "add", "guest", "--role", "app", "--domains", "dnd,projects", "--days", "30")
    listed = changed(home, "list")

    assert "guest" in listed
    assert "searches dnd, projects" in listed
    assert "until" in listed
    assert key not in listed
