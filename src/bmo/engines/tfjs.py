"""A detection model as TensorFlow.js publishes it (`model.json` and shards of weights) -> ONNX, in memory.

Done each time the model is loaded (0.2 s): the published files can be checked against their hashes, while the bytes of
a converted file depend on the version of the library that wrote it. Numpy and onnx only; no TensorFlow.
`ssdlite` runs it as `python -m bmo.engines.tfjs FOLDER`, as it would hold the interpreter's lock for 0.1 s at a time.
"""

import json
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper

Array = npt.NDArray[Any]

_ENTRY = "Preprocessor/sub"
"""float32 [1, 300, 300, 3], -1 to 1: what comes before it scales pixels, which the engine does itself."""
_BOXES, _SCORES, _ANCHORS = "concat", "Postprocessor/convert_scores", "Postprocessor/ExpandDims"
"""What comes after them takes doubles out, which the engine does itself, too."""
_OPSET, _IR = 17, 9
_TO_NCHW, _TO_NHWC = [0, 3, 1, 2], [0, 2, 3, 1]
"""TensorFlow has the channels last, ONNX first; the transpositions in between cancel out when the model is loaded."""


def onnx_of(folder: Path) -> bytes:
    """The SSD model of a folder: input `image`; outputs `boxes [1, n, 1, 4]`, `scores [1, n, classes]`,
    `anchors [n, 4]`. Raises faults of many kinds when files are missing, damaged, or of another kind of model."""
    model = json.loads((folder / "model.json").read_bytes())
    return _Graph(model["modelTopology"]["node"], _weights(folder, model["weightsManifest"])).written()


def _weights(folder: Path, manifest: list[dict[str, Any]]) -> dict[str, Array]:
    weights = {}
    for group in manifest:
        data = b"".join((folder / Path(name).name).read_bytes() for name in group["paths"])
        at = 0
        for entry in group["weights"]:
            kind, size = np.dtype(entry["dtype"]), int(np.prod(entry["shape"], dtype=int))
            weights[entry["name"]] = np.frombuffer(data, kind, size, at).reshape(entry["shape"])
            at += size * kind.itemsize
    return weights


