"""Which wake word was chosen, and what is wrong with it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bmo.catalogue.wake_words import BUILT_IN, LARGEST, WakeChoice
from bmo.core.errors import Broken

TFLITE = b"\x1c\x00\x00\x00TFL3" + bytes(2_000)


def test_the_built_in_word_needs_no_file(tmp_path: Path) -> None:
    choice = WakeChoice(tmp_path / "nowhere")

    assert choice.file() is None
    assert choice.names == (BUILT_IN,)
    assert (choice.phrase, choice.telling_words, choice.problem) == ("hey jarvis", ("jarvis",), "")


def test_a_file_is_chosen_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "marvin.onnx").write_bytes(bytes(2_000))
    (tmp_path / "ok-bmo.tflite").write_bytes(TFLITE)

    assert WakeChoice(tmp_path, "openwakeword", "marvin").file() == tmp_path / "marvin.onnx"
    assert WakeChoice(tmp_path, "microwakeword", "ok-bmo").file() == tmp_path / "ok-bmo.tflite"
    assert WakeChoice(tmp_path, "microwakeword", "ok-bmo").telling_words == ("bmo",)


def test_an_unknown_word_is_a_sentence_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "marvin.onnx").write_bytes(bytes(2_000))
    choice = WakeChoice(tmp_path, "openwakeword", "jeeves")

    usable, sentence = choice.usable()

    assert "'jeeves'" in sentence
    assert "hey_jarvis, marvin" in sentence
    assert 'Until then I listen for "hey jarvis".' in sentence
    assert (usable.word, usable.engine) == (BUILT_IN, "openwakeword")


@pytest.mark.parametrize(
    ("engine", "file", "content"),
    [
        ("openwakeword", "marvin.onnx", b""),
        ("openwakeword", "marvin.onnx", bytes(LARGEST + 1)),
        ("microwakeword", "marvin.tflite", bytes(2_000)),
    ],
)
def test_a_file_that_cannot_be_a_model_is_told_without_loading_it(
    tmp_path: Path, engine: str, file: str, content: bytes
) -> None:
    (tmp_path / file).write_bytes(content)
    choice = WakeChoice(tmp_path, engine, "marvin")  # type: ignore[arg-type]

    with pytest.raises(Broken, match=file):
        choice.file()
    assert choice.usable()[0].word == BUILT_IN


def test_a_folder_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "marvin.onnx").mkdir()

    assert "cannot be read" in WakeChoice(tmp_path, "openwakeword", "marvin").problem


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text())
def test_no_word_leads_out_of_the_folder(tmp_path: Path, word: str) -> None:
    inside = tmp_path / "wake"
    inside.mkdir(exist_ok=True)
    (inside / "marvin.onnx").write_bytes(bytes(2_000))
    (tmp_path / "secret.onnx").write_bytes(bytes(2_000))

    usable, _ = WakeChoice(inside, "openwakeword", word).usable()

    assert usable.file() in (None, inside / "marvin.onnx")


def test_a_path_is_no_word(tmp_path: Path) -> None:
    (tmp_path / "wake").mkdir()
    (tmp_path / "secret.onnx").write_bytes(bytes(2_000))

    assert "There is no wake word" in WakeChoice(tmp_path / "wake", "openwakeword", "../secret").problem
