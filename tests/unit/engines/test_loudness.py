"""Loudness in the place of a model that tells speech."""

import logging
from pathlib import Path

import numpy as np
import pytest

from bmo.capabilities.wake import ACTIVITY_CHUNK
from bmo.core.errors import Refused
from bmo.device.wiring import detectors
from bmo.engines.loudness import Loudness


def chunk(amplitude: float) -> bytes:
    wave = amplitude * np.sin(np.arange(ACTIVITY_CHUNK) * 2 * np.pi * 220 / 16_000)
    return wave.astype("<i2").tobytes()


@pytest.mark.parametrize(("amplitude", "score"), [(0, 0.0), (600, 0.0), (800, 1.0), (30_000, 1.0)])
def test_what_is_louder_than_the_threshold_counts_as_speech(amplitude: float, score: float) -> None:
    assert Loudness().score(chunk(amplitude)) == score  # a sine's root mean square is 0.71 of its amplitude


def test_half_a_chunk_is_refused() -> None:
    with pytest.raises(Refused):
        Loudness().score(bytes(100))


def test_without_the_model_a_button_still_records(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        wake, activity = detectors(tmp_path, wake=False)

    assert wake is None
    assert activity.score(chunk(10_000)) == 1.0
    assert "loudness alone" in caplog.text