class _Graph:
    """Follows the nodes back from the outputs, and writes the ONNX node for each."""

    def __init__(self, nodes: list[dict[str, Any]], weights: dict[str, Array]) -> None:
        self._nodes = {node["name"]: node for node in nodes}
        self._weights = weights
        self._shapes: dict[str, Array] = {}
        """What the graph computes from shapes is known beforehand: there is one picture at a time."""
        self._made: list[Any] = []
        self._constants: dict[str, Any] = {}
        self._done: set[str] = {_ENTRY}
        self._names = count()
        self._writers: Mapping[str, Callable[[dict[str, Any], list[str]], None]] = {
            "Const": self._const,
            "Conv2D": self._convolution,
            "DepthwiseConv2dNative": self._convolution,
            "FusedBatchNorm": self._normalisation,
            "Add": self._same("Add"),
            "BiasAdd": self._same("Add"),
            "AddN": self._same("Sum"),
            "Mul": self._same("Mul"),
            "Sigmoid": self._same("Sigmoid"),
            "Relu6": self._relu6,
            "Shape": self._one,
            "StridedSlice": self._one,
            "Pack": self._pack,
            "Reshape": self._reshape,
            "ConcatV2": self._concat,
        }

    def written(self) -> bytes:
        """The whole model, checked."""
        anchors = self._weights[_ANCHORS].reshape(-1, 4)
        self._node("Identity", ["image"], _ENTRY)
        for last, name in ((_BOXES, "boxes"), (_SCORES, "scores")):
            self._visit(last)
            self._node("Identity", [last], name)
        self._node("Identity", [self._constant(anchors)], "anchors")
        told = helper.make_tensor_value_info
        outputs = [
            told("boxes", TensorProto.FLOAT, [1, len(anchors), 1, 4]),
            told("scores", TensorProto.FLOAT, [1, len(anchors), "classes"]),
            told("anchors", TensorProto.FLOAT, [len(anchors), 4]),
        ]
        entry = [told("image", TensorProto.FLOAT, [1, 300, 300, 3])]
        live = {name for node in self._made for name in node.input}
        constants = [tensor for name, tensor in self._constants.items() if name in live]
        graph = helper.make_graph(self._made, "ssd", entry, outputs, constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
        checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())

    def _visit(self, name: str) -> None:
        if name in self._done:
            return
        self._done.add(name)
        node = self._nodes[name]
        inputs = [entry.split(":")[0] for entry in node.get("input", ()) if not entry.startswith("^")]
        for before in inputs:
            self._visit(before)
        self._writers[node["op"]](node, inputs)

    def _node(self, kind: str, inputs: list[str], name: str = "", **attributes: Any) -> str:
        name = name or f"step {next(self._names)}"
        self._made.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _constant(self, value: Array, name: str = "") -> str:
        name = name or f"constant {next(self._names)}"
        self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def _same(self, kind: str) -> Callable[[dict[str, Any], list[str]], None]:
        """An operation that both have."""

        def write(node: dict[str, Any], inputs: list[str]) -> None:
            self._node(kind, inputs, node["name"])

        return write

    def _const(self, node: dict[str, Any], _inputs: list[str]) -> None:
        self._constant(self._weights[node["name"]], node["name"])

    def _convolution(self, node: dict[str, Any], inputs: list[str]) -> None:
        if bytes(node["attr"]["padding"]["s"]) != b"SAME":  # strings are lists of bytes there
            raise ValueError("a padding that is not SAME")
        weights = self._weights[inputs[1]]
        across, down, channels, _ = weights.shape
        depthwise = node["op"] == "DepthwiseConv2dNative"
        order = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
        kernel = weights.transpose(order).reshape((-1, 1, across, down) if depthwise else (-1, channels, across, down))
        convolved = self._node(
            "Conv",
            [self._node("Transpose", inputs[:1], perm=_TO_NCHW), self._constant(kernel)],
            strides=[int(step) for step in node["attr"]["strides"]["list"]["i"]][1:3],
            auto_pad="SAME_UPPER",
            group=channels if depthwise else 1,
            kernel_shape=[across, down],
        )
        self._node("Transpose", [convolved], node["name"], perm=_TO_NHWC)

    def _normalisation(self, node: dict[str, Any], inputs: list[str]) -> None:
        turned = self._node("Transpose", inputs[:1], perm=_TO_NCHW)
        epsilon = float(node["attr"]["epsilon"]["f"])
        normal = self._node("BatchNormalization", [turned, *inputs[1:5]], epsilon=epsilon)
        self._node("Transpose", [normal], node["name"], perm=_TO_NHWC)

    def _relu6(self, node: dict[str, Any], inputs: list[str]) -> None:
        bounds = [self._constant(np.array(bound, np.float32)) for bound in (0, 6)]
        self._node("Clip", [*inputs, *bounds], node["name"])

    def _one(self, node: dict[str, Any], _inputs: list[str]) -> None:
        """Only the number of pictures is ever read from a shape."""
        self._shapes[node["name"]] = np.array(1, np.int64)

    def _pack(self, node: dict[str, Any], inputs: list[str]) -> None:
        self._shapes[node["name"]] = np.array([int(self._known(name)) for name in inputs], np.int64)

    def _reshape(self, node: dict[str, Any], inputs: list[str]) -> None:
        shape = self._constant(np.asarray(self._known(inputs[1]), np.int64))
        self._node("Reshape", [inputs[0], shape], node["name"])

    def _concat(self, node: dict[str, Any], inputs: list[str]) -> None:
        self._node("Concat", inputs[:-1], node["name"], axis=int(self._weights[inputs[-1]]))

    def _known(self, name: str) -> Array:
        return self._shapes[name] if name in self._shapes else self._weights[name]


if __name__ == "__main__":
    sys.stdout.buffer.write(onnx_of(Path(sys.argv[1])))
