"""openWakeWord with a phrase model of somebody's own."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from onnx import TensorProto, helper, save

from bmo.app.chains import what_is_wrong
from bmo.capabilities.wake import WakeWord
from bmo.catalogue.wake_words import WakeChoice
from bmo.core.errors import Broken
from bmo.device.wiring import detectors, wake_word
from bmo.engines.microwakeword import MicroWakeWord
from bmo.engines.openwakeword import OpenWakeWord
from models import VAD, WAKE, model_path, models_dir
from sounds import said

pytestmark = pytest.mark.real


def head(place: Path, shape: Sequence[int | str], kind: int = TensorProto.FLOAT) -> Path:
    """A model with an input of this shape; its score is the largest number in it, squeezed to 0 to 1."""
    nodes = [helper.make_node("ReduceMax", ["x"], ["m"], keepdims=0), helper.make_node("Sigmoid", ["m"], ["y"])]
    graph = helper.make_graph(
        nodes,
        "head",
        [helper.make_tensor_value_info("x", kind, list(shape))],
        [helper.make_tensor_value_info("y", kind, [])],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), place)
    return place


def highest(model: WakeWord, text: str) -> float:
    sound = said(text).samples
    return max(model.score(sound[at : at + 2_560]) for at in range(0, len(sound) - 2_559, 2_560))


def test_a_file_in_the_folder_is_heard_under_its_name(tmp_path: Path) -> None:
    own = tmp_path / "my_jarvis.onnx"
    own.write_bytes((model_path(WAKE) / "hey_jarvis_v0.1.onnx").read_bytes())

    wake, _ = detectors(models_dir(), wake=True, choice=WakeChoice(tmp_path, word="my_jarvis"))

    assert wake is not None
    assert highest(wake, "Hey Jarvis.") > 0.9


@pytest.mark.parametrize("count", [1, 16, 28, 64])
def test_a_head_may_look_at_up_to_five_seconds(tmp_path: Path, count: int) -> None:
    model = OpenWakeWord(model_path(WAKE), head(tmp_path / "marvin.onnx", [1, count, 96]))

    assert 0 <= model.score(bytes(2_560)) <= 1


@pytest.mark.parametrize("shape", [[1, 16, 95], [1, 65, 96], [1, 96], [1, "n", 96], [1, 1, 16, 96]])
def test_a_model_of_another_shape_is_one_sentence(tmp_path: Path, shape: list[int | str]) -> None:
    file = head(tmp_path / "marvin.onnx", shape)

    with pytest.raises(Broken, match=r"marvin\.onnx is no openWakeWord phrase"):
        OpenWakeWord(model_path(WAKE), file)


def test_a_damaged_head_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "marvin.onnx"
    file.write_bytes((model_path(WAKE) / "hey_jarvis_v0.1.onnx").read_bytes()[:100_000])

    with pytest.raises(Broken, match=r"marvin\.onnx is damaged"):
        OpenWakeWord(model_path(WAKE), file)


def test_a_damaged_head_leaves_the_built_in_word_and_the_button(tmp_path: Path) -> None:
    model_path(VAD)
    (tmp_path / "marvin.onnx").write_bytes(bytes(5_000))
    choice = WakeChoice(tmp_path, word="marvin")

    wake, _ = detectors(models_dir(), wake=True, choice=choice)

    assert wake is not None
    assert highest(wake, "Hey Jarvis.") > 0.9
    with pytest.raises(Broken, match=r"marvin\.onnx"):
        wake_word(models_dir(), choice)


def test_a_check_in_a_process_apart_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "marvin.onnx").write_bytes(bytes(5_000))
    program = [sys.executable, "-m", "bmo.device.ears", "--models", str(model_path(WAKE).parent)]
    command = [*program, "--wake-models", str(tmp_path)]

    assert "marvin.onnx is damaged" in what_is_wrong([*command, "--word", "marvin"])
    assert what_is_wrong(command) == ""
    assert what_is_wrong([sys.executable, "-c", "import os; os.abort()"]).endswith("put a good one in its place.")


def test_the_other_engine_needs_no_model_of_this_one() -> None:
    model_path(VAD)

    wake, _ = detectors(models_dir(), wake=True, choice=WakeChoice(Path("nowhere"), "microwakeword"))

    assert isinstance(wake, MicroWakeWord)
