"""Speed and pitch for voices that cannot change theirs: the sound is made first and reshaped afterwards."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace

import numpy as np

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Speak, Utterance, check
from bmo.engines.pitch import Sound, shift, stretch

Shift = Callable[[Sound, int, float], Sound]
"""Moves the pitch of float32 mono sound of a rate (Hz) by cents, in the same time."""


def shaped(sound: Pcm, speed: float, cents: float, shift: Shift = shift) -> Pcm:
    """The sound `speed` times as fast and `cents` higher."""
    if (speed == 1.0 and cents == 0.0) or not sound.samples:
        return sound
    samples = np.frombuffer(sound.samples, "<i2").astype(np.float32) / np.float32(32_768)
    if speed != 1.0:
        samples = stretch(samples, sound.rate, 1.0 / speed)
    samples = shift(samples, sound.rate, cents)
    return Pcm(np.rint(np.clip(samples * 32_768, -32_768, 32_767)).astype("<i2").tobytes(), sound.rate)


class Shaped:
    """A voice that knows moods but neither speed nor pitch, given both.

    What needs no reshaping passes through as it comes; the rest comes in one piece, because a stretch with seams would
    be heard.
    """

    def __init__(self, voice: Speak, pitches: Mapping[str, float] | None = None) -> None:
        """`pitches`: how far (cents) the voices of these names are moved, whatever else is asked of them."""
        self.name = voice.name
        self._voice = voice
        self._pitches = dict(pitches or {})

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """As `Speak.speak`."""
        check(utterance)
        plain = replace(utterance, speed=1.0, cents=0.0)
        cents = utterance.cents + self._pitches.get(utterance.voice, 0.0)
        with closing(self._voice.speak(plain)) as pieces:
            if (utterance.speed, cents) == (1.0, 0.0):
                yield from pieces
                return
            made = list(pieces)
        if made:
            whole = Pcm(b"".join(piece.samples for piece in made), made[0].rate)
            yield shaped(whole, utterance.speed, cents)
