"""Sound of Wyoming peers as BMO wants it: int16 mono, of one rate.

The package's own converter adds the two channels of stereo up, which clips, and resamples without a filter, which
folds hiss into speech; it also rests on a module that Python 3.13 no longer has.
"""

import numpy as np
import soxr
from wyoming.audio import AudioChunk
from wyoming.event import Event

from bmo.bridges.wyoming import understood
from bmo.capabilities.media import SAMPLE_WIDTH
from bmo.core.errors import Malformed

RATES = range(4_000, 192_001)
"""Hz that make sense."""
_FORMS = {1: "<u1", 2: "<i2", 4: "<i4"}
"""How samples of so many bytes are written; those of one byte around 128, as in WAV files."""


def sound_in(event: Event) -> AudioChunk:
    """The sound of an `audio-chunk`, made int16 mono. Raises `Malformed` for what is none."""
    chunk = understood(AudioChunk, event)
    if not all(type(number) is int for number in (chunk.rate, chunk.width, chunk.channels)):
        raise Malformed("Sound must say its rate, width and channels in numbers.")
    if chunk.rate not in RATES or chunk.width not in _FORMS or chunk.channels not in (1, 2):
        raise Malformed("Sound must be mono or stereo, of 1, 2 or 4 bytes a sample and 4 to 192 kHz.")
    if len(chunk.audio) % (chunk.width * chunk.channels):
        raise Malformed("A piece of sound ends in the middle of a sample.")
    return AudioChunk(chunk.rate, SAMPLE_WIDTH, 1, _mono(chunk))


def _mono(chunk: AudioChunk) -> bytes:
    if (chunk.width, chunk.channels) == (SAMPLE_WIDTH, 1):
        return bytes(chunk.audio)
    wide = np.frombuffer(chunk.audio, _FORMS[chunk.width]).astype(np.float64).reshape(-1, chunk.channels).mean(axis=1)
    if chunk.width == 1:
        wide = (wide - 128.0) * 256.0
    elif chunk.width == 4:
        wide /= 65_536.0
    return bytes(np.clip(np.rint(wide), -32_768, 32_767).astype("<i2").tobytes())


class Resampled:
    """A stream of int16 mono sound at another rate; sound that has it already passes as it is."""

    def __init__(self, rate: int) -> None:
        """`rate` in Hz that comes out."""
        self._rate = rate
        self._from = rate
        self._stream: soxr.ResampleStream | None = None

    def feed(self, samples: bytes, rate: int) -> bytes:
        """What is known of the sound by now; a moment of it waits for what comes next."""
        before = b"" if rate == self._from else self.finish()
        if rate != self._from:
            self._from = rate
            self._stream = None if rate == self._rate else soxr.ResampleStream(rate, self._rate, 1, dtype="int16")
        if self._stream is None:
            return before + samples
        return before + self._resampled(samples, last=False)

    def finish(self) -> bytes:
        """The rest of it; the next sound begins anew."""
        rest = self._resampled(b"", last=True) if self._stream is not None else b""
        self._from, self._stream = self._rate, None
        return rest

    def _resampled(self, samples: bytes, *, last: bool) -> bytes:
        assert self._stream is not None
        made: bytes = self._stream.resample_chunk(np.frombuffer(samples, "<i2"), last=last).astype("<i2").tobytes()
        return made
