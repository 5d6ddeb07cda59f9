"""The second wake word engine, with its real model and real speech."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.media import SAMPLE_WIDTH
from bmo.capabilities.wake import WAKE_CHUNK
from bmo.core.errors import Broken, Refused
from bmo.engines.microwakeword import MicroWakeWord, bent
from conftest import missing
from sounds import said


@pytest.fixture(scope="module")
def library() -> Path:
    try:
        import pymicro_wakeword
    except ImportError:
        missing("pymicro-wakeword is not installed: pip install 'bmo[microwakeword]'")
    return Path(pymicro_wakeword.__file__).parent / "models"


def scores(model: MicroWakeWord, text: str) -> list[float]:
    model.reset()
    sound, size = said(text).samples, WAKE_CHUNK * SAMPLE_WIDTH
    return [model.score(sound[at : at + size]) for at in range(0, len(sound) - size + 1, size)]


@given(cutoff=st.floats(0.01, 0.99), one=st.floats(0, 1), other=st.floats(0, 1))
def test_scores_keep_their_order_and_half_means_the_cutoff(cutoff: float, one: float, other: float) -> None:
    assert 0 <= bent(one, cutoff) <= 1
    assert (bent(one, cutoff) > 0.5) == (one > cutoff) or bent(one, cutoff) == pytest.approx(0.5)
    assert bent(min(one, other), cutoff) <= bent(max(one, other), cutoff)
    assert (bent(0, cutoff), bent(1, cutoff)) == (0, 1)


@pytest.mark.real
def test_the_phrase_wakes_it_for_long_enough_and_other_words_do_not(library: Path) -> None:
    model = MicroWakeWord()

    phrase = scores(model, "Hey Jarvis, set a timer for five minutes.")
    other = scores(model, "Set a timer for five minutes.")

    assert sum(score > 0.5 for score in phrase) >= 2
    assert max(other) < 0.1
    assert scores(model, "Hey Jarvis, set a timer for five minutes.") == phrase


@pytest.mark.real
def test_a_model_of_ones_own_is_taken_with_the_file_that_describes_it(library: Path, tmp_path: Path) -> None:
    own = tmp_path / "mycroft.tflite"
    own.write_bytes((library / "hey_mycroft.tflite").read_bytes())
    own.with_suffix(".json").write_bytes((library / "hey_mycroft.json").read_bytes())
    model = MicroWakeWord(own)

    assert max(scores(model, "Hey Mycroft.")) > 0.5
    assert max(scores(model, "Hey Jarvis.")) < 0.5


@pytest.mark.real
def test_a_file_that_is_replaced_while_it_listens_changes_nothing(library: Path, tmp_path: Path) -> None:
    own = tmp_path / "marvin.tflite"
    own.write_bytes((library / "hey_jarvis.tflite").read_bytes())
    model = MicroWakeWord(own)

    own.write_bytes(b"half of a model")

    assert max(scores(model, "Hey Jarvis.")) > 0.5


@pytest.mark.real
@pytest.mark.parametrize("kept", [0, 40, 4_000, 30_000])
def test_a_damaged_model_is_one_sentence_and_no_crash(library: Path, tmp_path: Path, kept: int) -> None:
    own = tmp_path / "marvin.tflite"
    own.write_bytes((library / "hey_jarvis.tflite").read_bytes()[:kept])

    with pytest.raises(Broken, match=r"marvin\.tflite is damaged"):
        MicroWakeWord(own)


@pytest.mark.real
@pytest.mark.parametrize("told", ["", "{}", '{"micro": 3}', '{"micro": {"probability_cutoff": 7}}', "[]"])
def test_a_description_that_makes_no_sense_is_one_sentence(library: Path, tmp_path: Path, told: str) -> None:
    own = tmp_path / "marvin.tflite"
    own.write_bytes((library / "hey_jarvis.tflite").read_bytes())
    own.with_suffix(".json").write_text(told)

    with pytest.raises(Broken, match="is damaged"):
        MicroWakeWord(own)


@pytest.mark.real
def test_a_chunk_of_another_length_is_refused(library: Path) -> None:
    with pytest.raises(Refused):
        MicroWakeWord().score(bytes(100))
