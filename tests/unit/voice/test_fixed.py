import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import bmo
from bmo.core.errors import Refused, Unreachable
from bmo.fakes.speak import FakeSpeak
from bmo.voice.chimes import MELODIES, RATE, SOFT, chime
from bmo.voice.fixed import SENTENCES, Fixed

TWO = {"apology": "I am sorry.", "done": "Your timer is done."}


def test_nothing_is_there_before_a_voice_ran(tmp_path: Path) -> None:
    assert Fixed(tmp_path, FakeSpeak()).get("apology") is None


def test_what_was_rendered_is_there_after_a_restart_without_any_voice(tmp_path: Path) -> None:
    Fixed(tmp_path, FakeSpeak(), sentences=TWO).render()

    sound = Fixed(tmp_path, FakeSpeak(failure=Unreachable("Gone.")), sentences=TWO).get("apology")

    assert sound is not None
    assert sound.rate == 24_000
    assert sound.seconds == pytest.approx(0.6)


def test_every_sentence_is_short() -> None:
    assert all(0 < len(text) <= 80 for text in SENTENCES.values())


def test_every_sentence_is_played_by_somebody() -> None:
    code = "".join(path.read_text() for path in Path(bmo.__file__).parent.rglob("*.py") if path.name != "fixed.py")

    assert [key for key in SENTENCES if f'"{key}"' not in code] == []


def test_what_is_there_is_not_rendered_again(tmp_path: Path) -> None:
    Fixed(tmp_path, FakeSpeak(), sentences=TWO).render()
    voice = FakeSpeak()

    Fixed(tmp_path, voice, sentences=TWO).render()

    assert voice.spoken == []


def test_a_changed_text_is_rendered_anew_and_the_old_file_goes(tmp_path: Path) -> None:
    Fixed(tmp_path, FakeSpeak(), sentences=TWO).render()
    voice = FakeSpeak()

    Fixed(tmp_path, voice, sentences={**TWO, "apology": "Oh no."}).render()

    assert voice.spoken == ["Oh no."]
    assert len(list(tmp_path.rglob("*.wav"))) == 2


def test_another_voice_has_its_own(tmp_path: Path) -> None:
    Fixed(tmp_path, FakeSpeak(), voice="bmo", sentences=TWO).render()

    other = Fixed(tmp_path, FakeSpeak(), voice="joe", sentences=TWO)

    assert other.get("apology") is None


def test_a_voice_that_breaks_in_mid_sentence_leaves_no_half_file(tmp_path: Path) -> None:
    fixed = Fixed(tmp_path, FakeSpeak(failure=Unreachable("Gone."), after=1), sentences=TWO)

    assert fixed.render() is False
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_damaged_file_counts_as_missing(tmp_path: Path) -> None:
    fixed = Fixed(tmp_path, FakeSpeak(), sentences=TWO)
    fixed.render()
    for path in tmp_path.rglob("*.wav"):
        path.write_bytes(path.read_bytes()[:20])

    assert fixed.get("apology") is None


@pytest.mark.parametrize("voice", ["../../etc", "a/b", "", "..", "voice\0", "ö"])
def test_a_voice_name_never_leads_out_of_the_folder(tmp_path: Path, voice: str) -> None:
    home = tmp_path / "fixed"

    Fixed(home, FakeSpeak(), voice=voice, sentences=TWO).render()

    assert len(list(home.glob("*/*.wav"))) == 2
    assert list(tmp_path.iterdir()) == [home]


def test_rendering_happens_in_the_background_and_stops(tmp_path: Path) -> None:
    before = threading.active_count()
    fixed = Fixed(tmp_path, FakeSpeak(failure=Unreachable("Gone.")), sentences=TWO)

    fixed.start()
    fixed.stop()

    assert threading.active_count() == before


def test_a_voice_that_nobody_knows_is_told_until_one_speaks(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    voice = FakeSpeak(failure=Refused("There is no voice named 'darth'.", code="unknown_voice"))
    fixed = Fixed(tmp_path, voice, "darth", sentences=TWO)
    assert fixed.refusal == ""

    assert not fixed.render()
    assert not fixed.render()
    assert fixed.refusal == "There is no voice named 'darth'."
    assert caplog.text.count("darth") == 1
    voice.failure = None
    assert fixed.render()
    assert fixed.refusal == ""


def test_a_voice_that_is_chosen_says_them_anew_and_the_one_before_keeps_its_own(tmp_path: Path) -> None:
    voice = FakeSpeak()
    fixed = Fixed(tmp_path, voice, "bmo", sentences=TWO)
    fixed.render()
    fixed.use("npc_elf")
    assert fixed.get("apology") is None

    assert fixed.render()
    fixed.use("bmo")

    assert [utterance.voice for utterance in voice.utterances] == ["bmo", "bmo", "npc_elf", "npc_elf"]
    assert fixed.get("apology") is not None


def test_choosing_a_voice_wakes_the_one_who_renders(tmp_path: Path) -> None:
    fixed = Fixed(tmp_path, FakeSpeak(), "bmo", sentences=TWO)
    fixed.start()
    try:
        fixed.use("npc_elf")

        assert _until(lambda: fixed.get("done") is not None)
    finally:
        fixed.stop()


def _until(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.01)
    return true()


@pytest.mark.parametrize("name", sorted(MELODIES))
def test_a_chime_is_short_audible_and_does_not_click(name: str) -> None:
    sound = chime(name)  # type: ignore[arg-type]
    samples = memoryview(sound.samples).cast("h").tolist()

    assert sound.rate == RATE
    assert 0.2 < sound.seconds < 1.0
    loudness = SOFT.get(name, 1.0)
    assert 5_000 * loudness < max(map(abs, samples)) < 20_000 * loudness
    assert abs(samples[0]) < 200
    assert abs(samples[-1]) < 200
