"""A person says "hey Jarvis, set a timer for five minutes" to a page, and BMO hears, acts, shows and answers aloud."""

import array
import math
from pathlib import Path

import pytest
from playwright.sync_api import expect

from e2e.browser import chromium, write_wav
from e2e.house import House, house, wait_for
from models import model_path

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]
RATE = 48_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    models = model_path("openwakeword-hey-jarvis").parent
    with house(tmp_path_factory.mktemp("bmo"), BMO_AI_SERVER__MODELS_DIR=str(models)) as place:
        yield place


def spoken(*parts: str | float) -> bytes:
    """What a plain voice says, with so many seconds of quiet in between."""
    import numpy as np
    import soxr

    from bmo.capabilities.speak import Utterance
    from bmo.engines.hibari import Hibari

    voice = Hibari()

    def said(text: str) -> bytes:
        pieces = list(voice.speak(Utterance(text, voice="heart")))
        samples = np.frombuffer(b"".join(piece.samples for piece in pieces), "<i2")
        return bytes(soxr.resample(samples, pieces[0].rate, RATE).astype("<i2").tobytes())

    return b"".join(said(part) if isinstance(part, str) else bytes(int(part * RATE) * 2) for part in parts)


@pytest.fixture
def microphone(tmp_path: Path) -> Path:
    """Four seconds of quiet, the wake phrase, a pause and the command."""
    sound = spoken(4.0, "Hey Jarvis.", 0.5, "Set a timer for five minutes.", 30.0)
    return write_wav(tmp_path / "microphone.wav", sound, RATE)


def test_a_spoken_command_becomes_a_timer_and_a_spoken_answer(home: House, microphone: Path, tmp_path: Path) -> None:
    with chromium(microphone) as (page, tap):
        page.goto(home.address())
        expect(page.get_by_test_id("face")).to_be_visible()
        page.get_by_test_id("always").click()
        wait_for("the end of the turn", lambda: page.wait_for_timeout(50) or tap.of("end"), 60)
        page.get_by_text("Timers", exact=True).first.click()
        expect(page.get_by_test_id("timer").first).to_be_visible()
        faces = wait_for(
            "the face to rest", lambda: (seen := page.evaluate("window.faces"))[-1:] == ["idle"] and seen, 20
        )

    assert tap.of("end")[0]["outcome"] == "done"
    assert "five minutes" in tap.of("transcript")[-1]["text"].lower().replace("5", "five")
    assert [timer["seconds"] for timer in home.call("GET", "/api/timers")["timers"]] == [300.0]
    assert _in_order(["listening", "thinking", "speaking", "idle"], faces)
    _is_speech(tap)
    assert "five" in _transcribed(home, tap, tmp_path).replace("5", "five")
    _is_recorded(home)


def _in_order(wanted: list[str], seen: list[str]) -> bool:
    left = iter(seen)
    return all(state in left for state in wanted)


def _is_speech(tap) -> None:
    samples = array.array("h", tap.said())
    seconds = len(samples) / tap.rate
    level = 20 * math.log10(math.sqrt(sum(s * s for s in samples) / len(samples)) / 32768)
    assert 0.6 < seconds < 8
    assert -40 < level < -6


def _is_recorded(home: House) -> None:
    """The wake is kept with its score, and its sound would wake BMO again."""
    from bmo.engines.openwakeword import OpenWakeWord

    (wake,) = home.call("GET", "/api/wakes")["wakes"]
    sound = home.call("GET", f"/api/wakes/{wake['id']}.wav")[44:]
    ears = OpenWakeWord(model_path("openwakeword-hey-jarvis"))
    heard = [ears.score(sound[at : at + 2_560]) for at in range(0, len(sound) - 2_559, 2_560)]
    assert wake["score"] > 0.5
    assert (wake["word"], len(sound)) == ("hey jarvis", 3 * 32_000)
    assert max(heard) > 0.5


def _transcribed(home: House, tap, tmp_path: Path) -> str:
    """What BMO's own ears make of BMO's answer."""
    wav = write_wav(tmp_path / "answer.wav", tap.said(), tap.rate).read_bytes()
    answer = home.call("POST", "/api/voice/turn", wav, {"Content-Type": "audio/wav"})
    return str(answer["transcript"]).lower()


def test_what_bmo_asks_back_is_answered_without_the_wake_word(home: House, tmp_path: Path) -> None:
    sound = spoken(4.0, "Hey Jarvis.", 0.5, "Set a timer.", 6.5, "Seven minutes.", 30.0)
    with chromium(write_wav(tmp_path / "asks.wav", sound, RATE)) as (page, tap):
        page.goto(home.address())
        page.get_by_test_id("always").click()
        wait_for("both turns to end", lambda: page.wait_for_timeout(50) or len(tap.of("end")) >= 2, 60)

    assert [end["outcome"] for end in tap.of("end")[:2]] == ["done", "done"]
    assert len(tap.of("wake")) == 1
    assert tap.of("follow_up")[0]["turn"] == tap.of("end")[1]["turn"]
    [answer] = [line for line in tap.of("action") if line["tool"] == "timer.set"]
    assert answer["result"]["timer"]["seconds"] == 420
