"""What a microphone and a loudspeaker are like, from what was played and what was recorded. Pure arithmetic."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bmo.capabilities.media import SPEECH_RATE, Pcm

Floats = npt.NDArray[np.float64]

CHIRP_SECONDS = 1.0
LOWEST_HERTZ, HIGHEST_HERTZ = 300.0, 6_000.0
LOUDNESS = 0.35
"""Of full scale."""
FULL_SCALE = 32_768.0
CLIPPED = 32_700
"""Samples from here on were cut off."""
CERTAIN = 6.0
"""How far the best place of the chirp must stand out over all others: standard deviations of the correlation."""
SILENCE = -100.0
"""dB below full scale that stand for nothing at all."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What a recording is like. Levels are dB below full scale, root mean square over 80 ms."""

    quiet: float
    """The quietest tenth: the room and the device's own noise."""
    loud: float
    """The loudest tenth."""
    clipped: float
    """Share of samples that were cut off, 0 to 1."""
    offset: float
    """Mean of all samples, as a share of full scale: a fault of cheap sound cards."""


def chirp() -> Pcm:
    """A tone that glides upwards, 16 kHz: it is found again in any noise, and everything of speech is in it."""
    time = np.arange(int(CHIRP_SECONDS * SPEECH_RATE)) / SPEECH_RATE
    rise = np.log(HIGHEST_HERTZ / LOWEST_HERTZ) / CHIRP_SECONDS
    phase = 2 * np.pi * LOWEST_HERTZ * np.expm1(rise * time) / rise
    fade = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.02)
    return Pcm(np.rint(np.sin(phase) * fade * LOUDNESS * 32_767).astype("<i2").tobytes(), SPEECH_RATE)


def measured(samples: bytes) -> Recording:
    """What this recording of at least a second (16 kHz, mono, int16) is like."""
    sound = np.frombuffer(samples, "<i2").astype(np.float64)
    offset = float(sound.mean())
    block = SPEECH_RATE * 80 // 1_000
    blocks = (sound[: len(sound) - len(sound) % block] - offset).reshape(-1, block)
    levels = decibels(np.sqrt((blocks**2).mean(axis=1)))
    quiet, loud = np.percentile(levels, [10, 90])
    clipped = float(np.mean(np.abs(sound) >= CLIPPED))
    return Recording(float(quiet), float(loud), clipped, offset / FULL_SCALE)


def echo(samples: bytes, played: Pcm) -> tuple[float, float] | None:
    """Seconds from the recording's start to the played sound in it, and its loudness against what was played, in dB.

    By cross-correlation. None when it is not there. Both at 16 kHz.
    """
    heard = np.frombuffer(samples, "<i2").astype(np.float64)
    sent = np.frombuffer(played.samples, "<i2").astype(np.float64)
    if len(heard) < len(sent):
        return None
    size = 1 << (len(heard) + len(sent) - 1).bit_length()
    both = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sent, size)), size)
    likeness = np.abs(both[: len(heard) - len(sent) + 1])
    best = int(likeness.argmax())
    elsewhere = np.delete(both[: len(likeness)], slice(max(0, best - 160), best + 160))
    if len(elsewhere) < SPEECH_RATE // 10 or likeness[best] < CERTAIN * max(float(elsewhere.std()), 1.0):
        return None
    gain = likeness[best] / float(np.dot(sent, sent))
    return best / SPEECH_RATE, float(20 * np.log10(max(gain, 1e-5)))


def decibels(levels: Floats) -> Floats:
    """Root mean squares of int16 samples as dB below full scale."""
    return 20 * np.log10(np.maximum(levels / FULL_SCALE, 10 ** (SILENCE / 20)))
