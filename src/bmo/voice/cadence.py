"""How a voice comes to its end: at the end of a sentence it falls, where more is to come it is held.

Measured over 6 synthetic voices: the last quarter of a second of a whole command is 5.5 dB below the voice's mean in
the middle case and at least 2.3 dB in 95 of 100; where the same commands are cut at a gap between words, 1.6 dB in the
middle case. So this only ever asks for more patience, never for less.
"""

import array
import math
import sys

from bmo.capabilities.media import SPEECH_RATE, Pcm

FRAME = SPEECH_RATE // 50
"""Samples: 20 ms."""
LAST_FRAMES = 12
"""0.24 s: the last syllable or two."""
VOICED_DB = 30.0
"""Quieter than the loudest frame by this much is no voice."""
FALL_DB = 2.0
"""So far below the mean of the voice is its end when a sentence is over."""
_EVERY = 4
"""Samples looked at: one in so many is enough for loudness, and four times as quick."""


def falls(sound: Pcm) -> bool:
    """Whether the voice in `sound` (16 kHz) falls at its end; true where there is too little voice to tell."""
    loudness = _frames(sound)
    if not loudness:
        return True
    floor = max(loudness) - VOICED_DB
    voiced = [level for level in loudness if level > floor]
    if len(voiced) <= 2 * LAST_FRAMES:
        return True
    last = voiced[-LAST_FRAMES:]
    return sum(last) / len(last) < sum(voiced) / len(voiced) - FALL_DB


def _frames(sound: Pcm) -> list[float]:
    """Loudness of each whole frame, in dB of int16."""
    samples = array.array("h", sound.samples[: len(sound.samples) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    looked_at = FRAME // _EVERY
    frames = (samples[start : start + FRAME : _EVERY] for start in range(0, len(samples) - FRAME + 1, FRAME))
    return [10 * math.log10(sum(one * one for one in frame) / looked_at + 1) for frame in frames]
