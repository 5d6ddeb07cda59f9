"""Short sounds of one family, made by arithmetic: there is always something to hear, even when no voice ever ran."""

import math
import struct
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import Literal, TypeAlias

from bmo.capabilities.media import Pcm

RATE = 24_000
"""Hz; the rate of BMO's usual voice."""
LOUDNESS = 0.35
"""Of full scale."""
NOTE_SECONDS = 0.11
RING_SECONDS = 0.22
"""How long a note rings on after the next one began."""

Chime: TypeAlias = Literal["wake", "done", "sorry", "alarm"]
C5, E5, G5, A5, C6 = 523.25, 659.25, 783.99, 880.0, 1046.5
MELODIES = MappingProxyType[Chime, tuple[float, ...]](
    {
        "wake": (G5, C6),
        "done": (C5, E5, G5),
        "sorry": (A5, E5, C5),
        "alarm": (C6, G5, C6, G5, C6, C6),
    }
)
"""Hz, one after the other."""


@cache
def chime(name: Chime) -> Pcm:
    """A sound of less than a second; int16 at 24 kHz."""
    notes = MELODIES[name]
    starts = [0, *accumulate(int(NOTE_SECONDS * RATE) for _ in notes[1:])]
    mixed = [0.0] * (starts[-1] + int((NOTE_SECONDS + RING_SECONDS) * RATE))
    for start, hertz in zip(starts, notes, strict=True):
        for index, value in enumerate(_note(hertz)):
            mixed[start + index] += value
    loudest = max(abs(value) for value in mixed)
    return Pcm(struct.pack(f"<{len(mixed)}h", *(round(value / loudest * LOUDNESS * 32_767) for value in mixed)), RATE)


def _note(hertz: float) -> list[float]:
    """A struck bar: a tone and its double, dying away; it begins and ends at nothing, so that it does not click."""
    count = int((NOTE_SECONDS + RING_SECONDS) * RATE)
    attack = int(0.005 * RATE)
    return [
        min(1.0, index / attack)
        * (math.exp(-9.0 * index / count) - math.exp(-9.0))
        * (math.sin(math.tau * hertz * index / RATE) + 0.3 * math.sin(math.tau * 2 * hertz * index / RATE))
        for index in range(count)
    ]
