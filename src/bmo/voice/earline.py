"""How the app and the child that hears talk: length-prefixed messages, the same head both ways, little-endian.

    head    kind (1 byte), satellite (4 bytes), length of the body (4 bytes)
    up      OPEN, SOUND (80 ms of 16 kHz mono int16), RESET, CLOSE
    down    SCORES (float32: the wake score, then each speech probability that became known), FAILED (a sentence, UTF-8)

Every SOUND is answered by one SCORES or FAILED of the same satellite, in order.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import IO

from bmo.core.errors import Malformed

_HEAD = struct.Struct("<BII")
LONGEST_BODY = 100_000
"""Bytes; a longer body is a broken line."""


class Kind(IntEnum):
    """What a message is about."""

    OPEN = 1
    SOUND = 2
    RESET = 3
    CLOSE = 4
    SCORES = 5
    FAILED = 6


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the line."""

    kind: Kind
    satellite: int
    body: bytes = b""


def write(stream: IO[bytes], message: Message) -> None:
    """Send it now. Raises `OSError` when the other side is gone."""
    stream.write(_HEAD.pack(message.kind, message.satellite, len(message.body)) + message.body)
    stream.flush()


def read(stream: IO[bytes]) -> Message | None:
    """The next message, or None when the other side closed the line. Raises `Malformed`."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, satellite, length = _HEAD.unpack(head)
    if kind not in tuple(Kind) or length > LONGEST_BODY:
        raise Malformed("The line to the ears carries something that is no message.")
    body = stream.read(length)
    return Message(Kind(kind), satellite, body) if len(body) == length else None


def scores(satellite: int, wake: float, speech: Sequence[float]) -> Message:
    """The answer to a SOUND."""
    return Message(Kind.SCORES, satellite, struct.pack(f"<{1 + len(speech)}f", wake, *speech))


def read_scores(body: bytes) -> tuple[float, tuple[float, ...]]:
    """The wake score and the speech probabilities of a SCORES message. Raises `Malformed`."""
    if not body or len(body) % 4:
        raise Malformed("The ears' scores are cut short.")
    wake, *speech = struct.unpack(f"<{len(body) // 4}f", body)
    return wake, tuple(speech)
