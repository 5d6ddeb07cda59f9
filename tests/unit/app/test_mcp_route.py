"""MCP's own client uses BMO's actions."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from werkzeug.serving import make_server

HOST = "127.0.0.1:5000"


class Served:
    """The app on a port of its own."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.key, self.line = world.trust.keys.add("assistant", world.trust.accounts.owner().name)
        self.server = make_server("127.0.0.1", 0, world.app, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def asked(self, work: Callable[[Client], Awaitable[Any]], key: str = "", mode: str = "auto") -> Any:
        async def connected() -> Any:
            headers = {"Authorization": f"Bearer {key or self.key}", "Host": HOST}
            async with httpx2.AsyncClient(headers=headers) as http:
                transport = streamable_http_client(f"http://127.0.0.1:{self.server.port}/mcp", http_client=http)
                async with Client(transport, mode=mode) as client:
                    return await work(client)

        return asyncio.run(asyncio.wait_for(connected(), 10))

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def served(world: Any) -> Iterator[Served]:
    running = Served(world)
    yield running
    running.close()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_finds_the_actions_of_its_person(served: Served, mode: str) -> None:
    tools = {tool.name: tool for tool in served.asked(lambda client: client.list_tools(), mode=mode).tools}

    assert tools["timer_set"].description
    assert tools["timer_set"].input_schema["type"] == "object"
    assert tools["door_look"].annotations.read_only_hint
    assert tools["door_open"].annotations.destructive_hint


def test_a_tool_does_what_the_action_does(served: Served) -> None:
    done = served.asked(lambda client: client.call_tool("timer_set", {"duration": "five minutes"}))

    assert not done.is_error
    assert "5 minutes" in done.content[0].text
    assert len(served.world.signed_in().get("/api/timers").json["timers"]) == 1


def test_something_dangerous_is_refused_and_told_why(served: Served) -> None:
    refused = served.asked(lambda client: client.call_tool("door_open", {"door": "cellar"}))

    assert refused.is_error
    assert "a person's yes" in refused.content[0].text


def test_arguments_that_do_not_fit_are_a_sentence_for_the_model(served: Served) -> None:
    refused = served.asked(lambda client: client.call_tool("timer_set", {"duration": []}))

    assert refused.is_error
    assert "do not fit" in refused.content[0].text


def test_what_there_is_not_is_an_error_of_the_protocol(served: Served) -> None:
    with pytest.raises(BaseExceptionGroup) as failed:
        served.asked(lambda client: client.call_tool("rocket_start", {}))

    assert failed.group_contains(MCPError, match="no tool 'rocket_start'")


def test_a_wrong_key_does_not_connect(served: Served) -> None:
    with pytest.raises(BaseExceptionGroup):
        served.asked(lambda client: client.list_tools(), key="bmo-wrong")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, -32700),
        ("[]", 400, -32600),
        ('{"jsonrpc": "1.0", "id": 1, "method": "ping"}', 400, -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": "dance"}', 200, -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {}}', 200, -32602),
    ],
)
def test_what_makes_no_sense_gets_json_rpcs_code(world: Any, body: str, status: int, code: int) -> None:
    answer = world.script().open("POST", "/mcp", data=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)


def test_notifications_are_taken_and_there_is_nothing_to_listen_to(world: Any) -> None:
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}

    assert world.script().post("/mcp", note).status_code == 202
    assert world.script().get("/mcp").status_code == 405
    assert world.browser().post("/mcp", note).status_code == 401
