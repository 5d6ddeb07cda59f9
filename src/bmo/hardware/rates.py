"""Sound changes its rate as it streams: no clicks where one piece ends and the next begins."""

import numpy as np
import soxr

from bmo.capabilities.media import SPEECH_RATE
from bmo.capabilities.sound import FRAME_BYTES


class Resampled:
    """A stream of int16 mono from one rate to another; keeps a few milliseconds back until the end."""

    def __init__(self, come: int, go: int) -> None:
        """Rates in Hz."""
        self.come = come
        self._stream = None if come == go else soxr.ResampleStream(come, go, 1, dtype="int16")

    def feed(self, samples: bytes, *, last: bool = False) -> bytes:
        """The next piece at the new rate; with `last` all that was kept back, and the stream starts afresh."""
        if self._stream is None:
            return samples
        changed: bytes = self._stream.resample_chunk(np.frombuffer(samples, "<i2"), last=last).tobytes()
        if last:
            self._stream.clear()
        return changed


class ToFrames:
    """What a device records becomes frames of 80 ms at 16 kHz mono."""

    def __init__(self, rate: int, channels: int = 1) -> None:
        self._resampled = Resampled(rate, SPEECH_RATE)
        self._channels = channels
        self._rest = b""

    def feed(self, samples: bytes) -> list[bytes]:
        """Interleaved int16 in; the whole frames there are now out."""
        sound = self._rest + self._resampled.feed(mono(samples, self._channels))
        end = len(sound) - len(sound) % FRAME_BYTES
        self._rest = sound[end:]
        return [sound[start : start + FRAME_BYTES] for start in range(0, end, FRAME_BYTES)]


def mono(samples: bytes, channels: int) -> bytes:
    """The mean of interleaved int16 channels."""
    if channels == 1:
        return samples
    mixed = np.frombuffer(samples, "<i2").reshape(-1, channels).astype(np.int32).sum(axis=1) // channels
    return bytes(mixed.astype("<i2").tobytes())
