"""Objects by the Ultralytics library (AGPL-3.0, with torch): for what only it runs, such as a TensorRT export.

An extra that `bmo.engines.yolov8` does without: `pip install bmo[ultralytics]`. Only its documented calls are used
(https://docs.ultralytics.com/modes/predict); it could not be run where BMO is made.
"""

import os
import threading
from pathlib import Path

from bmo.capabilities.detect import Look, Sight, Thing
from bmo.capabilities.media import Box
from bmo.core.errors import Broken, Malformed
from bmo.core.picture_file import MOST_PIXELS
from bmo.engines.pictures import shown

# Read when it is imported: else it tells its makers what it is used for, and installs packages by itself.
os.environ.update({"YOLO_OFFLINE": "true", "YOLO_AUTOINSTALL": "false"})

from ultralytics import YOLO

_EXPORTS = frozenset({".onnx", ".engine"})
_OVERLAP = 0.5
_SIDE = 640


class UltralyticsDetect:
    """One model in memory; one picture at a time, others wait their turn (`capabilities.detect.Detect`)."""

    def __init__(
        self, model: Path, *, device: str = "", name: str = "ultralytics", most_pixels: int = MOST_PIXELS
    ) -> None:
        """`model`: an .onnx or .engine export. `device` as the library takes it (`0`, `cpu`); empty lets it choose.

        Raises `Broken`, for a `.pt` file too: opening one runs whatever code is in it.
        """
        self.name = name
        self._model_name = model.stem
        self._device = device or None
        self._most_pixels = most_pixels
        self._one_at_a_time = threading.Lock()
        if model.suffix not in _EXPORTS:
            raise Broken(
                f"{model.name} may run code when it is opened: use an export, `yolo export model={model.name} "
                "format=onnx` (or `format=engine`).",
                code="model_unsafe",
            )
        try:
            self._model = YOLO(str(model), task="detect")
        except Exception as fault:  # torch and what it loads have no common class of faults
            raise Broken(f"The detection model {model.name} cannot be loaded.", code="model_broken") from fault

    def detect(self, look: Look) -> Sight:
        """Raises `Refused` for a picture that is none, `Malformed` when the model fails."""
        picture = shown(look.picture, _SIDE, self._most_pixels)
        scale_x, scale_y = picture.width / picture.image.width, picture.height / picture.image.height
        try:
            with self._one_at_a_time:
                seen = self._model.predict(
                    picture.image, conf=look.least, iou=_OVERLAP, device=self._device, verbose=False
                )[0]
            corners, scores, classes = seen.boxes.xyxy.tolist(), seen.boxes.conf.tolist(), seen.boxes.cls.tolist()
            names = [seen.names[int(number)] for number in classes]
        except Exception as fault:
            raise Malformed(f"The detection model {self._model_name} failed.") from fault
        things = [
            Thing(name, score, Box(left * scale_x, top * scale_y, right * scale_x, bottom * scale_y))
            for name, score, (left, top, right, bottom) in zip(names, scores, corners, strict=True)
        ]
        things.sort(key=lambda thing: -thing.score)
        return Sight(tuple(things), picture.width, picture.height, self._model_name)
