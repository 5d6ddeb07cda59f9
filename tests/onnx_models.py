"""Detection models made at test time: ONNX graphs that answer the same to every picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper, save

from bmo.engines.coco import COCO


def yolo_rows(*things: tuple[int, float, tuple[float, float, float, float]], labels: int = len(COCO), n: int = 8_400):
    """What a YOLOv8 head says: `[1, 4 + labels, n]`, zero but for these (class, score, centre and size)."""
    rows = np.zeros((1, 4 + labels, n), np.float32)
    for at, (kind, score, box) in enumerate(things):
        rows[0, :4, at] = box
        rows[0, 4 + kind, at] = score
    return rows


def write_model(
    place: Path,
    answer: npt.NDArray[np.float32],
    *,
    size: Sequence[int | str] = (640, 640),
    names: str = "",
    half: bool = False,
) -> Path:
    """A file with one input `images [1, 3, h, w]` and one output, `answer`, whatever comes in."""
    kind, number = (TensorProto.FLOAT16, np.float16) if half else (TensorProto.FLOAT, np.float32)
    zero = numpy_helper.from_array(np.array(0, number), "zero")
    nodes = [
        helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["answer", "nothing"], ["output0"]),
    ]
    entry = helper.make_tensor_value_info("images", kind, [1, 3, *size])
    out = helper.make_tensor_value_info("output0", kind, answer.shape)
    constants = [zero, numpy_helper.from_array(answer.astype(number), "answer")]
    graph = helper.make_graph(nodes, "yolo", [entry], [out], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    if names:
        helper.set_model_props(model, {"names": names})
    save(model, place)
    return place
