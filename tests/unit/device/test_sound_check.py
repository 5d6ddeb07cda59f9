"""A sound check finds delay, level, clipping and silence, and says what to do about them."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bmo.cli import cli
from bmo.device.advice import Check, advice
from bmo.device.measuring import Recording, chirp, echo, measured

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]

FINE = Recording(quiet=-65, loud=-60, clipped=0.0, offset=0.0)
TONE = Recording(quiet=-40, loud=-20, clipped=0.0, offset=0.0)


def room(delay: float, gain: float, noise: float = 100.0) -> bytes:
    """Two and a half seconds in which the chirp is heard."""
    sound = np.random.default_rng(3).normal(0, noise, 40_000)
    played = np.frombuffer(chirp().samples, "<i2") * gain
    start = round(delay * 16_000)
    sound[start : start + len(played)] += played
    return np.clip(np.rint(sound), -32_768, 32_767).astype("<i2").tobytes()


@pytest.mark.parametrize("delay", [0.0, 0.013, 0.12, 0.7, 1.4])
@pytest.mark.parametrize("gain", [0.02, 0.5])
def test_the_delay_of_an_echo_is_found_to_the_millisecond(delay: float, gain: float) -> None:
    found = echo(room(delay, gain), chirp())

    assert found is not None
    assert found[0] == pytest.approx(delay, abs=0.001)
    assert found[1] == pytest.approx(20 * np.log10(gain), abs=1.0)


def test_what_was_not_heard_is_not_found() -> None:
    assert echo(room(0.1, 0.0), chirp()) is None
    assert echo(bytes(80_000), chirp()) is None
    assert echo(b"", chirp()) is None


def test_levels_clipping_and_offset_are_measured() -> None:
    loud = measured(np.tile(np.array([32_767, -32_768], "<i2"), 8_000).tobytes())
    still = measured(np.full(16_000, 3_277, "<i2").tobytes())

    assert (loud.clipped, loud.loud) == (1.0, pytest.approx(0.0, abs=0.1))
    assert (still.offset, still.loud) == (pytest.approx(0.1, abs=0.001), -100.0)


@pytest.mark.parametrize(
    ("check", "word"),
    [
        (Check(FINE, Recording(-100, -100, 0, 0), None, None), "muted"),
        (Check(FINE, TONE, None, None), "not heard"),
        (Check(FINE, Recording(-60, -45, 0, 0), 0.1, -30), "soft"),
        (Check(FINE, Recording(-40, -5, 0.02, 0), 0.1, -20), "cut off"),
        (Check(Recording(-35, -30, 0, 0), TONE, 0.1, -20), "noisy"),
        (Check(FINE, TONE, 0.1, 0.0), "stop"),
        (Check(FINE, TONE, 0.9, -20), "Bluetooth"),
        (Check(Recording(-65, -60, 0, 0.1), TONE, 0.1, -20), "voltage"),
    ],
)
def test_each_fault_has_a_sentence(check: Check, word: str) -> None:
    told = advice(check)

    assert len(told) == 1
    assert word in told[0]


def test_nothing_to_say_when_all_is_well() -> None:
    assert advice(Check(FINE, TONE, 0.12, -20)) == []


def test_the_whole_check_in_a_simulated_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BMO_HOME", str(tmp_path))
    devices = ["--microphone", "room:0.25", "--speaker", f"file:{tmp_path / 'heard.wav'}"]

    answer = CliRunner().invoke(cli, ["doctor", "audio", "--json", *devices])

    check = json.loads(answer.stdout)["check"]
    assert answer.exit_code == 0, answer.output
    assert check["delay"] == pytest.approx(0.25, abs=0.05)
    assert check["gain"] == pytest.approx(-6, abs=1)
    assert "room:0.25" in (tmp_path / "config.d" / "ui.yaml").read_text()
    assert not (tmp_path / "config.yaml").exists()
