"""Sound effects: short, under speech, without clicks, and the same in every process."""

import hashlib
import subprocess
import sys
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from bmo.capabilities.turn import SoundName
from bmo.voice.chimes import RATE
from bmo.voice.effects import PEAK, REST_SECONDS, effect

NAMES: tuple[SoundName, ...] = get_args(SoundName)


def samples(name: SoundName) -> NDArray[np.float64]:
    return np.frombuffer(effect(name).samples, "<i2").astype(float) / 32_768


@pytest.mark.parametrize("name", NAMES)
def test_an_effect_is_short_and_under_speech_and_never_clips(name: SoundName) -> None:
    wave = samples(name)

    assert 0.15 <= len(wave) / RATE <= 2.2
    assert PEAK - 0.01 <= np.abs(wave).max() <= PEAK + 0.01
    assert np.sqrt((wave**2).mean()) > 0.01, "one can hear it"


@pytest.mark.parametrize("name", NAMES)
def test_an_effect_begins_and_ends_in_silence(name: SoundName) -> None:
    wave = samples(name)

    rest = int(REST_SECONDS * RATE)
    assert np.abs(wave[[0, -rest - 3, -rest - 1]]).max() < 0.0006
    assert not wave[-rest:].any()
    assert np.abs(np.diff(wave)).max() < 0.35, "no step that clicks"


def test_no_two_effects_are_the_same() -> None:
    assert len({effect(name).samples for name in NAMES}) == len(NAMES)


def test_another_process_renders_the_same_sounds() -> None:
    program = (
        "import hashlib; from typing import get_args; from bmo.capabilities.turn import SoundName;"
        "from bmo.voice.effects import effect;"
        "print(hashlib.sha256(b''.join(effect(n).samples for n in get_args(SoundName))).hexdigest())"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert told.strip() == hashlib.sha256(b"".join(effect(name).samples for name in NAMES)).hexdigest()
