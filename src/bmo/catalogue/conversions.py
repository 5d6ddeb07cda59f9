"""Models that no publisher offers in a form that BMO runs: made from what they do offer, the same bytes every time."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from bmo.catalogue.onnx_file import Graph, Node, onnx_bytes
from bmo.catalogue.torch_file import Weights, weights
from bmo.core.errors import Malformed

_OPSET = 17
_LAYERS, _UNITS, _MELS = 3, 256, 40


def resemblyzer(content: bytes) -> bytes:
    """Resemblyzer's `pretrained.pt` (Apache-2.0) as ONNX: `mels`, float32 of shape (n, frames, 40), to `embeds`, of
    shape (n, 256) and length 1.

    Three LSTM layers, the last state of the third through a linear layer, what is negative cut off, and scaled to
    length 1 ("Generalized End-to-End Loss for Speaker Verification", Wan and others, 2018; Resemblyzer's
    `voice_encoder.py`). Raises `Malformed` for weights of another model.
    """
    given = weights(content, "model_state")
    try:
        return onnx_bytes(_speaker_graph(given), _OPSET, "bmo")
    except (KeyError, ValueError) as fault:
        raise Malformed("These are the weights of another model than Resemblyzer's.") from fault


CONVERSIONS: Mapping[str, Callable[[bytes], bytes]] = {"resemblyzer": resemblyzer}
"""By the name that the catalogue calls them by. Each raises `Malformed` when it is given something else."""


def _speaker_graph(given: Weights) -> Graph:
    constants: dict[str, npt.NDArray[np.float32] | npt.NDArray[np.int64]] = {}
    nodes = [Node("Transpose", ["mels"], ["x0"], {"perm": [1, 0, 2]})]  # time first, as the operator has it
    for layer in range(_LAYERS):
        constants |= _lstm_constants(given, layer)
        inputs = [f"x{layer}", f"W{layer}", f"R{layer}", f"B{layer}"]
        nodes.append(Node("LSTM", inputs, [f"y{layer}", f"h{layer}"], {"hidden_size": _UNITS}))
        nodes.append(Node("Squeeze", [f"y{layer}", "direction"], [f"x{layer + 1}"]))
    del nodes[-1]  # of the last layer only its last state counts
    constants["direction"] = np.array([1], np.int64)
    constants["first"] = np.array([0], np.int64)
    constants["LW"] = _shaped(given["linear.weight"], _UNITS, _UNITS)
    constants["LB"] = _shaped(given["linear.bias"], _UNITS)
    nodes += [
        Node("Squeeze", [f"h{_LAYERS - 1}", "first"], ["hidden"]),
        Node("Gemm", ["hidden", "LW", "LB"], ["linear"], {"transB": 1}),
        Node("Relu", ["linear"], ["positive"]),
        Node("LpNormalization", ["positive"], ["embeds"], {"axis": 1, "p": 2}),
    ]
    return Graph("ge2e", nodes, constants, {"mels": ["n", "frames", _MELS]}, {"embeds": ["n", _UNITS]})


def _lstm_constants(given: Weights, layer: int) -> dict[str, npt.NDArray[np.float32]]:
    width, gates = _UNITS if layer else _MELS, 4 * _UNITS
    biases = [_gates(_shaped(given[f"lstm.bias_{of}_l{layer}"], gates)) for of in ("ih", "hh")]
    return {
        f"W{layer}": _gates(_shaped(given[f"lstm.weight_ih_l{layer}"], gates, width))[None],
        f"R{layer}": _gates(_shaped(given[f"lstm.weight_hh_l{layer}"], gates, _UNITS))[None],
        f"B{layer}": np.concatenate(biases)[None],
    }


def _gates(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """PyTorch's order of the gates (input, forget, cell, output) as ONNX has it (input, output, forget, cell)."""
    enter, forget, cell, leave = np.split(rows, 4)
    return np.concatenate([enter, leave, forget, cell])


def _shaped(values: npt.NDArray[np.float32], *shape: int) -> npt.NDArray[np.float32]:
    if values.shape != shape:
        raise ValueError(f"{values.shape} instead of {shape}")
    return values.astype(np.float32)
