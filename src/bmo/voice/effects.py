"""Sound effects, made by arithmetic: every machine renders the same ones, and nothing was recorded anywhere.

Each is made of a few voices (`_struck`, `_swept`, `_noise`) laid over each other, faded at both ends and brought to one
loudness, which is under that of speech.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from bmo.capabilities.media import Pcm
from bmo.capabilities.turn import SoundName
from bmo.voice.chimes import RATE

Wave: TypeAlias = NDArray[np.float64]
"""Samples at `RATE`, of any loudness."""

PEAK = 0.32
"""Of full scale: speech is louder."""
EDGE_SECONDS = 0.012
"""Fades at both ends: nothing clicks between two clauses."""
SOFT_SECONDS = 0.004
"""The same for each tone inside of an effect."""
REST_SECONDS = 0.08
"""Silence after it, as between two sentences."""


@cache
def effect(name: SoundName) -> Pcm:
    """A sound of at most two seconds, int16 at 24 kHz; rendered once."""
    wave = _RECIPES[name]()
    edge = np.linspace(0.0, 1.0, int(EDGE_SECONDS * RATE))
    wave[: len(edge)] *= edge
    wave[-len(edge) :] *= edge[::-1]
    scaled = np.round(wave * (PEAK * 32_767 / np.abs(wave).max())).astype("<i2")
    return Pcm(scaled.tobytes() + bytes(2 * int(REST_SECONDS * RATE)), RATE)


def _seconds(length: float) -> Wave:
    return np.arange(int(length * RATE)) / RATE


def _struck(hertz: float, length: float, *, dull: float = 6.0) -> Wave:
    """A small bell: a tone and two partials, the higher the shorter; `dull` is how fast it dies away."""
    time = _seconds(length)
    partials = ((1.0, 1.0, 1.0), (2.76, 0.35, 1.8), (5.4, 0.12, 3.0))  # of a struck bar, free at both ends
    tones = [
        loud * np.exp(-dull * fast * time) * np.sin(np.pi * 2 * hertz * ratio * time) for ratio, loud, fast in partials
    ]
    return np.asarray(np.sum(tones, axis=0))


def _swept(start: float, end: float, length: float, *, overtones: int = 1) -> Wave:
    """A tone that glides from one pitch to another, soft at both ends; more overtones are brassier."""
    time = _seconds(length)
    phase = np.pi * 2 * np.cumsum(start * (end / start) ** (time / length)) / RATE
    tones = [np.sin(phase * number) / number for number in range(1, overtones + 1)]
    return np.asarray(np.sum(tones, axis=0) * np.minimum(1.0, np.minimum(time, time[::-1]) / SOFT_SECONDS))


def _noise(length: float, low: float, high: float, seed: int) -> Wave:
    """A hiss between two pitches, the same every time."""
    count = int(length * RATE)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    pitches = np.fft.rfftfreq(count, 1 / RATE)
    spectrum[(pitches < low) | (pitches > high)] = 0
    hiss = np.fft.irfft(spectrum, count)
    return np.asarray(hiss / np.abs(hiss).max())


def _dying(wave: Wave, dull: float) -> Wave:
    return wave * np.exp(-dull * np.arange(len(wave)) / RATE)


def _mixed(*parts: tuple[float, float, Wave]) -> Wave:
    """Parts laid over each other: when each begins (s), how loud it is, and what it is."""
    whole = np.zeros(max(int(at * RATE) + len(wave) for at, _, wave in parts))
    for at, loud, wave in parts:
        begin = int(at * RATE)
        whole[begin : begin + len(wave)] += loud * wave
    return whole


def _chime() -> Wave:
    return _mixed((0, 0.8, _struck(1046.5, 0.7)), (0.12, 1.0, _struck(1568.0, 0.8)))


def _boop() -> Wave:
    return _dying(_swept(420, 760, 0.18), 8)


def _error() -> Wave:
    return _mixed(
        (0, 1.0, _dying(_swept(330, 300, 0.22, overtones=3), 5)),
        (0.2, 1.0, _dying(_swept(233, 196, 0.4, overtones=3), 5)),
    )


def _alarm() -> Wave:
    calls = [(0.3 * turn, 1.0, _swept(pitch, pitch, 0.24, overtones=2)) for turn, pitch in enumerate((880, 1175) * 2)]
    return _mixed(*calls)


def _horn() -> Wave:
    time = _seconds(1.3)
    swell = np.minimum(1.0, time / 0.12) * np.minimum(1.0, time[::-1] / 0.4)
    deep = _swept(174.6, 174.6, 1.3, overtones=7) + 0.8 * _swept(261.6, 261.6, 1.3, overtones=6)
    return np.asarray(deep * swell)


def _dice() -> Wave:
    """Two dice on wood: knocks that come faster and softer."""
    knocks = [(0.0, 1.0), (0.11, 0.8), (0.19, 0.9), (0.27, 0.5), (0.33, 0.45), (0.375, 0.3), (0.41, 0.2)]
    return _mixed(*((at, loud, _knock(number)) for number, (at, loud) in enumerate(knocks)))


def _knock(number: int) -> Wave:
    body = _dying(_swept(720 + 90 * (number % 3), 520, 0.06), 70)
    return _mixed((0, 1.0, body), (0, 0.6, _dying(_noise(0.05, 1_500, 7_000, number), 90)))


def _sword() -> Wave:
    """Drawn: a hiss that rises, then steel that rings."""
    draw = _noise(0.35, 2_500, 9_500, 7) * np.linspace(0.05, 1.0, int(0.35 * RATE)) ** 2
    return _mixed((0, 0.7, draw), (0.3, 0.7, _struck(1_870, 0.9, dull=4)), (0.3, 0.5, _struck(2_310, 0.9, dull=5)))


def _magic() -> Wave:
    """A glitter of bells that climbs two octaves of a pentatonic scale."""
    scale = (1.0, 9 / 8, 5 / 4, 3 / 2, 5 / 3)
    notes = [659.3 * step * octave for octave in (1, 2) for step in scale]
    bells = [(0.06 * number, 0.6, _struck(hertz, 0.7, dull=7)) for number, hertz in enumerate(notes)]
    return _mixed(*bells, (0, 0.25, _dying(_noise(1.2, 5_000, 10_000, 3), 3)))


_RECIPES: Mapping[SoundName, Callable[[], Wave]] = MappingProxyType(
    {
        "chime": _chime,
        "boop": _boop,
        "error": _error,
        "alarm": _alarm,
        "horn": _horn,
        "dice": _dice,
        "sword": _sword,
        "magic": _magic,
    }
)
