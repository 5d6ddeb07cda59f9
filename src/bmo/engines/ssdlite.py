"""SSDLite MobileNetV2, trained on COCO: the small detector that BMO brings (Apache-2.0)."""

import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from bmo.core.errors import Broken
from bmo.core.picture_file import MOST_PIXELS
from bmo.engines.coco import OF_ID
from bmo.engines.detector import Array, Candidates, OnnxDetector
from bmo.engines.onnx import Device, quiet_session
from bmo.engines.pictures import Shown

log = logging.getLogger(__name__)

_SIDE = 300
_CENTRE, _SIZE = 10.0, 5.0
"""By how much the model was taught to exaggerate offsets of a box's centre and of its size."""


def ssdlite(
    folder: Path, *, threads: int = 2, device: Device = "auto", name: str = "ssdlite", most_pixels: int = MOST_PIXELS
) -> OnnxDetector:
    """The detector of a folder with `model.json` and its weights, as published. Raises `Broken`."""
    session = quiet_session(_converted(folder), threads, called=folder.name, device=device)
    return OnnxDetector(session, SsdLite(), folder.name, name=name, most_pixels=most_pixels)


def _converted(folder: Path) -> bytes:
    """The model as ONNX, made in a process of its own."""
    command = (sys.executable, "-m", "bmo.engines.tfjs", str(folder))
    made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603
    if made.returncode:
        log.error("%s cannot be converted: %s", folder, made.stderr.decode(errors="replace"))
        raise Broken(
            f"The model {folder.name} is damaged, or no SSD of TensorFlow.js: fetch it again with `bmo models pull`.",
            code="model_broken",
        )
    return made.stdout


class SsdLite:
    """Input `[1, 300, 300, 3]` RGB -1 to 1, squeezed; outputs `boxes [1, n, 1, 4]` as offsets to `anchors [n, 4]` and
    `scores [1, n, 91]`, whose first column is "nothing".

    The arithmetic is that of the object detection API of TensorFlow (box_coders/faster_rcnn_box_coder.py).
    """

    side = _SIDE

    def entered(self, picture: Shown) -> Array:
        """As `Decoder.entered`."""
        squeezed = picture.image.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR)
        return np.asarray(squeezed, np.float32)[None] / np.float32(127.5) - np.float32(1)

    def found(self, outputs: list[Array], picture: Shown) -> Candidates:
        """As `Decoder.found`."""
        offsets, scores, anchors = outputs[0].reshape(-1, 4), outputs[1][0, :, 1:], outputs[2]
        size = anchors[:, 2:] - anchors[:, :2]  # all in the order y, x, as fractions of the picture
        middle = anchors[:, :2] + size / 2 + offsets[:, :2] / _CENTRE * size
        half = np.exp(offsets[:, 2:] / _SIZE) * size / 2
        corners = np.concatenate((middle - half, middle + half), axis=1)[:, [1, 0, 3, 2]]
        return Candidates(corners * np.array([picture.width, picture.height] * 2), scores.max(1), scores.argmax(1) + 1)

    def label(self, number: int) -> str:
        """As `Decoder.label`."""
        return OF_ID.get(number, "")
