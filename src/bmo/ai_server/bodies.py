"""Reads requests that may be too big, too slow, or cut off."""

import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from werkzeug.exceptions import ClientDisconnected, RequestTimeout

from bmo.core.errors import Refused, TooLarge, WrongType
from bmo.wire.slow import DEADLINES

_PIECE = 65_536
_SEND_SECONDS = 30.0
"""A reader who takes nothing for so long has left."""


def read_body(most: int, seconds: float) -> bytes:
    """The whole body, at most `most` bytes.

    Raises `TooLarge` for more, `RequestTimeout` (408) when it takes longer than `seconds`, `Refused` when the
    connection ends before the body does.
    """
    announced = request.content_length
    if announced is not None and announced > most:
        raise _too_large(most)
    deadline = time.monotonic() + seconds
    try:
        with _bounded(connection(), deadline):
            body = _read(most, announced)
        whole = len(body) == announced if announced is not None else time.monotonic() < deadline
    except ClientDisconnected:
        whole = False
    if not whole and time.monotonic() >= deadline:
        raise RequestTimeout
    if not whole:
        raise Refused("The request ended before it was complete.", code="cut_off")
    return body


def wants(mimetype: str) -> None:
    """Raises `WrongType` unless the body says it is of this type."""
    if request.mimetype != mimetype:
        raise WrongType(f"Send this as Content-Type {mimetype}.")


def connection() -> socket.socket | None:
    """The asker's connection, which gunicorn tells; None in tests without a real server."""
    line: socket.socket | None = request.environ.get("gunicorn.socket")
    return line


def gone(line: socket.socket | None) -> bool:
    """Whether the asker at the other end has hung up."""
    if line is None:
        return False
    # Asked first: a socket that has a timeout waits for it in `recv`, whatever flags it is given.
    look = select.poll()
    try:
        look.register(line, select.POLLIN)
        return bool(look.poll(0)) and line.recv(1, socket.MSG_PEEK) == b""
    except OSError:
        return True


@contextmanager
def _bounded(line: socket.socket | None, deadline: float) -> Iterator[None]:
    """Reads from `line` end after `deadline` (monotonic); sends may stall for half a minute from here on."""
    try:
        with DEADLINES.bounded(line, deadline):
            yield
    finally:
        if line is not None:
            line.settimeout(_SEND_SECONDS)


def _read(most: int, announced: int | None) -> bytes:
    stream, pieces, size = request.stream, list[bytes](), 0
    while size != announced and (piece := stream.read(_PIECE)):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise _too_large(most)
    return b"".join(pieces)


def _too_large(most: int) -> TooLarge:
    return TooLarge(f"The request is too large; at most {most:,} bytes are taken.")
