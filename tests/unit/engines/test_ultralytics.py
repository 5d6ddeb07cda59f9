"""What BMO makes of Ultralytics' answers. The library is an extra with torch and is not here: a stand-in plays back
what its documentation says (results with `boxes.xyxy`, `boxes.conf`, `boxes.cls` and `names`). Where the library is
installed, the suite of all detectors runs it for real."""

import dataclasses
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bmo.capabilities.detect import Look
from bmo.capabilities.media import Picture
from bmo.core.errors import Broken, Malformed, Refused
from pictures import encoded, made

asked: list[dict[str, Any]] = []


class Yolo:
    def __init__(self, model: str, task: str) -> None:
        if not Path(model).exists():
            raise FileNotFoundError(model)

    def predict(self, source: Any, **options: Any) -> list[Any]:
        asked.append({"size": source.size, **options})
        if options["device"] == "broken":
            raise RuntimeError("CUDA out of memory")
        boxes = SimpleNamespace(
            xyxy=np.array([[0, 0, 10, 20], [5, 5, 50, 60]]), conf=np.array([0.4, 0.9]), cls=np.array([0.0, 1.0])
        )
        return [SimpleNamespace(boxes=boxes, names={0: "cat", 1: "dog"})]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    library = ModuleType("ultralytics")
    library.YOLO = Yolo  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ultralytics", library)
    monkeypatch.delitem(sys.modules, "bmo.engines.ultralytics", raising=False)
    for name in ("YOLO_OFFLINE", "YOLO_AUTOINSTALL"):
        monkeypatch.setenv(name, "as before")
    asked.clear()
    yield importlib.import_module("bmo.engines.ultralytics")
    del sys.modules["bmo.engines.ultralytics"]


def model(folder: Path, name: str = "yolov8l.onnx") -> Path:
    (folder / name).write_bytes(b"model")
    return folder / name


def test_things_come_surest_first_in_pixels_of_the_picture(engine: ModuleType, tmp_path: Path) -> None:
    eyes = engine.UltralyticsDetect(model(tmp_path), device="0")
    sight = eyes.detect(Look(Picture(encoded(made(64, 48))), 0.35))

    assert [(thing.label, thing.score) for thing in sight.things] == [("dog", 0.9), ("cat", 0.4)]
    assert dataclasses.astuple(sight.things[0].box) == (5, 5, 50, 60)
    assert (sight.width, sight.height, sight.model) == (64, 48, "yolov8l")
    assert asked == [{"size": (64, 48), "conf": 0.35, "iou": 0.5, "device": "0", "verbose": False}]


def test_a_large_picture_is_given_smaller_and_its_boxes_grow_back(engine: ModuleType, tmp_path: Path) -> None:
    sight = engine.UltralyticsDetect(model(tmp_path)).detect(Look(Picture(encoded(made(2_560, 2_560)))))

    assert asked[0]["size"] == (640, 640)
    assert dataclasses.astuple(sight.things[0].box) == (20, 20, 200, 240)


def test_it_tells_nobody_what_it_is_used_for_and_installs_nothing(engine: ModuleType) -> None:
    assert (os.environ["YOLO_OFFLINE"], os.environ["YOLO_AUTOINSTALL"]) == ("true", "false")


def test_a_file_that_may_run_code_is_refused(engine: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"`yolo export model=yolov8l.pt format=onnx`"):
        engine.UltralyticsDetect(model(tmp_path, "yolov8l.pt"))


def test_faults_of_the_library_are_told_in_our_words(engine: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(Broken, match="cannot be loaded"):
        engine.UltralyticsDetect(tmp_path / "missing.onnx")
    with pytest.raises(Malformed):
        engine.UltralyticsDetect(model(tmp_path), device="broken").detect(Look(Picture(encoded(made()))))
    with pytest.raises(Refused):
        engine.UltralyticsDetect(model(tmp_path)).detect(Look(Picture(b"no picture")))
