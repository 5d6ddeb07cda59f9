"""The head of a WAV file, also of one whose length nobody knows yet."""

import struct

from bmo.capabilities.media import SAMPLE_WIDTH

UNKNOWN = 0xFFFFFFFF
"""What the two length fields of a streamed file hold: "until the end". Browsers, ffmpeg, libsndfile, sox and Python's
`wave` read the samples that are there; only a length shown before the end is wrong."""
_HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")
_PCM, _MONO = 1, 1


def wav_header(rate: int, samples_bytes: int | None = None) -> bytes:
    """44 bytes in front of int16 mono samples at `rate` Hz; None when it is not known how many bytes follow."""
    follow = UNKNOWN if samples_bytes is None else samples_bytes
    whole = UNKNOWN if samples_bytes is None else samples_bytes + _HEAD.size - 8
    return _HEAD.pack(
        b"RIFF", whole, b"WAVE", b"fmt ", 16, _PCM, _MONO, rate, rate * SAMPLE_WIDTH, SAMPLE_WIDTH, 8 * SAMPLE_WIDTH,
        b"data", follow,
    )  # fmt: skip
