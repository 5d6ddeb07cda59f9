"""Numbered frames from a microphone become one unbroken sound, cut as each model wants it."""

from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE
from bmo.core.errors import Refused, TooLarge

FRAME_SAMPLES = 1_280
"""Samples in a frame: 80 ms at 16 kHz."""
FRAME_BYTES = FRAME_SAMPLES * SAMPLE_WIDTH
SHORT_FRAME_BYTES = SPEECH_RATE // 50 * SAMPLE_WIDTH
"""The other frame a microphone may send: 20 ms."""
LONGEST_BRIDGE_SECONDS = 2.0
"""A longer gap is counted whole but bridged no further: memory stays bounded whatever the numbers claim."""


class Frames:
    """The frames of one microphone since it was opened: in order, each once, without holes."""

    def __init__(self) -> None:
        self._expected = 0
        self.lost = 0
        """Frames that never came."""
        self.dropped = 0
        """Frames that came twice or too late."""

    def take(self, seq: int, samples: bytes) -> bytes:
        """The sound to go on with: silence for what is missing, then this frame; empty for a repeat.

        `samples` are 20 or 80 ms of int16 at 16 kHz. Raises `TooLarge` and `Refused` for anything else.
        """
        _check(samples)
        if seq < self._expected:
            self.dropped += 1
            return b""
        missing = seq - self._expected
        self.lost += missing
        self._expected = seq + 1
        longest = int(LONGEST_BRIDGE_SECONDS * SPEECH_RATE * SAMPLE_WIDTH) // len(samples)
        return bytes(len(samples) * min(missing, longest)) + samples


class Chunks:
    """Sound of any length in, pieces of exactly `samples` samples out; the rest waits for more."""

    def __init__(self, samples: int) -> None:
        self._size = samples * SAMPLE_WIDTH
        self._rest = b""

    def feed(self, samples: bytes) -> list[bytes]:
        """The whole pieces there are now."""
        sound = self._rest + samples
        end = len(sound) - len(sound) % self._size
        self._rest = sound[end:]
        return [sound[start : start + self._size] for start in range(0, end, self._size)]

    def reset(self) -> None:
        """Forget the rest."""
        self._rest = b""


def _check(samples: bytes) -> None:
    if len(samples) > FRAME_BYTES:
        raise TooLarge(f"A sound frame holds 80 ms of 16 kHz mono int16, {FRAME_BYTES} bytes; this one is larger.")
    if len(samples) not in (FRAME_BYTES, SHORT_FRAME_BYTES):
        raise Refused("A sound frame must hold 80 ms (or 20 ms) of 16 kHz mono int16; this one does not.")
