"""The YOLOv8 family (YOLO11 has the same head): an ONNX file that its owner exported, once, with
`yolo export model=yolov8n.pt format=onnx`. The weights are AGPL-3.0, so BMO does not bring them.
"""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bmo.core.errors import Broken
from bmo.core.picture_file import MOST_PIXELS
from bmo.engines.coco import COCO
from bmo.engines.detector import Array, Candidates, OnnxDetector
from bmo.engines.onnx import Device, quiet_session
from bmo.engines.pictures import Shown

_USUAL_SIDE = 640
_GREY = (114, 114, 114)
"""What the rest of the input is filled with, as it was in training."""
_MAX_NAMES = 100_000
"""Characters of the list of names in a model file."""


def yolov8(
    model: Path,
    *,
    labels: Path | None = None,
    threads: int = 2,
    device: Device = "auto",
    name: str = "yolov8",
    most_pixels: int = MOST_PIXELS,
) -> OnnxDetector:
    """The detector of a model file. Its labels are the lines of `labels`, else those in the file itself, else COCO's.

    Raises `Broken` when the file is no such model, or the number of labels is not the model's.
    """
    session = quiet_session(model, threads, called=model.name, device=device)
    entry, out = session.get_inputs()[0], session.get_outputs()[0]
    if len(entry.shape) != 4 or len(out.shape) != 3:
        raise _another_kind(model)
    height, width = (size if isinstance(size, int) else _USUAL_SIDE for size in entry.shape[2:])
    names = _lines(labels) if labels else _names_inside(session) or COCO
    rows = out.shape[1]
    if isinstance(rows, int) and rows != 4 + len(names):
        raise _another_kind(model, f", or has other labels than the {len(names)} known here")
    half = entry.type == "tensor(float16)"
    return OnnxDetector(session, YoloV8(names, width, height, half), model.stem, name=name, most_pixels=most_pixels)


class YoloV8:
    """Input `[1, 3, h, w]` RGB 0 to 1, letterboxed; output `[1, 4 + labels, n]`: centre, size, a score for each label.

    https://docs.ultralytics.com/models/yolov8 (the shape as exported, without its own suppression of doubles).
    """

    def __init__(
        self, labels: tuple[str, ...] = COCO, width: int = _USUAL_SIDE, height: int = _USUAL_SIDE, half: bool = False
    ) -> None:
        """`half`: the model wants float16."""
        self.side = max(width, height)
        self._labels = labels
        self._size = width, height
        self._dtype = np.float16 if half else np.float32

    def entered(self, picture: Shown) -> Array:
        """As `Decoder.entered`."""
        frame = Frame.of(picture.width, picture.height, *self._size)
        paper = Image.new("RGB", self._size, _GREY)
        scaled = picture.image.resize((frame.width, frame.height), Image.Resampling.BILINEAR)
        paper.paste(scaled, (frame.left, frame.top))
        channels = np.asarray(paper, np.float32).transpose(2, 0, 1) / 255
        return np.ascontiguousarray(channels[None], self._dtype)

    def found(self, outputs: list[Array], picture: Shown) -> Candidates:
        """As `Decoder.found`."""
        frame = Frame.of(picture.width, picture.height, *self._size)
        rows = outputs[0][0].astype(np.float32)
        centre, half, scores = rows[:2].T, rows[2:4].T / 2, rows[4:]
        corners = np.concatenate((centre - half, centre + half), axis=1)
        edge = np.array([frame.left, frame.top] * 2)
        scale = np.array([picture.width / frame.width, picture.height / frame.height] * 2)
        return Candidates((corners - edge) * scale, scores.max(0), scores.argmax(0))

    def label(self, number: int) -> str:
        """As `Decoder.label`."""
        return self._labels[number] if number < len(self._labels) else ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture lies on the model's input: as large as fits, in the middle."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def of(cls, width: int, height: int, across: int, down: int) -> "Frame":
        """A picture of `width` x `height` on an input of `across` x `down`."""
        scale = min(across / width, down / height)
        wide, high = max(1, round(width * scale)), max(1, round(height * scale))
        return cls((across - wide) // 2, (down - high) // 2, wide, high)


def _names_inside(session: Any) -> tuple[str, ...]:
    """The names that the exporter left in the file, as the text of a Python dictionary; read as data, never run."""
    told = session.get_modelmeta().custom_metadata_map.get("names", "")
    try:
        names = ast.literal_eval(told[:_MAX_NAMES])
        return tuple(str(names[number]) for number in range(len(names)))
    except (ValueError, SyntaxError, TypeError, KeyError, IndexError):
        return ()


def _lines(labels: Path) -> tuple[str, ...]:
    try:
        return tuple(line.strip() for line in labels.read_text("utf-8").splitlines() if line.strip())
    except (OSError, UnicodeDecodeError) as fault:
        raise Broken(f"The labels {labels} cannot be read: {fault}.", code="labels_missing") from fault


def _another_kind(model: Path, more: str = "") -> Broken:
    return Broken(
        f"{model.name} is no detection model of the YOLOv8 family{more}. "
        "Export it with `yolo export model=yolov8n.pt format=onnx`, or name a file of labels.",
        code="model_broken",
    )
