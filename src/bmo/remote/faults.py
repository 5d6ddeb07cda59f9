"""The one place where the faults of a connection and the HTTP statuses of an AI server become BMO's errors."""

import logging
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from bmo.core.errors import Malformed, Refused, TimedOut, TooLarge, TurnedAway, Unavailable, Unreachable, WrongType
from bmo.remote.connection import Answer, CutOff, NoAddress, NoConnection, Nonsense, NotInTime
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
    """Raise `Unavailable` in the right kind for everything that a connection, its TLS or its socket raises."""
    try:
        yield
    except OSError as fault:
        raise unavailable(server, fault) from fault


def unavailable(server: str, fault: OSError) -> Unavailable:
    """The fault of a connection as one of ours, in a sentence with the server's name."""
    match fault:
        case NoAddress():
            return Unreachable(f"{server} cannot be found: its name has no address.")
        case NoConnection():
            return Unreachable(f"{server} cannot be reached.")
        case NotInTime():
            return TimedOut(f"{server} did not accept a connection in time.")
        case TimeoutError():
            return TimedOut(f"{server} did not answer in time.")
        case CutOff():
            return Malformed(f"{server} stopped in the middle of its answer.")
        case Nonsense():
            return Malformed(f"{server} answered with something that makes no sense.")
        case ssl.SSLError() if not isinstance(fault, ssl.SSLEOFError):
            _warn(server, fault)
            untrusted = isinstance(fault, ssl.SSLCertVerificationError)
            reason = "its certificate is not trusted" if untrusted else "TLS does not work there"
            return Unreachable(f"No safe connection to {server}: {reason}.", code="no_safe_connection")
        case _:
            return Unreachable(f"{server} hung up.")


def check(response: Answer, server: str) -> None:
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


def _problem(response: Answer) -> Problem | None:
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
