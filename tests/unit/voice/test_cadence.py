"""Whether a voice falls at its end, on tones of known loudness."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.media import Pcm
from bmo.voice.cadence import falls

QUIET = bytes(2 * 16_000)


def tone(seconds: float, peak: float) -> bytes:
    samples = (round(peak * math.sin(2 * math.pi * 200 * n / 16_000)) for n in range(int(seconds * 16_000)))
    return b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples)


@pytest.mark.parametrize(
    ("last", "fallen"), [(3_000, False), (2_800, False), (4_000, False), (1_500, True), (900, True)]
)
def test_a_voice_falls_when_its_end_is_clearly_softer(last: float, fallen: bool) -> None:
    assert falls(Pcm(tone(1.0, 3_000) + tone(0.3, last), 16_000)) is fallen


def test_the_silence_after_it_is_no_voice() -> None:
    assert not falls(Pcm(tone(1.3, 3_000) + QUIET, 16_000))


def test_a_word_is_too_short_to_tell_and_never_waited_for() -> None:
    assert falls(Pcm(tone(0.3, 3_000) + QUIET, 16_000))
    assert falls(Pcm(b"", 16_000))


@given(st.binary(max_size=4_000))
def test_any_bytes_are_judged(samples: bytes) -> None:
    assert falls(Pcm(samples, 16_000)) in (True, False)
