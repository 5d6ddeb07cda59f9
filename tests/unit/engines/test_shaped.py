import shutil
from collections.abc import Callable

import numpy as np
import pytest

from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Utterance
from bmo.core.errors import Broken, Malformed, Refused
from bmo.engines.pitch import shift
from bmo.engines.shaped import Shaped, shaped
from bmo.engines.sox import Sox
from bmo.fakes.speak import FakeSpeak
from sounds import pcm, pulses

RATE = 24_000
SHIFTS = [
    shift,
    pytest.param("sox", marks=pytest.mark.skipif(not shutil.which("sox"), reason="sox is not installed (optional)")),
]


def centroid(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    return float((spectrum * np.fft.rfftfreq(len(samples), 1 / RATE)).sum() / spectrum.sum())


@pytest.mark.parametrize("how", SHIFTS)
def test_both_shifts_raise_a_voice_as_far_in_the_same_time(how: Callable[..., np.ndarray] | str) -> None:
    move = Sox() if how == "sox" else how
    voice = pulses(140, 2.0)
    raised = move(voice, RATE, 400)  # type: ignore[operator]

    assert len(raised) == len(voice)
    assert 1.1 < centroid(raised) / centroid(voice) < 1.35


@pytest.mark.skipif(not shutil.which("sox"), reason="sox is not installed (optional)")
def test_sox_leaves_alone_what_needs_no_shift_and_tells_what_it_cannot_do() -> None:
    sox, voice = Sox(), pulses(140, 0.1)

    assert sox(voice, RATE, 0) is voice
    with pytest.raises(Malformed, match="sox"):
        sox(voice, 0, 100)


def test_a_missing_sox_is_told_with_what_to_do() -> None:
    with pytest.raises(Broken, match=r"tts\.shift: own"):
        Sox("no-such-program")


@pytest.mark.parametrize("speed", [0.5, 0.8, 1.25, 2.0])
def test_speed_changes_how_long_it_takes(speed: float) -> None:
    sound = pcm(pulses(140, 1.0), RATE)

    assert shaped(sound, speed, 0).seconds == pytest.approx(1.0 / speed, rel=0.01)


def test_nothing_to_do_touches_nothing() -> None:
    sound, nothing = pcm(pulses(140), RATE), Pcm(b"", RATE)

    assert shaped(sound, 1.0, 0.0) is sound
    assert shaped(nothing, 2.0, 400) is nothing


def test_what_needs_no_shaping_passes_piece_by_piece() -> None:
    inner = FakeSpeak()

    assert len(list(Shaped(inner).speak(Utterance("one two three", mood="happy")))) == 3
    assert inner.utterances[0].mood == "happy"


def test_speed_and_pitch_are_kept_from_a_voice_that_has_none() -> None:
    inner = FakeSpeak()
    pieces = list(Shaped(inner).speak(Utterance("one two three four", speed=2.0, cents=300)))

    assert (inner.utterances[0].speed, inner.utterances[0].cents) == (1.0, 0.0)
    assert sum(piece.seconds for piece in pieces) == pytest.approx(0.4, rel=0.02)


def test_absurd_speeds_are_refused_before_anybody_speaks() -> None:
    inner = FakeSpeak()
    with pytest.raises(Refused):
        list(Shaped(inner).speak(Utterance("one", speed=9)))
    assert inner.spoken == []
