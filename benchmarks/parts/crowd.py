"""Many streamed chats at once, read in one thread as they come, and somebody who asks for `/livez` meanwhile."""

import json
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Read:
    """What came over one connection."""

    status: int = 0
    retry_after: str = ""
    words: int = 0
    whole: bool = False
    at: list[float] = field(default_factory=list)
    """When words came (monotonic)."""

    def gaps(self) -> list[float]:
        """Seconds between two arrivals."""
        return [later - earlier for earlier, later in zip(self.at, self.at[1:], strict=False)]


def ask_all(url: str, key: str, streams: int, tokens: int, seconds: float) -> list[Read]:
    """Begin so many chats, one right after the other, and read until all have ended or the time is up."""
    body = json.dumps({"messages": [{"role": "user", "text": "Count."}], "max_tokens": tokens}).encode()
    head = f"POST /llm/chat HTTP/1.1\r\nHost: bmo\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    reads = [Read() for _ in range(streams)]
    with selectors.DefaultSelector() as ready:
        for read in reads:
            line = socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 80))
            line.sendall(head.encode() + body)
            ready.register(line, selectors.EVENT_READ, read)
        ends = time.monotonic() + seconds
        while ready.get_map() and time.monotonic() < ends:
            for key_, _ in ready.select(0.5):
                if not _take(key_.fileobj, key_.data):  # type: ignore[arg-type]
                    ready.unregister(key_.fileobj)
                    key_.fileobj.close()  # type: ignore[union-attr]
        for key_ in list(ready.get_map().values()):
            key_.fileobj.close()  # type: ignore[union-attr]
    return reads


def _take(line: socket.socket, read: Read) -> bool:
    data = line.recv(65_536)
    now = time.monotonic()
    if not read.status and data:
        head = data.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
        read.status = int(head.split(" ", 2)[1])
        read.retry_after = next((row[12:].strip() for row in head.split("\r\n") if row.startswith("retry-after:")), "")
    if words := data.count(b'"words"'):
        read.words += words
        read.at.append(now)
    read.whole = read.whole or b'"finished"' in data
    return bool(data)


class Watcher:
    """Asks for `/livez` again and again; `took` are the milliseconds."""

    def __init__(self, url: str, every: float = 0.02) -> None:
        self.took: list[float] = []
        self._address = (urlsplit(url).hostname or "", urlsplit(url).port or 80)
        self._every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            began = time.perf_counter()
            with socket.create_connection(self._address, 10) as line:
                line.sendall(b"GET /livez HTTP/1.1\r\nHost: bmo\r\nConnection: close\r\n\r\n")
                answer = b""
                while piece := line.recv(4_096):
                    answer += piece
            assert b" 200 " in answer[:20], answer
            self.took.append((time.perf_counter() - began) * 1_000)
