"""The one place where the faults of urllib3 and the HTTP statuses of an AI server become BMO's errors."""

import http.client
import logging
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import urllib3.exceptions as faults
from pydantic import ValidationError
from urllib3.response import BaseHTTPResponse

from bmo.core.errors import Malformed, Refused, TimedOut, TooLarge, TurnedAway, Unavailable, Unreachable, WrongType
from bmo.wire.problem import Problem

REFUSALS: dict[int, type[Refused]] = {400: Refused, 413: TooLarge, 415: WrongType, 422: Refused}
"""The statuses that say that the request is wrong. Every other one but success says that the server cannot serve us."""
SENTENCES = {
    401: "does not accept our key",
    403: "does not let our key do this",
    404: "does not have what we asked for",
    429: "is being asked too much",
    503: "is not ready",
}
PROBLEM_BYTES = 65_536
QUIET_SECONDS = 60.0
"""A connection that is not safe is logged once in this time, per server."""

log = logging.getLogger(__name__)
_warned: dict[str, float] = {}
_warned_lock = threading.Lock()


@contextmanager
def translated(server: str) -> Iterator[None]:
    """Raise `Unavailable` in the right kind for everything that urllib3, http.client, ssl or a socket raises."""
    try:
        yield
    except (faults.HTTPError, http.client.HTTPException, OSError) as fault:
        raise unavailable(server, fault) from fault


def unavailable(server: str, fault: BaseException) -> Unavailable:
    """The fault of a library as one of ours, in a sentence with the server's name."""
    if isinstance(fault, faults.NameResolutionError):
        return Unreachable(f"{server} cannot be found: its name has no address.")
    if isinstance(fault, faults.NewConnectionError):
        return Unreachable(f"{server} cannot be reached.")
    if isinstance(fault, faults.ConnectTimeoutError):
        return TimedOut(f"{server} did not accept a connection in time.")
    causes = tuple(_causes(fault))
    if _among(causes, faults.TimeoutError, TimeoutError):
        return TimedOut(f"{server} did not answer in time.")
    if _among(causes, faults.SSLError, ssl.SSLError) and not _among(causes, ssl.SSLEOFError):
        _warn(server, fault)
        reason = "its certificate is not trusted" if _among(causes, ssl.CertificateError) else "TLS does not work there"
        return Unreachable(f"No safe connection to {server}: {reason}.", code="no_safe_connection")
    if _among(causes, http.client.IncompleteRead):
        return Malformed(f"{server} stopped in the middle of its answer.")
    if _among(causes, OSError):
        return Unreachable(f"{server} hung up.")
    return Malformed(f"{server} answered with something that makes no sense.")


def check(response: BaseHTTPResponse, server: str) -> None:
    """Raise what the status means: `Refused` when the request is wrong, `TurnedAway` when the server cannot."""
    status = response.status
    if 200 <= status < 300:
        return
    told = _problem(response)
    if status in REFUSALS:
        sentence = told.sentence if told else f"{server} says that the request is wrong (HTTP {status})."
        raise REFUSALS[status](sentence, code=told.code if told else None)
    reason = SENTENCES.get(status, "has an inner error" if status >= 500 else "gave an answer that nobody expected")
    detail = f": {told.sentence}" if told else "."
    raise TurnedAway(f"{server} {reason} (HTTP {status}){detail}", status=status, code=told.code if told else None)


def _problem(response: BaseHTTPResponse) -> Problem | None:
    """What the server says about it, if it speaks our language."""
    try:
        return Problem.model_validate_json(response.read(PROBLEM_BYTES))
    except ValidationError:
        return None


def _warn(server: str, fault: BaseException) -> None:
    now = time.monotonic()
    with _warned_lock:
        due = now - _warned.get(server, float("-inf")) >= QUIET_SECONDS
        if due:
            _warned[server] = now
    if due:
        log.warning("no safe connection to %s, nothing is sent there: %s", server, fault)


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """The fault and those it was made from; urllib3 keeps them in `args`."""
    yield fault
    for inner in fault.args:
        if isinstance(inner, BaseException):
            yield from _causes(inner)


def _among(causes: Sequence[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)
