"""A TCP proxy that breaks things on purpose: it stands between BMO and a server, and does as it is told.

with FaultProxy(("127.0.0.1", port)) as proxy:
    proxy.behave(Cut(after=300))
    ... talk to proxy.url ...
"""

import asyncio
import socket
import ssl
import struct
import threading
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

CERTIFICATE = Path(__file__).parent / "nobody.pem"
"""A self-signed certificate for localhost with its key: nobody trusts it, and it protects nothing."""


@dataclass(frozen=True)
class Pass:
    """Forward everything."""


@dataclass(frozen=True)
class Refuse:
    """Nobody listens."""


@dataclass(frozen=True)
class Hang:
    """Accept, take what comes, never answer."""


@dataclass(frozen=True)
class Delay:
    """Hold each piece of the answer back."""

    seconds: float


@dataclass(frozen=True)
class Drip:
    """Answer a byte at a time."""

    every: float


@dataclass(frozen=True)
class Cut:
    """Close the connection after so many bytes of answers, counted per connection."""

    after: int


@dataclass(frozen=True)
class Reset:
    """The same with a TCP reset."""

    after: int


@dataclass(frozen=True)
class HalfClose:
    """Say that the answer is over after so many bytes, but keep listening."""

    after: int


@dataclass(frozen=True)
class Garbage:
    """Answer with this, whatever is asked."""

    bytes: bytes = b"\x00\xff SSH-2.0-nonsense\r\n\r\n"


@dataclass(frozen=True)
class BadTls:
    """Speak TLS with a certificate that nobody trusts."""


Fault = Pass | Refuse | Hang | Delay | Drip | Cut | Reset | HalfClose | Garbage | BadTls


class FaultProxy:
    """The proxy, in an event loop in a thread of its own. Faults apply to connections made after `behave`,
    `Hang` to those that exist as well."""

    def __init__(self, upstream: tuple[str, int]) -> None:
        self.upstream = upstream
        self.connections = 0
        self._fault: Fault = Pass()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault-proxy", daemon=True)
        with socket.socket() as finder:
            finder.bind(("127.0.0.1", 0))
            self.port: int = finder.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "FaultProxy":
        self._thread.start()
        self._run(self._listen(None))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def behave(self, fault: Fault) -> None:
        """From now on do this; returns when it is so. Connections that exist are dropped, but for `Hang`."""
        self._run(self._behave(fault))

    def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    async def _behave(self, fault: Fault) -> None:
        if not isinstance(fault, Hang):
            await self._close()
        self._fault = fault
        if self._server is None and not isinstance(fault, Refuse):
            context = None
            if isinstance(fault, BadTls):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(CERTIFICATE)
            await self._listen(context)

    async def _listen(self, context: ssl.SSLContext | None) -> None:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, ssl=context, reuse_address=True, backlog=128
        )

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._writers):
            writer.transport.abort()
        # Let the handlers of the dropped connections end.
        await asyncio.sleep(0.01)

    async def _end(self) -> None:
        await self._close()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            with suppress(OSError, asyncio.CancelledError):
                await self._talk(reader, writer)
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if isinstance(self._fault, Garbage):
            await reader.read(65_536)
            writer.write(self._fault.bytes)
            await writer.drain()
            return
        up_reader, up_writer = await asyncio.open_connection(*self.upstream)
        self._writers.add(up_writer)
        asking = asyncio.create_task(self._ask(reader, up_writer))
        try:
            await self._answer(up_reader, writer)
        finally:
            asking.cancel()
            self._writers.discard(up_writer)
            up_writer.close()

    async def _ask(self, reader: asyncio.StreamReader, up_writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65_536):
            up_writer.write(piece)
            await up_writer.drain()
        up_writer.close()

    async def _answer(self, up_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sent = 0
        while piece := await up_reader.read(65_536):
            fault = self._fault
            match fault:
                case Hang():
                    await asyncio.sleep(3600)
                case Delay():
                    await asyncio.sleep(fault.seconds)
                case Drip():
                    await _drip(piece, writer, fault.every)
                    continue
                case Cut() | Reset() | HalfClose() if sent + len(piece) >= fault.after:
                    writer.write(piece[: fault.after - sent])
                    await writer.drain()
                    await _end(fault, writer)
                    return
                case _:
                    pass
            sent += len(piece)
            writer.write(piece)
            await writer.drain()


async def _drip(piece: bytes, writer: asyncio.StreamWriter, every: float) -> None:
    for byte in piece:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(every)


async def _end(fault: Cut | Reset | HalfClose, writer: asyncio.StreamWriter) -> None:
    if isinstance(fault, Reset):
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    elif isinstance(fault, HalfClose):
        writer.write_eof()
        await asyncio.sleep(3600)


class Vanish:
    """An address where packets vanish: a listener whose queue is full, so that Linux drops every further SYN."""

    def __enter__(self) -> "Vanish":
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.port: int = self._listener.getsockname()[1]
        self._crowd = [socket.socket() for _ in range(4)]
        for sock in self._crowd:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", self.port))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sock in [*self._crowd, self._listener]:
            sock.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"
