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

Chime: TypeAlias = Literal["wake", "follow_up", "done", "sorry", "alarm", "announcement"]
C5, E5, G5, A5, C6, E6 = 523.25, 659.25, 783.99, 880.0, 1046.5, 1318.5
MELODIES = MappingProxyType[Chime, tuple[float, ...]](
    {
        "wake": (G5, C6),
        "follow_up": (C6,),
        "done": (C5, E5, G5),
        "sorry": (A5, E5, C5),
        "alarm": (C6, G5, C6, G5, C6, C6),
        "announcement": (G5, C6, E6),
    }
)
"""Hz, one after the other."""
SOFT = MappingProxyType[Chime, float]({"follow_up": 0.35})
"""Of the usual loudness: nobody asked for these."""


@cache
def chime(name: Chime, rate: int = RATE) -> Pcm:
    """A sound of less than a second; int16 at `rate` Hz."""
    notes = MELODIES[name]
    starts = [0, *accumulate(int(NOTE_SECONDS * rate) for _ in notes[1:])]
    mixed = [0.0] * (starts[-1] + int((NOTE_SECONDS + RING_SECONDS) * rate))
    for start, hertz in zip(starts, notes, strict=True):
        for index, value in enumerate(_note(hertz, rate)):
            mixed[start + index] += value
    full = LOUDNESS * SOFT.get(name, 1.0) * 32_767 / max(abs(value) for value in mixed)
    return Pcm(struct.pack(f"<{len(mixed)}h", *(round(value * full) for value in mixed)), rate)


def _note(hertz: float, rate: int) -> list[float]:
    """A struck bar: a tone and its double, dying away; it begins and ends at nothing, so that it does not click."""
    count = int((NOTE_SECONDS + RING_SECONDS) * rate)
    attack = int(0.005 * rate)
    return [
        min(1.0, index / attack)
        * (math.exp(-9.0 * index / count) - math.exp(-9.0))
        * (math.sin(math.tau * hertz * index / rate) + 0.3 * math.sin(math.tau * 2 * hertz * index / rate))
        for index in range(count)
    ]
