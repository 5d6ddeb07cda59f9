"""What people send as WAV becomes what the ears understand: 16 kHz, mono, int16."""

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.core.errors import Refused, TooLarge, WrongType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LOWEST_RATE, HIGHEST_RATE = 8_000, 48_000
"""Hz."""
LONGEST = 60
"""Seconds."""
SHORTEST = 0.05
"""Seconds; less is a click."""
PCM, FLOAT, EXTENSIBLE = 1, 3, 0xFFFE
"""Format tags of a WAV header."""


@dataclass(frozen=True, slots=True)
class _Format:
    tag: int
    channels: int
    rate: int
    bits: int

    @property
    def frame(self) -> int:
        """Bytes per sample of all channels."""
        return self.channels * self.bits // 8


def speech_of(wav: bytes) -> Pcm:
    """The sound of a WAV file at 16 kHz mono. Takes PCM of 8 to 32 bits and float32, 8 to 48 kHz, mono or stereo.

    Raises `WrongType`, `TooLarge` or `Refused` with a sentence. Python's own `wave` reads neither float
    nor extensible headers and believes what a header says, hence the reader here.
    """
    kind, data = _chunks(wav)
    seconds = len(data) / (kind.frame * kind.rate)
    if seconds > LONGEST:
        raise TooLarge(f"This recording is longer than {LONGEST} seconds.")
    if seconds < SHORTEST:
        raise Refused("This recording is too short to hold a word.", code="too_short")
    return Pcm(_converted(kind, data), SPEECH_RATE)


def _chunks(wav: bytes) -> tuple[_Format, bytes]:
    if not wav:
        raise Refused("The recording is empty.", code="empty")
    if len(wav) < 12 or wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise WrongType("This is not a WAV file.")
    kind: _Format | None = None
    at = 12
    while at + 8 <= len(wav):
        name, size = struct.unpack_from("<4sI", wav, at)
        body = wav[at + 8 : at + 8 + size]
        if name == b"fmt ":
            kind = _format(body)
        elif name == b"data":
            if kind is None:
                raise Refused("This WAV file is damaged: what describes its sound comes too late.")
            return kind, _whole(body, size, kind)
        at += 8 + size + size % 2
    raise Refused("This WAV file holds no sound.", code="empty")


def _format(body: bytes) -> _Format:
    if len(body) < 16:
        raise Refused("The header of this WAV file is cut off.", code="truncated")
    tag, channels, rate, _, block, bits = struct.unpack_from("<HHIIHH", body)
    if tag == EXTENSIBLE and len(body) >= 26:
        (tag,) = struct.unpack_from("<H", body, 24)
    kind = _Format(tag, channels, rate, bits)
    if (tag, bits) not in {(PCM, 8), (PCM, 16), (PCM, 24), (PCM, 32), (FLOAT, 32)}:
        raise WrongType("This WAV file is compressed or unusual. Send PCM of 8 to 32 bits, or 32-bit float.")
    if channels not in (1, 2):
        raise WrongType(f"This recording has {channels} channels. Send mono or stereo.")
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise WrongType(f"This recording has a rate of {rate} Hz. Send 8,000 to 48,000 Hz.")
    if block != kind.frame:
        raise Refused("The header of this WAV file contradicts itself.", code="bad_header")
    return kind


def _whole(data: bytes, size: int, kind: _Format) -> bytes:
    # Recorders that stream leave the size at its maximum: then the file's end is the sound's.
    streamed = size >= 0xFFFFFFFF - 64 or size == 0x7FFFFFFF
    if len(data) < size and not streamed:
        raise Refused("This WAV file is cut off: its header promises more sound.", code="truncated")
    if not data:
        raise Refused("The recording is empty.", code="empty")
    return data[: len(data) - len(data) % kind.frame]


def _converted(kind: _Format, data: bytes) -> bytes:
    # Imported here: a page that is only looked at needs neither.
    import numpy as np
    import soxr

    mono = _floats(kind, data).reshape(-1, kind.channels).mean(axis=1, dtype=np.float32)
    if not np.isfinite(mono).all():
        raise Refused("This recording holds values that are no numbers.", code="bad_samples")
    if kind.rate != SPEECH_RATE:
        mono = soxr.resample(mono, kind.rate, SPEECH_RATE)
    samples = np.clip(np.rint(mono * 32768), -32768, 32767).astype("<i2")
    return bytes(samples.tobytes())


def _floats(kind: _Format, data: bytes) -> "NDArray[np.float32]":
    """The samples of all channels, interleaved, -1 to 1."""
    import numpy as np

    if kind.tag == FLOAT:
        return np.frombuffer(data, "<f4").astype(np.float32)
    if kind.bits == 8:
        whole, full = np.frombuffer(data, np.uint8).astype(np.float32) - 128, 128
    elif kind.bits == 24:
        wide = np.zeros((len(data) // 3, 4), np.uint8)
        wide[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        whole, full = wide.view("<i4")[:, 0].astype(np.float32), 2**31
    else:
        whole, full = np.frombuffer(data, f"<i{kind.bits // 8}").astype(np.float32), 2 ** (kind.bits - 1)
    return (whole / full).astype(np.float32)
