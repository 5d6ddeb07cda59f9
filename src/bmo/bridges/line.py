"""The way to somebody else's model server: POST some JSON, read lines back, and say in our words what went wrong."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse

from bmo.capabilities.provider import Patience
from bmo.core.errors import BmoError, Malformed, Refused, TimedOut, TooLarge, TurnedAway, Unavailable, Unreachable

_REQUEST_IS_WRONG: Mapping[int, type[Refused]] = {400: Refused, 413: TooLarge, 422: Refused}
_PIECE = 16_384
_MAX_LINE = 4_000_000
_MAX_WHOLE = 64_000_000
"""Bytes; the vectors of some thousand texts."""
_MAX_DETAIL = 300
_CONNECTIONS = 1_000
"""Kept for the next request: as many as an AI server can be told to stream at a time. Each is made when needed."""
_CONNECT_SECONDS = 10.0
_SILENT_SECONDS = 300.0


class Line:
    """One server and the connections to it."""

    def __init__(self, name: str, url: str, headers: Mapping[str, str]) -> None:
        self._name = name
        self._url = url.rstrip("/")
        self._headers = {"Content-Type": "application/json", **headers}
        self._http = PoolManager(maxsize=_CONNECTIONS, retries=False)

    @contextmanager
    def posted(self, path: str, body: Mapping[str, Any], patience: Patience | None) -> Iterator[Iterator[bytes]]:
        """The lines of the answer. Leaving before their end closes the connection, which stops the server's work.

        Raises `Unavailable` and `Refused`, also while lines are read.
        """
        with self._answered(path, body, patience) as response:
            yield _lines(self._name, response)

    @contextmanager
    def streamed(self, path: str, body: Mapping[str, Any], patience: Patience | None) -> Iterator[Iterator[bytes]]:
        """As `posted`, but the bytes of the answer as they arrive: sound has no lines."""
        with self._answered(path, body, patience) as response:
            yield _pieces(response)

    @contextmanager
    def _answered(self, path: str, body: Mapping[str, Any], patience: Patience | None) -> Iterator[BaseHTTPResponse]:
        with _translated(self._name):
            response = self._http.request(
                "POST",
                self._url + path,
                body=json.dumps(body).encode(),
                headers=self._headers,
                timeout=_timeout(patience),
                preload_content=False,
            )
            try:
                if response.status != 200:
                    raise _turned_away(self._name, response)
                yield response
            finally:
                response.close()

    def whole(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer as one JSON object. Raises `Unavailable` and `Refused`."""
        with _translated(self._name):
            response = self._http.request(
                method,
                self._url + path,
                body=None if body is None else json.dumps(body).encode(),
                headers=self._headers,
                timeout=_timeout(None),
                preload_content=False,
            )
            try:
                if response.status != 200:
                    raise _turned_away(self._name, response)
                told = response.read(_MAX_WHOLE + 1)
            finally:
                response.close()
        if len(told) > _MAX_WHOLE:
            raise Malformed(f"{self._name} sent an answer that never ends.")
        return self.event(told)

    def event(self, line: bytes) -> dict[str, Any]:
        """A line as a JSON object, read as `told` does. Raises `Malformed`."""
        event = self.told(line)
        if not isinstance(event, dict):
            raise Malformed(f"{self._name} sent something that is not a JSON object.")
        return event

    def told(self, text: str | bytes) -> Any:
        """Some JSON. Halves of surrogate pairs, which JSON can carry and no text can, become question marks.

        Raises `Malformed`.
        """
        try:
            return _readable(json.loads(text))
        except (ValueError, RecursionError) as fault:
            raise Malformed(f"{self._name} sent something that is not JSON.") from fault


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except NewConnectionError as fault:  # first: urllib3 makes it a kind of timeout
        raise Unreachable(f"{name} is not running, or not at this address.") from fault
    except (ConnectTimeoutError, ReadTimeoutError) as fault:
        raise TimedOut(f"{name} did not answer in time.") from fault
    except SSLError as fault:
        raise Unreachable(f"{name} has no certificate that this machine trusts.") from fault
    except ProtocolError as fault:
        raise Malformed(f"{name} hung up in the middle of its answer.") from fault
    except (HTTPError, OSError) as fault:
        raise Unavailable(f"{name}: {fault}") from fault


def _timeout(patience: Patience | None) -> Timeout:
    """Without patience, a server may still load a big model first; but a dead one must not hold us for ever."""
    if patience is None:
        return Timeout(connect=_CONNECT_SECONDS, read=_SILENT_SECONDS)
    return Timeout(connect=patience.connect, read=max(patience.first, patience.between))


def _turned_away(name: str, response: BaseHTTPResponse) -> BmoError:
    """Everything but a faulty request is the server's problem: somebody else may be asked."""
    detail = _detail(response.read(_PIECE))
    if response.status in _REQUEST_IS_WRONG:
        return _REQUEST_IS_WRONG[response.status](f"{name} does not take this request: {detail}")
    return TurnedAway(f"{name} answered {response.status}: {detail}", status=response.status)


def _readable(told: Any) -> Any:
    match told:
        case str():
            return told if told.isascii() else told.encode("utf-8", "replace").decode()
        case list():
            return [_readable(one) for one in told]
        case dict():
            return {_readable(key): _readable(value) for key, value in told.items()}
    return told


def _detail(body: bytes) -> str:
    """What the server says, in whichever of the usual forms it says it."""
    text = body.decode("utf-8", "replace")
    try:
        told = _readable(json.loads(text)).get("error", text)
    except (ValueError, RecursionError, AttributeError):
        told = text
    return str(told.get("message", told) if isinstance(told, dict) else told)[:_MAX_DETAIL]


def _pieces(response: BaseHTTPResponse) -> Iterator[bytes]:
    """The bytes as they arrive; `stream` waits for a full piece where the answer is not chunked."""
    return iter(lambda: response.read1(_PIECE), b"")


def _lines(name: str, response: BaseHTTPResponse) -> Iterator[bytes]:
    """Lines that are not empty, as they come."""
    rest = b""
    for piece in _pieces(response):
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.strip() for line in whole if line.strip())
        if len(rest) > _MAX_LINE:
            raise Malformed(f"{name} sent a line that never ends.")
    if rest.strip():
        yield rest.strip()
