"""A server of the Model Context Protocol that BMO uses: a program of this machine, or an address.

The package `mcp` only knows asyncio; every server of a BMO lives on one loop thread, and callers wait outside it.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from bmo.core.errors import BmoError, Malformed, NotFound, Refused, TimedOut, Unreachable

if TYPE_CHECKING:
    from mcp import Client

T = TypeVar("T")
log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
"""How long a program may take to start and to introduce itself; nobody waits for it."""
LOOK_EVERY = 30.0
"""Seconds between two looks at the tools of a server; also finds out that it is gone."""
RETRY_FIRST, RETRY_MOST = 1.0, 60.0
"""Seconds until a server that is gone is tried again; doubles up to the second."""
MOST_TOOLS = 32
"""Of one server."""
LONGEST_ANSWER = 20_000
"""Characters of one answer."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How a server is reached: by an address with a bearer key, or as a program of ours."""

    url: str = ""
    key: str = ""
    command: tuple[str, ...] = ()
    """The program and its arguments; no shell sees it."""
    environment: Mapping[str, str] | None = None
    """What the program is told beside the harmless part of our own environment."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool of a server, in the server's words."""

    name: str
    says: str
    schema: Mapping[str, Any]


class McpLoop:
    """One thread with the asyncio loop of all servers."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="mcp", daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run this until it ends, or until `close`."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    def ask(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        """What comes of this. Raises `TimeoutError`, and what it raises."""
        waiting = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, seconds), self._loop)
        return waiting.result(seconds + 1.0)

    def close(self) -> None:
        """Cancel what runs, and end the thread."""

        async def end() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(5.0)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5.0)
        self._loop.close()


class McpServer:
    """One server; it is connected to in the background, and again whenever it was gone."""

    def __init__(self, name: str, reached: Reached, loop: McpLoop, changed: Callable[[], None]) -> None:
        """`changed` is called, from the loop's thread, whenever other tools are there or the server comes or goes."""
        self.name = name
        self.tools: tuple[Offered, ...] = ()
        """What it offers, or did when it was last there."""
        self.trouble = f"The MCP server {name} has not answered yet."
        """Why it cannot be used now; empty when it can."""
        self._reached = reached
        self._loop = loop
        self._changed = changed
        self._client: Client | None = None
        self._gone = asyncio.Event()

    def start(self) -> None:
        """Begin to connect."""
        self._loop.begin(self._keep())

    def call(self, tool: str, arguments: Mapping[str, Any], seconds: float) -> str:
        """What a tool answers, as text.

        Raises `Unreachable` at once while the server is gone, `TimedOut` after `seconds`, `Refused` when the tool says
        that it failed, and `NotFound` or `Malformed` for answers that make no sense.
        """
        client = self._client
        if client is None:
            raise Unreachable(self.trouble or f"The MCP server {self.name} does not answer.")
        try:
            answer = self._loop.ask(client.call_tool(tool, dict(arguments)), seconds)
        except TimeoutError as fault:
            raise TimedOut(f"The MCP server {self.name} took too long.") from fault
        except Exception as fault:  # the package raises whatever its transport does
            raise self._told(fault, tool) from fault
        text = "\n".join(part.text for part in answer.content if part.type == "text")[:LONGEST_ANSWER]
        if answer.is_error:
            raise Refused(f"The MCP server {self.name} says: {text or 'that did not work'}")
        return text

    def _told(self, fault: Exception, tool: str) -> BmoError:
        from mcp.shared.exceptions import MCPError
        from mcp_types import INVALID_PARAMS, METHOD_NOT_FOUND

        log.warning("MCP server %s: %s failed: %s", self.name, tool, fault)
        if isinstance(fault, MCPError) and fault.code == METHOD_NOT_FOUND:
            return NotFound(f"The MCP server {self.name} has no tool {tool!r} any more.")
        if isinstance(fault, MCPError) and fault.code == INVALID_PARAMS:
            return Malformed(f"The MCP server {self.name} does not take these arguments.")
        self._loop.begin(self._leave())
        return Unreachable(f"The MCP server {self.name} went away.")

    async def _leave(self) -> None:
        self._gone.set()

    async def _keep(self) -> None:
        """Connect, and again for as long as the program runs."""
        wait = RETRY_FIRST
        while True:
            try:
                await self._visit()
                wait = RETRY_FIRST
            except Exception as fault:  # whatever the transport raises: this server is away, and BMO goes on
                self._away(fault)
            await asyncio.sleep(wait)
            wait = min(wait * 2, RETRY_MOST)

    async def _visit(self) -> None:
        """One connection, from its beginning until it is gone."""
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    client = await stack.enter_async_context(await self._connected(stack))
                self._gone.clear()
                while not self._gone.is_set():
                    await self._look(client)
                    try:
                        async with asyncio.timeout(LOOK_EVERY):
                            await self._gone.wait()
                    except TimeoutError:
                        continue
            finally:
                self._client = None
        self._away(ConnectionError("it went away"))

    async def _connected(self, stack: AsyncExitStack) -> "Client":
        import httpx2
        from mcp import Client, StdioServerParameters
        from mcp.client.streamable_http import streamable_http_client

        if self._reached.command:
            program, *arguments = self._reached.command
            environment = dict(self._reached.environment or {})
            return Client(StdioServerParameters(command=program, args=arguments, env=environment))
        headers = {"Authorization": f"Bearer {self._reached.key}"} if self._reached.key else {}
        waits = httpx2.Timeout(CONNECT_SECONDS, read=300.0)  # a server may hold its answers open
        http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=waits))
        return Client(streamable_http_client(self._reached.url, http_client=http))

    async def _look(self, client: "Client") -> None:
        """What it offers now."""
        async with asyncio.timeout(CONNECT_SECONDS):
            found = await client.list_tools(cache_mode="bypass")
        tools = tuple(Offered(one.name, one.description or "", one.input_schema) for one in found.tools[:MOST_TOOLS])
        changed = self._client is None or tools != self.tools
        self.tools, self.trouble, self._client = tools, "", client
        if changed:
            log.info("MCP server %s offers %d tools", self.name, len(tools))
            self._changed()

    def _away(self, fault: Exception) -> None:
        if not self.trouble or "not answered yet" in self.trouble:
            log.warning("MCP server %s is away: %s", self.name, fault)
        self.trouble = f"The MCP server {self.name} does not answer. I try it again by myself."
        self._changed()
