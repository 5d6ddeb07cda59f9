import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bmo.capabilities.speak import Utterance
from bmo.core.errors import Broken, Malformed, Refused
from bmo.engines.piper import Piper

PROGRAM = (sys.executable, str(Path(__file__).parents[2] / "scripted_piper.py"))


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "joe.onnx"
    path.touch()
    return path


@pytest.fixture
def piper(model: Path) -> Iterator[Piper]:
    made = Piper(model, program=PROGRAM)
    yield made
    made.close()


def seconds(piper: Piper, text: str, **how: float) -> list[float]:
    return [round(piece.seconds, 2) for piece in piper.speak(Utterance(text, **how))]  # type: ignore[arg-type]


def test_each_sentence_is_a_piece_and_its_file_is_gone(piper: Piper) -> None:
    assert seconds(piper, "One two.\nThree four five!", voice="plain") == [0.2, 0.3]
    assert list(Path(piper._process._folder.name).iterdir()) == []


def test_the_program_is_started_once_and_kept(piper: Piper) -> None:
    first = piper._process._process
    seconds(piper, "One. Two. Three.")

    assert piper._process._process is first


def test_a_line_break_never_makes_two_lines_of_one_sentence(piper: Piper) -> None:
    assert seconds(piper, "one\ntwo\r\nthree") == [0.3]
    assert seconds(piper, "four") == [0.1]


def test_speed_is_made_by_stretching(piper: Piper) -> None:
    assert seconds(piper, "one two three four", speed=2.0) == [0.2]


def test_the_shift_that_was_asked_for_is_used(model: Path) -> None:
    asked: list[float] = []

    def shift(sound: np.ndarray, rate: int, cents: float) -> np.ndarray:
        asked.append(cents)
        return sound

    piper = Piper(model, program=PROGRAM, voices={"bmo": 400.0}, shift=shift)
    list(piper.speak(Utterance("Hello.", cents=50)))
    piper.close()

    assert asked == [450.0]


def test_a_program_that_dies_of_a_line_is_told_and_comes_back(piper: Piper) -> None:
    with pytest.raises(Malformed, match="no phonemes"):
        seconds(piper, "die")

    assert seconds(piper, "one") == [0.1]


def test_a_file_that_is_no_sound_is_malformed_and_removed(piper: Piper) -> None:
    with pytest.raises(Malformed):
        seconds(piper, "junk")
    assert list(Path(piper._process._folder.name).iterdir()) == []


def test_two_who_speak_at_once_each_hear_their_own_words(piper: Piper) -> None:
    heard: dict[int, list[float]] = {}

    def speak(words: int) -> None:
        heard[words] = seconds(piper, ". ".join([" ".join(["word"] * words)] * 5))

    threads = [threading.Thread(target=speak, args=(words,)) for words in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard == {words: [words / 10] * 5 for words in (1, 2, 3)}


def test_an_unknown_voice_is_refused(piper: Piper) -> None:
    with pytest.raises(Refused, match="plain"):
        seconds(piper, "Hello.", voice="heart")  # type: ignore[arg-type]


def test_no_program_and_no_model_are_told_with_what_to_do(tmp_path: Path, model: Path) -> None:
    with pytest.raises(Broken, match="bmo\\[piper\\]"):
        Piper(model, program=("no-such-program",))
    with pytest.raises(Broken, match="Unable to find voice"):
        Piper(tmp_path / "absent.onnx", program=PROGRAM)


def test_closing_ends_the_program_and_removes_its_folder(model: Path) -> None:
    piper = Piper(model, program=PROGRAM)
    process, folder = piper._process._process, Path(piper._process._folder.name)
    piper.close()

    assert process is not None
    assert process.poll() is not None
    assert not folder.exists()
