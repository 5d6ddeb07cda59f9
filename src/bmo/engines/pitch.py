"""Raise or lower a voice without changing how fast it speaks: WSOLA, then resampling.

WSOLA (waveform-similarity overlap-add; Verhelst and Roelands 1993): the sound is stretched by laying windows of it
further apart, each taken from where it fits its predecessor best, and then resampled back to its old length, which
moves the pitch by the stretch factor.
"""

import numpy as np
import numpy.typing as npt
import soxr

Sound = npt.NDArray[np.float32]

CENTS_PER_OCTAVE = 1_200
_WINDOW_SECONDS = 0.032
"""Holds three periods of a voice at 100 Hz."""
_SEARCH_SECONDS = 0.010
"""Half of the stretch in which the best fit is looked for; one period at 100 Hz."""


def shift(sound: Sound, rate: int, cents: float) -> Sound:
    """The same words, `cents` higher (100 cents are a semitone), in the same time.

    `sound`: float32 mono, shape (n,); `rate` in Hz. Returns shape (n,). Formants move with the pitch.
    """
    factor = 2.0 ** (cents / CENTS_PER_OCTAVE)
    if cents == 0 or len(sound) < int(_WINDOW_SECONDS * rate):
        return sound
    stretched = stretch(sound, rate, factor)
    return _fitted(soxr.resample(stretched, rate * factor, rate, quality="HQ"), len(sound))


def stretch(sound: Sound, rate: int, factor: float) -> Sound:
    """The same pitch, `factor` times as long. `sound`: float32 mono, shape (n,); returns shape (round(n * factor),)."""
    length = round(len(sound) * factor)
    window = int(_WINDOW_SECONDS * rate) // 2 * 2
    hop = window // 2
    search = int(_SEARCH_SECONDS * rate)
    fade = np.hanning(window + 1)[:window].astype(np.float32)
    padded = np.pad(sound, (search, window + hop + 2 * search))
    out = np.zeros(length + window, np.float32)
    last = search
    for at in range(0, length, hop):
        wanted = search + min(round(at / factor), len(sound))
        start = wanted if at == 0 else _best_fit(padded, last + hop, wanted, window, search)
        out[at : at + window] += fade * padded[start : start + window]
        last = start
    out[:hop] /= np.maximum(fade[:hop], 1e-2)  # the first half window has no predecessor to fade out
    return out[:length]


def _best_fit(padded: Sound, natural: int, wanted: int, window: int, search: int) -> int:
    """The start near `wanted` whose window looks most like what would naturally follow, at `natural`."""
    follower = padded[natural : natural + window]
    region = padded[wanted - search : wanted + search + window]
    if len(follower) < window or not follower.any():
        return wanted
    size = len(region) + window  # long enough that the circular correlation does not wrap
    spectrum = np.fft.rfft(region, size) * np.conj(np.fft.rfft(follower, size))
    likeness = np.fft.irfft(spectrum, size)[: 2 * search + 1]
    energy = np.cumsum(np.concatenate(([0.0], region.astype(np.float64) ** 2)))
    loudness = np.sqrt(energy[window : window + 2 * search + 1] - energy[: 2 * search + 1] + 1e-6)
    return wanted - search + int(np.argmax(likeness / loudness))


def _fitted(sound: Sound, length: int) -> Sound:
    return np.pad(sound[:length], (0, max(0, length - len(sound))))
