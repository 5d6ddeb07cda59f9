"""`bmo voice`, with files for microphone and loudspeaker, beside a whole BMO."""

import os
import re
import signal
import subprocess
import sys
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from e2e.browser import chromium
from e2e.house import House, house, wait_for
from models import model_path
from sounds import said

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    models = model_path("openwakeword-hey-jarvis").parent
    with house(tmp_path_factory.mktemp("bmo"), BMO_AI_SERVER__MODELS_DIR=str(models)) as place:
        yield place


@contextmanager
def satellite(home: House, tmp_path: Path, sound: bytes) -> Iterator["subprocess.Popen[bytes]"]:
    """`bmo voice` until the block ends."""
    with wave.open(str(tmp_path / "say.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(sound)
    microphone = ("--microphone", f"file:{tmp_path / 'say.wav'}")
    speaker = ("--speaker", f"file:{tmp_path / 'heard.wav'}")
    models = str(model_path("openwakeword-hey-jarvis").parent)
    with (tmp_path / "voice.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bmo.cli", "voice", *microphone, *speaker],
            env=os.environ | {"BMO_HOME": str(home.home), "BMO_AI_SERVER__MODELS_DIR": models},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=15)


def quiet(seconds: float) -> bytes:
    return bytes(int(seconds * 16_000) * 2)


def here(home: House) -> list[bool]:
    return [one["here"] for one in home.call("GET", "/api/satellites")["satellites"]]


def heard(tmp_path: Path) -> tuple[bytes, int]:
    with wave.open(str(tmp_path / "heard.wav")) as file:
        return file.readframes(file.getnframes()), file.getframerate()


def spoken(tmp_path: Path) -> tuple[float, float] | None:
    """Seconds and dB of what was played after the chime; None while it is not over."""
    samples, rate = heard(tmp_path)
    sound = np.frombuffer(samples, "<i2")
    loud = np.flatnonzero(np.abs(sound) > 300)
    breaks = np.flatnonzero(np.diff(loud) > rate // 2)
    if not len(breaks) or len(sound) - loud[-1] < rate:
        return None
    answer = sound[loud[breaks[0] + 1] : loud[-1]] / 32_768
    return len(answer) / rate, float(10 * np.log10(np.mean(answer**2)))


def test_wake_phrase_and_command_become_a_timer_and_an_answer_in_the_room(home: House, tmp_path: Path) -> None:
    sound = quiet(3) + said("Hey Jarvis.").samples + said("Set a timer for five minutes.").samples
    with satellite(home, tmp_path, sound) as process:
        timers = wait_for("the timer", lambda: home.call("GET", "/api/timers")["timers"], 60)
        seconds, level = wait_for("the answer", lambda: spoken(tmp_path), 30)

        assert process.poll() is None
        assert [timer["seconds"] for timer in timers] == [300.0]
        assert 0.6 < seconds < 8
        assert -40 < level < -6
        assert (home.home / "voice-key").stat().st_mode & 0o777 == 0o600

        killed = home.kill("app")
        wait_for("the satellite to be gone", lambda: home.pid("app") != killed, 60)
        wait_for("the satellite to be back", lambda: here(home) == [True], 60)

        home.call("DELETE", f"/api/satellites/{home.call('GET', '/api/satellites')['satellites'][0]['id']}")
        wait_for("the satellite to understand", lambda: process.poll() is not None, 30)
        assert process.returncode == 1
        assert "bmo voice pair" in (tmp_path / "voice.log").read_text()


def test_a_satellite_elsewhere_is_let_in_by_the_code_it_shows(home: House, tmp_path: Path) -> None:
    log = tmp_path / "pair.log"
    with log.open("wb") as output:
        pairing = subprocess.Popen(
            [sys.executable, "-m", "bmo.cli", "voice", "pair", "--app", home.url, "--name", "attic pi"],
            env=os.environ | {"BMO_HOME": str(tmp_path / "elsewhere")},
            stderr=output,
        )
    code = wait_for("the code", lambda: re.search(r"(\d{3}) (\d{3})", log.read_text()), 30)

    with chromium() as (page, _):
        page.goto(home.address())
        page.get_by_text("More", exact=True).first.click()
        page.get_by_test_id("device-code").fill(f"{code[1]} {code[2]}")
        page.get_by_test_id("device-room").fill("attic")
        page.get_by_test_id("device-let-in").click()
        expect(page.get_by_test_id("device-word")).to_contain_text("may come in")
        assert pairing.wait(timeout=30) == 0
        expect(page.get_by_test_id("devices")).to_contain_text("attic pi", timeout=15_000)
        _look(page)

    key = tmp_path / "elsewhere" / "voice-key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert home.url in key.read_text()


def _look(page) -> None:
    """Pictures for people, where BMO_PICTURES names a folder."""
    folder = os.environ.get("BMO_PICTURES")
    for name, width, height in (("kiosk", 800, 480), ("phone", 390, 844), ("desktop", 1440, 900)) if folder else ():
        page.set_viewport_size({"width": width, "height": height})
        page.get_by_test_id("devices").scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        page.screenshot(path=f"{folder}/devices-{name}.png")
