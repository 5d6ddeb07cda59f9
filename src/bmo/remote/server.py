"""An AI server, and the exchange of one request for one answer with it.

One pool of connections serves the whole process: a new TLS connection per call costs about 75 times a pooled one.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote

from urllib3.util import parse_url

from bmo.capabilities.provider import Patience
from bmo.core.errors import Malformed
from bmo.core.trace import HEADER, trace
from bmo.remote.connection import Answer, Connections
from bmo.remote.deadline import LAST_CONNECT, Deadline
from bmo.remote.faults import check, translated

LAN_CONNECT = 0.5
"""Seconds to connect to a server in the house."""
WAN_CONNECT = 1.5
"""Seconds to connect to a server on the internet."""
LAST_SECONDS = 60.0
"""The silence after which even the last server is given up, unless it is the one beside the app: nobody restarts it."""
ANSWER_BYTES = 1_048_576
"""An answer read in one piece (a transcript, a health report) is not bigger."""
_PLAIN = re.compile(r"[!-~]+")
_KEPT = "/?&=%+:;,@!$'()*~"
"""What stays as it is in an address with letters that have to be written as `%XX`."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where an AI server is, and what it may be asked with. Raises `ValueError` for an address or key of no use."""

    name: str
    """What people see: "cloud", "here"."""
    url: str
    """`https://ai.example.org` or `http://127.0.0.1:8000`, with or without a path in front of the routes."""
    key: str = field(repr=False)
    connect_seconds: float = WAN_CONNECT
    supervised: bool = False
    """True for the server beside the app, which `bmo run` starts again when it dies."""

    def __post_init__(self) -> None:
        address = parse_url(self.url)
        if address.scheme not in ("http", "https") or not address.host or address.query or address.auth:
            raise ValueError(f"{self.name}: {self.url!r} is not the address of a server, such as http://host:8000")
        if not self.key or any(ord(sign) < 32 for sign in self.key):
            raise ValueError(f"{self.name}: the key is empty or has a line break in it")

    @property
    def called(self) -> str:
        """Who it is at the beginning of a sentence."""
        return "My own server" if self.supervised else self.name

    def deadline(self, patience: Patience | None) -> Deadline:
        """When an exchange is given up that somebody with this patience asks for."""
        if patience is None:
            longest = None if self.supervised else LAST_SECONDS
            return Deadline(longest, max(self.connect_seconds, LAST_CONNECT), longest)
        return Deadline(patience.first, min(patience.connect, self.connect_seconds), patience.between)

    @contextmanager
    def exchange(
        self, method: str, path: str, deadline: Deadline, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> Iterator[Answer]:
        """The answer to a request, its body not yet read. Leaving before its end closes the connection.

        Raises `Unavailable` and `Refused` as `faults` translates them, in the body of the `with` too.
        """
        with translated(self.called):
            answer = _line(self.url).exchange(self._request(method, path, body, headers), deadline)
            try:
                check(answer, self.called)
                yield answer
            finally:
                answer.close()

    def _request(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """Head and body in one piece: apart, the server wakes up twice, which costs a tenth of a short call."""
        start, host = _address(self.url)
        target = path if _PLAIN.fullmatch(path) else quote(path, safe=_KEPT)
        asked = {"Authorization": _bearer(self.key), HEADER: trace(), **headers}
        if body is not None or method == "POST":
            asked["Content-Length"] = str(len(body or b""))
        lines = [f"{method} {start}{target} HTTP/1.1", f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in asked.items()]
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1:
            raise ValueError(f"a header for {self.name} has a line break in it")
        return head.encode("latin-1") + b"\r\n\r\n" + (body or b"")


def read_all(response: Answer, server: Server) -> bytes:
    """The whole body. Raises `Malformed` when it is bigger than any answer is."""
    body = response.read(ANSWER_BYTES + 1)
    if len(body) > ANSWER_BYTES:
        raise Malformed(f"{server.called} answered with more than {ANSWER_BYTES} bytes.")
    return body


@cache
def trusted() -> ssl.SSLContext:
    """Certificates are always verified, against the system's authorities and what `SSL_CERT_FILE` adds."""
    return ssl.create_default_context()


@cache
def _line(url: str) -> Connections:
    """The connections of this process to a server, shared by all that ask it."""
    address = parse_url(url)
    tls = trusted() if address.scheme == "https" else None
    return Connections(address.host or "", address.port or (443 if tls else 80), tls)


@cache
def _address(url: str) -> tuple[str, str]:
    """The path in front of a server's routes, and its name for the `Host` header."""
    address = parse_url(url)
    return (address.path or "").rstrip("/"), address.netloc or ""


def _bearer(key: str) -> str:
    """A key in any alphabet as a header: a wrong one deserves a 401, not a crash."""
    return "Bearer " + key.encode().decode("latin-1")
