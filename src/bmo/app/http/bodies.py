"""Read what was sent: within a size and a time, of the right kind."""

import socket
import time
from typing import TypeVar

from flask import request
from pydantic import BaseModel
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, RequestTimeout

from bmo.core.errors import Refused, TooLarge, WrongType
from bmo.wire.slow import DEADLINES

M = TypeVar("M", bound=BaseModel)

JSON_LIMIT = 1_000_000
"""Bytes."""
AUDIO_LIMIT = 20_000_000
"""Bytes: two minutes of the largest sound that is taken."""
SECONDS = 30.0
"""How long a body may take to arrive."""


def json_body(kind: type[M]) -> M:
    """The JSON object that was sent. Raises `WrongType`, `TooLarge`, `Refused`; pydantic says which field is wrong."""
    if not request.is_json:
        raise WrongType("Send JSON, with Content-Type: application/json.")
    return kind.model_validate_json(raw_body(JSON_LIMIT))


def audio_body() -> bytes:
    """The WAV file that was sent, not looked into. Raises `WrongType`, `TooLarge`, `Refused`."""
    if request.mimetype not in ("audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave"):
        raise WrongType("Send a WAV file, with Content-Type: audio/wav.")
    return raw_body(AUDIO_LIMIT)


def raw_body(limit: int) -> bytes:
    """All of the body. Raises `TooLarge` beyond `limit` bytes and answers 408 when it drips for too long."""
    request.max_content_length = limit
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    deadline = time.monotonic() + SECONDS
    try:
        with DEADLINES.bounded(_connection(), deadline):
            body = request.get_data(cache=False)
        announced = request.content_length
        whole = len(body) == announced if announced is not None else time.monotonic() < deadline
    except RequestEntityTooLarge as fault:
        raise _too_large(limit) from fault
    except (OSError, ClientDisconnected):
        whole = False
    if not whole and time.monotonic() >= deadline:
        raise RequestTimeout
    if not whole:
        raise Refused("The request ended before its body did.")
    return body


def _connection() -> socket.socket | None:
    """The client's connection, which gunicorn and Werkzeug tell; None in tests without a real server, and for a
    request that has no body to wait for."""
    if not (request.content_length or request.environ.get("wsgi.input_terminated")):
        return None
    line: socket.socket | None = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    return line


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"This is too large: at most {limit // 1_000_000} MB.")
