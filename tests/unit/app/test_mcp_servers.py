"""Other people's MCP servers, real ones of the package, over both ways: there, slow, gone, and back again."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bmo.app.mcp_servers import McpServers
from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import Conversations
from bmo.capabilities.action import Action, Asked, Done, Effect
from bmo.capabilities.chat import ToolCall
from bmo.capabilities.people import Role
from bmo.capabilities.turn import Acted, Reply, Said
from bmo.core.errors import BmoError, Refused, TimedOut, Unreachable
from bmo.fakes.chat import FakeChat
from bmo.fakes.clock import ManualClock
from bmo.settings.app import McpServerSettings, McpSettings
from bmo.store.database import Database
from scripted_app import MEMORY_TABLES

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("waiting")]
PEER = str(Path(__file__).parents[2] / "mcp_peer.py")
ADA = Asked(person="Ada", role=Role.OWNER, device="page 1")


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], seconds: float = 20.0) -> Any:
    end = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.02)
    return value


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class House:
    """The servers of a house, and what came of them."""

    def __init__(self, **told: Any) -> None:
        self.settings = McpServerSettings(name="weather", reads=("forecast", "sleep"), **told)
        self.changes = 0
        self.servers = McpServers((self.settings,), self._changed)
        self.servers.start()

    def _changed(self) -> None:
        self.changes += 1

    def action(self, name: str) -> Action:
        return until(lambda: next((one for one in self.servers.actions() if one.name == name), None))

    def do(self, name: str, **arguments: Any) -> Done:
        action = self.action(name)
        return action.run(action.arguments.model_validate(arguments), ADA)


@pytest.fixture(params=["stdio", "http"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    if request.param == "stdio":
        made, process = House(command=(sys.executable, PEER, "stdio")), None
    else:
        port = free_port()
        process = subprocess.Popen([sys.executable, PEER, str(port)], stderr=subprocess.DEVNULL)
        until(lambda: listens(port))
        made = House(url=f"http://127.0.0.1:{port}/mcp")
    yield made
    made.servers.close()
    if process is not None:
        process.kill()
        process.wait()


def test_its_tools_are_actions_that_need_a_yes_unless_they_only_read(house: House) -> None:
    assert house.action("weather.forecast").effect is Effect.READS
    assert house.action("weather.order_umbrella").effect is Effect.DANGEROUS
    assert all(action.outside and action.least is Role.ADULT for action in house.servers.actions())
    assert house.action("weather.forecast").arguments.model_json_schema()["required"] == ["city"]
    assert house.do("weather.forecast", city="Ulm").sentence.startswith("Ulm: rain for 1 days.")
    assert house.servers.troubles() == ()


def test_what_it_refuses_and_what_it_is_too_slow_for_is_a_sentence(house: House) -> None:
    with pytest.raises(Refused, match="The MCP server weather says"):
        house.do("weather.order_umbrella", colour="none")
    with pytest.raises(ValidationError):
        house.do("weather.forecast", days="many")
    began = time.monotonic()
    with pytest.raises(TimedOut, match="took too long"):
        house.do("weather.sleep", seconds=9)

    assert time.monotonic() - began < 4.5


def test_a_program_that_dies_costs_a_sentence_and_comes_back_by_itself(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    start = f"import os, runpy, sys; open({str(noted)!r}, 'w').write(str(os.getpid())); sys.argv = ['x', 'stdio']; "
    house = House(command=(sys.executable, "-c", start + f"runpy.run_path({PEER!r}, run_name='__main__')"))
    house.do("weather.forecast", city="Ulm")
    first = int(noted.read_text())
    os.kill(first, signal.SIGKILL)

    began = time.monotonic()
    with pytest.raises(Unreachable, match="MCP server weather"):
        house.do("weather.forecast", city="Ulm")

    assert time.monotonic() - began < 3.5

    def back() -> bool:
        try:
            return house.do("weather.forecast", city="Bonn").sentence.startswith("Bonn")
        except BmoError:
            return False

    until(back)
    second = int(noted.read_text())
    house.servers.close()
    assert second != first
    until(lambda: not Path(f"/proc/{second}").exists())


def test_a_server_that_is_not_there_holds_up_nothing_and_may_come_later() -> None:
    port = free_port()
    began = time.monotonic()
    house = House(url=f"http://127.0.0.1:{port}/mcp")
    until(house.servers.troubles)
    assert (house.servers.actions(), time.monotonic() - began < 3) == ((), True)
    until(lambda: "does not answer" in house.servers.troubles()[0])

    process = subprocess.Popen([sys.executable, PEER, str(port)], stderr=subprocess.DEVNULL)
    try:
        assert house.do("weather.forecast", city="Ulm").sentence
    finally:
        process.kill()
        process.wait()
        house.servers.close()


def test_what_a_server_says_changes_nothing_without_a_yes(tmp_path: Path) -> None:
    house = House(command=(sys.executable, PEER, "stdio"))
    house.action("weather.order_umbrella")
    calls = (ToolCall("weather.order_umbrella", {"colour": "red"}, "1"),)
    chat = FakeChat(text="Done.", calls=calls)
    database = Database(tmp_path / "bmo.db", MEMORY_TABLES)
    brain = Assistant(chat, (), Conversations(database), ManualClock())
    brain.offer(house.servers.actions())

    thoughts = list(brain.answer(Said("please order an umbrella for me, a red umbrella", ADA), threading.Event()))

    said = "".join(thought.text for thought in thoughts if isinstance(thought, Reply))
    assert "Ordered" not in said
    assert not any(isinstance(one, Acted) and "Ordered" in str(one.result) for one in thoughts)
    confirmed = list(brain.answer(Said("yes", ADA), threading.Event()))
    house.servers.close()
    database.close()
    assert "Ordered: red." in "".join(one.text for one in confirmed if isinstance(one, Reply))


def test_a_server_is_named_once_and_reached_in_one_way() -> None:
    with pytest.raises(ValidationError, match="either url or command"):
        McpServerSettings(name="x")
    with pytest.raises(ValidationError, match="either url or command"):
        McpServerSettings(name="x", url="http://x", command=("x",))
    one = McpServerSettings(name="x", url="http://x")
    with pytest.raises(ValidationError, match="names that differ"):
        McpSettings(servers=(one, one))
