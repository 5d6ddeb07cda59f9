"""`bmo wyoming` as people start it."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from wyoming.info import Describe

from bmo.app.wyoming.announcing import announced, seen_address
from bmo.core.errors import Broken
from wyoming_peers import client

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]

ANYWHERE = "0.0.0.0"


def started(home: Path, *options: str, **environment: str) -> "subprocess.Popen[str]":
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("BMO_")}
    return subprocess.Popen(
        [sys.executable, "-m", "bmo.cli", "wyoming", *options],
        env={**inherited, "BMO_HOME": str(home), **environment},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_that_it_has_no_keys_serves_and_ends_when_told(tmp_path: Path, ending: signal.Signals) -> None:
    with started(tmp_path, "--port", "0") as process:
        assert process.stderr is not None
        said = [process.stderr.readline(), process.stderr.readline()]
        found = re.search(r"tcp://127\.0\.0\.1:\d+", said[0])
        assert found
        with client(found[0]) as homeassistant:
            homeassistant.send(Describe())

            assert homeassistant.until("info")[-1].data["tts"][0]["name"] == "bmo"
        process.send_signal(ending)

        assert process.wait(10) == 0
        assert "no keys" in said[1]
        assert "Traceback" not in process.stderr.read()


def test_a_taken_port_and_an_announcement_nobody_could_follow_are_one_sentence_each(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with started(tmp_path, "--port", port) as first, started(tmp_path, "--port", "0", "--announce") as second:
            told = [process.communicate(timeout=20)[1].splitlines()[-1] for process in (first, second)]

    assert (first.returncode, second.returncode) == (1, 1)
    assert "BMO_WYOMING__PORT" in told[0]
    assert "--host 0.0.0.0" in told[1]


def test_the_address_that_others_see_is_announced_and_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    zeroconf = pytest.importorskip("zeroconf")
    done: list[object] = []

    class Network:
        def __init__(self, interfaces: list[str]) -> None:
            done.append(interfaces)

        def register_service(self, info: object) -> None:
            done.append((info.type, info.port, info.parsed_addresses()))  # type: ignore[attr-defined]

        def unregister_all_services(self) -> None:
            done.append("gone")

        def close(self) -> None:
            pass

    monkeypatch.setattr(zeroconf, "Zeroconf", Network)
    monkeypatch.setattr("bmo.app.wyoming.announcing.seen_address", lambda _: "192.168.1.7")
    with announced(ANYWHERE, 10_310):
        assert done == [["192.168.1.7"], ("_wyoming._tcp.local.", 10_310, ["192.168.1.7"])]

    assert done[-1] == "gone"


def test_loopback_is_nothing_to_announce() -> None:
    with pytest.raises(Broken, match=r"0\.0\.0\.0"):
        seen_address("127.0.0.1")
