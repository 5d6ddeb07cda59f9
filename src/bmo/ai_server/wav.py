"""The head of a WAV file whose length nobody knows yet."""

from bmo.capabilities.media import Pcm, wav_of

_UNKNOWN = b"\xff\xff\xff\xff"
"""In the two length fields of a streamed file: "until the end". Browsers, ffmpeg, libsndfile, sox and Python's `wave`
read the samples that are there; only a length shown before the end is wrong."""
_RIFF_LENGTH, _DATA_LENGTH = slice(4, 8), slice(40, 44)


def streamed_head(rate: int) -> bytes:
    """44 bytes in front of int16 mono samples at `rate` Hz."""
    head = bytearray(wav_of([Pcm(b"", rate)]))
    head[_RIFF_LENGTH] = head[_DATA_LENGTH] = _UNKNOWN
    return bytes(head)
