from hashlib import sha256

import numpy as np
import onnx
import onnxruntime
import pytest

from bmo.catalogue.conversions import CONVERSIONS, resemblyzer
from bmo.catalogue.models import MODELS
from bmo.catalogue.record import Converted, Licence, Model, ModelFile, WheelMember, WheelPieces
from bmo.core.errors import Malformed, NobodyCould
from torch_files import speaker_weights, torch_file

WEIGHTS = speaker_weights()
SAVED = torch_file({"model_state": WEIGHTS})


def lstm(frames: np.ndarray, weights: dict[str, np.ndarray]) -> np.ndarray:
    """The three layers written down as PyTorch documents them; the last state of the last one."""

    def bent(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    seen = frames
    for layer in range(3):
        hidden = cell = np.zeros(256)
        states = []
        for frame in seen:
            gates = weights[f"lstm.weight_ih_l{layer}"] @ frame + weights[f"lstm.bias_ih_l{layer}"]
            gates = gates + weights[f"lstm.weight_hh_l{layer}"] @ hidden + weights[f"lstm.bias_hh_l{layer}"]
            enter, forget, new, leave = np.split(gates, 4)
            cell = bent(forget) * cell + bent(enter) * np.tanh(new)
            hidden = bent(leave) * np.tanh(cell)
            states.append(hidden)
        seen = np.array(states)
    return seen[-1]


def test_the_graph_computes_what_the_weights_were_trained_for() -> None:
    frames = np.random.default_rng(2).random((7, 40), np.float32)
    session = onnxruntime.InferenceSession(resemblyzer(SAVED), providers=["CPUExecutionProvider"])
    found = session.run(None, {"mels": np.stack([frames, frames * 2])})[0]

    linear = np.maximum(0, WEIGHTS["linear.weight"] @ lstm(frames, WEIGHTS) + WEIGHTS["linear.bias"])
    assert found.shape == (2, 256)
    assert found[0] == pytest.approx(linear / np.linalg.norm(linear), abs=1e-5)


def test_the_file_is_good_onnx_and_always_the_same() -> None:
    content = resemblyzer(SAVED)
    model = onnx.load_from_string(content)

    onnx.checker.check_model(model, full_check=True)
    assert content == resemblyzer(SAVED)
    assert model.SerializeToString(deterministic=True) == content
    assert [node.op_type for node in model.graph.node].count("LSTM") == 3


def test_weights_of_another_model_are_refused() -> None:
    for wrong in ({"linear.weight": np.zeros((3, 3), np.float32)}, WEIGHTS | {"linear.bias": np.zeros(3, np.float32)}):
        with pytest.raises(Malformed):
            resemblyzer(torch_file({"model_state": wrong}))


def test_every_conversion_that_the_catalogue_names_is_there() -> None:
    sources = [source for known in MODELS for file in known.files for source in file.sources]
    converted = [source for source in sources if isinstance(source, Converted)]

    assert {source.conversion for source in converted} == set(CONVERSIONS)
    assert all(len(piece.sha256) == 64 for source in converted for piece in source.original.pieces)


def made_of(content: bytes, saved: bytes = SAVED) -> Model:
    """A model that is converted from `saved`, and whose hash is that of `content`."""
    member = WheelMember("box-9==1.0", 200, "box/pretrained.pt", len(saved), sha256(saved).hexdigest())
    source = Converted(WheelPieces((member,)), "resemblyzer")
    file = ModelFile("voice.onnx", len(content), sha256(content).hexdigest(), (source,))
    return Model("voice", "Voice", "knows", Licence("MIT", True, "Free."), (file,), 1)


@pytest.fixture
def offered(pip, monkeypatch):
    from bmo.catalogue import installed, plan

    def offer(model: Model, saved: bytes = SAVED) -> None:
        pip.offer("box-9==1.0", "box/pretrained.pt", saved)
        for module in (installed, plan):
            monkeypatch.setattr(module, "model", lambda _: model)

    return offer


def test_a_pull_fetches_the_original_converts_it_and_keeps_only_what_came_of_it(offered, a_pull, tmp_path) -> None:
    content = resemblyzer(SAVED)
    offered(made_of(content))

    a_pull().run(["voice"])

    assert (tmp_path / "models/voice/voice.onnx").read_bytes() == content
    assert [path.name for path in (tmp_path / "models").rglob("*.original*")] == []
    assert list((tmp_path / "models").rglob("*.whl")) == []


def test_a_conversion_that_gives_another_hash_is_not_installed(offered, a_pull, tmp_path) -> None:
    content = resemblyzer(SAVED)
    offered(made_of(content[:-1] + b"x"))

    with pytest.raises(NobodyCould, match="hash"):
        a_pull().run(["voice"])
    assert not (tmp_path / "models/voice").exists()


def test_an_original_with_another_hash_is_never_read(offered, a_pull, tmp_path) -> None:
    offered(made_of(resemblyzer(SAVED)), SAVED[:-1] + b"x")

    with pytest.raises(NobodyCould, match="not the expected file"):
        a_pull().run(["voice"])
    assert not (tmp_path / "models/voice").exists()
