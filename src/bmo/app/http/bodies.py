"""Read what was sent: within a size and a time, of the right kind."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from flask import request
from pydantic import BaseModel
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge, RequestTimeout

from bmo.core.errors import Refused, TooLarge, WrongType

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
    with _hurry(SECONDS) as late:
        try:
            body = request.get_data(cache=False)
        except RequestEntityTooLarge as fault:
            raise _too_large(limit) from fault
        except (OSError, ClientDisconnected) as fault:
            raise (RequestTimeout() if late.is_set() else Refused("The request ended before its body did.")) from fault
    if late.is_set():
        raise RequestTimeout
    if request.content_length is not None and len(body) < request.content_length:
        raise Refused("The request ended before its body did.")
    return body


@contextmanager
def _hurry(seconds: float) -> Iterator[threading.Event]:
    """Stop reading from the client after so long; its answer can still be written."""
    late = threading.Event()
    connection = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")

    if connection is None or not (request.content_length or request.environ.get("wsgi.input_terminated")):
        yield late
        return

    def stop() -> None:
        late.set()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RD)

    watch = threading.Timer(seconds, stop)
    watch.daemon = True
    watch.start()
    try:
        yield late
    finally:
        watch.cancel()


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"This is too large: at most {limit // 1_000_000} MB.")
