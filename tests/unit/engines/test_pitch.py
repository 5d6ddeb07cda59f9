import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmo.engines.pitch import shift, stretch
from sounds import pulses, tone

RATE = 24_000


def f0(sound: np.ndarray) -> float:
    """Hz between 60 and 600: the first high peak of the autocorrelation, between samples by a parabola."""
    middle = sound[len(sound) // 4 : -len(sound) // 4]
    likeness = np.fft.irfft(np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 4 * len(middle))) ** 2)
    lags = np.arange(RATE // 600, RATE // 60)
    before, here, after = likeness[lags - 1], likeness[lags], likeness[lags + 1]
    peaks = lags[(here >= before) & (here >= after) & (here > 0.8 * here.max())]
    first = int(peaks[0])
    left, top, right = likeness[first - 1 : first + 2]
    return float(RATE / (first + 0.5 * (left - right) / (left - 2 * top + right)))


@pytest.mark.parametrize("hertz", [90, 110, 140, 180, 220, 260])
def test_400_cents_raise_a_voice_by_a_major_third(hertz: int) -> None:
    voice = pulses(hertz)

    assert f0(shift(voice, RATE, 400)) / hertz == pytest.approx(1.26, rel=0.03)


@settings(max_examples=25, deadline=None)
@given(hertz=st.floats(90, 250), cents=st.integers(-600, 600))
def test_any_shift_moves_the_pitch_by_its_cents(hertz: float, cents: int) -> None:
    voice = pulses(hertz, 0.7)

    assert f0(shift(voice, RATE, cents)) / f0(voice) == pytest.approx(2 ** (cents / 1200), rel=0.03)


@given(length=st.integers(0, 30_000), cents=st.integers(-1200, 1200))
def test_a_shift_never_changes_how_long_it_takes(length: int, cents: int) -> None:
    assert len(shift(tone(200, 2, RATE)[:length], RATE, cents)) == length


def test_silence_stays_silent() -> None:
    assert not shift(np.zeros(RATE, np.float32), RATE, 400).any()


def test_loudness_is_kept() -> None:
    voice = pulses(150)
    shifted = shift(voice, RATE, 400)

    assert np.sqrt(np.mean(shifted**2)) == pytest.approx(np.sqrt(np.mean(voice**2)), rel=0.15)


def test_stretching_keeps_the_pitch() -> None:
    voice = pulses(150)
    longer = stretch(voice, RATE, 1.5)

    assert len(longer) == 1.5 * len(voice)
    assert f0(longer) == pytest.approx(150, rel=0.03)
