"""An AI server, and the exchange of one request for one answer with it.

One pool of connections serves the whole process: a new TLS connection per call costs about 75 times a pooled one.
"""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from urllib3 import HTTPConnectionPool, PoolManager, Timeout
from urllib3.exceptions import ProtocolError
from urllib3.response import BaseHTTPResponse
from urllib3.util import parse_url
from urllib3.util.ssl_ import create_urllib3_context

from bmo.capabilities.provider import Patience
from bmo.core.errors import Malformed
from bmo.core.trace import HEADER, trace
from bmo.remote.deadline import LAST_CONNECT, BoundPool, BoundTlsPool, Deadline, bind, current
from bmo.remote.faults import check, translated

LAN_CONNECT = 0.5
"""Seconds to connect to a server in the house."""
WAN_CONNECT = 1.5
"""Seconds to connect to a server on the internet."""
LAST_SECONDS = 60.0
"""The silence after which even the last server is given up, unless it is the one beside the app: nobody restarts it."""
ANSWER_BYTES = 1_048_576
"""An answer read in one piece (a transcript, a health report) is not bigger."""
POOLED = 64
"""Idle connections kept per server."""


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
    ) -> Iterator[BaseHTTPResponse]:
        """The answer to a request, its body not yet read. Leaving before its end closes the connection.

        Raises `Unavailable` and `Refused` as `faults` translates them, in the body of the `with` too.
        """
        with translated(self.called):
            response = self._send(method, path, deadline, body, headers)
            try:
                check(response, self.called)
                yield response
            finally:
                # Both do nothing to an answer that was read to its end: its connection is back in the pool.
                response.close()
                response.release_conn()

    def _send(
        self, method: str, path: str, deadline: Deadline, body: bytes | None, headers: Mapping[str, str]
    ) -> BaseHTTPResponse:
        token = current.set(deadline)
        pool, prefix = _pool(self.url)
        timeout = Timeout(connect=deadline.connect, read=None)
        asked = {"Authorization": _bearer(self.key), HEADER: trace(), **headers}
        try:
            for again in (True, False):
                try:
                    return pool.urlopen(
                        method,
                        prefix + path,
                        body=body,
                        headers=asked,
                        retries=False,
                        redirect=False,
                        timeout=timeout,
                        preload_content=False,
                    )
                except ProtocolError:
                    # The server may have closed an idle connection at the very moment we used it. Asking twice is
                    # harmless: an inference changes nothing.
                    if not (again and deadline.reused):
                        raise
        finally:
            current.reset(token)
        raise AssertionError("the second round returns or raises")


def read_all(response: BaseHTTPResponse, server: Server) -> bytes:
    """The whole body. Raises `Malformed` when it is bigger than any answer is."""
    body = response.read(ANSWER_BYTES + 1)
    if len(body) > ANSWER_BYTES:
        raise Malformed(f"{server.called} answered with more than {ANSWER_BYTES} bytes.")
    return body


@cache
def shared_pool() -> PoolManager:
    """The connections of this process. Certificates are always verified, against the system's authorities
    and what `SSL_CERT_FILE` adds."""
    context = bind(create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED))
    context.load_default_certs()
    manager = PoolManager(num_pools=64, maxsize=POOLED, ssl_context=context)
    manager.pool_classes_by_scheme = {"http": BoundPool, "https": BoundTlsPool}
    return manager


@cache
def _pool(url: str) -> tuple[HTTPConnectionPool, str]:
    """The pool of a server and the path in front of its routes; looked up once, not in every call."""
    return shared_pool().connection_from_url(url), (parse_url(url).path or "").rstrip("/")


def _bearer(key: str) -> str:
    """A key in any alphabet as a header: a wrong one deserves a 401, not a crash."""
    return "Bearer " + key.encode().decode("latin-1")
