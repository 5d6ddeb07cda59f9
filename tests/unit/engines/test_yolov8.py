"""The YOLOv8 decoder, on models made here that answer like one: no weights of YOLO's are needed, or there."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bmo.capabilities.detect import Look
from bmo.capabilities.media import Box, Picture
from bmo.core.errors import Broken
from bmo.engines.coco import COCO
from bmo.engines.pictures import Shown
from bmo.engines.yolov8 import Frame, YoloV8, yolov8
from onnx_models import write_model, yolo_rows
from pictures import encoded, made

SIZES = st.integers(1, 5_000)
CAT, CUP = COCO.index("cat"), COCO.index("cup")


def look(width: int = 640, height: int = 480) -> Look:
    return Look(Picture(encoded(made(width, height))))


def test_boxes_are_told_in_pixels_of_the_picture(tmp_path: Path) -> None:
    """640 x 480 on 640 x 640 lies 80 pixels from the top."""
    rows = yolo_rows((CAT, 0.9, (320, 320, 100, 60)), (CUP, 0.5, (50, 130, 100, 100)), (CAT, 0.1, (9, 99, 9, 9)))
    sight = yolov8(write_model(tmp_path / "yolov8n.onnx", rows)).detect(look())

    assert [(thing.label, round(thing.score, 3), thing.box) for thing in sight.things] == [
        ("cat", 0.9, Box(270, 210, 370, 270)),
        ("cup", 0.5, Box(0, 0, 100, 100)),
    ]
    assert (sight.width, sight.height, sight.model) == (640, 480, "yolov8n")


def test_a_model_of_another_size_type_and_labels_says_so_itself(tmp_path: Path) -> None:
    rows = yolo_rows((1, 0.75, (160, 96, 64, 32)), labels=2, n=20)
    model = write_model(tmp_path / "own.onnx", rows, size=(192, 320), names="{0: 'mug', 1: 'd20'}", half=True)
    thing = yolov8(model).detect(look(640, 384)).things[0]

    assert (thing.label, thing.score) == ("d20", 0.75)
    assert dataclasses.astuple(thing.box) == pytest.approx((256, 160, 384, 224), abs=0.5)


def test_a_file_of_labels_goes_before_those_in_the_model(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("goblin\nowlbear\n")
    rows = yolo_rows((1, 0.9, (320, 320, 100, 100)), labels=2)
    model = write_model(tmp_path / "m.onnx", rows, names="{0: 'a', 1: 'b'}")

    assert yolov8(model, labels=tmp_path / "labels.txt").detect(look()).things[0].label == "owlbear"


def test_a_model_of_any_input_size_is_given_640_pixels(tmp_path: Path) -> None:
    rows = yolo_rows((CAT, 0.9, (320, 320, 100, 60)))
    model = write_model(tmp_path / "m.onnx", rows, size=("height", "width"))

    assert yolov8(model).detect(look()).things[0].box == Box(270, 210, 370, 270)


@pytest.mark.parametrize("names", ["__import__('os').system('touch owned')", "{0: 'a'", "{1: 'a'}", "[" * 5_000, "7"])
def test_names_that_make_no_sense_are_not_run_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str
) -> None:
    monkeypatch.chdir(tmp_path)
    model = write_model(tmp_path / "m.onnx", yolo_rows((CAT, 0.9, (320, 320, 100, 60))), names=names)

    assert yolov8(model).detect(look()).things[0].label == "cat"
    assert [place.name for place in tmp_path.iterdir()] == ["m.onnx"]


def test_a_model_with_other_labels_than_known_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"other labels than the 80 known here.*file of labels"):
        yolov8(write_model(tmp_path / "m.onnx", yolo_rows(labels=3)))


def test_a_model_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"m.onnx is no detection model of the YOLOv8 family"):
        yolov8(write_model(tmp_path / "m.onnx", np.zeros((1, 300, 6, 1), np.float32)))


def test_a_damaged_file_and_missing_labels_are_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "m.onnx").write_bytes(b"not a model")
    with pytest.raises(Broken, match=r"m.onnx is damaged"):
        yolov8(tmp_path / "m.onnx")

    with pytest.raises(Broken, match=r"labels .* cannot be read"):
        yolov8(write_model(tmp_path / "m.onnx", yolo_rows()), labels=tmp_path / "no.txt")


def test_a_gpu_that_is_not_there_is_said_and_not_passed_over(tmp_path: Path) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("ONNX Runtime can use a GPU here")
    with pytest.raises(Broken, match="onnxruntime-gpu"):
        yolov8(write_model(tmp_path / "m.onnx", yolo_rows()), device="cuda")


@given(width=SIZES, height=SIZES, across=st.integers(32, 1_280), down=st.integers(32, 1_280))
def test_a_picture_of_any_shape_fits_and_lies_in_the_middle(width: int, height: int, across: int, down: int) -> None:
    frame = Frame.of(width, height, across, down)

    assert 0 <= frame.left <= frame.left + frame.width <= across
    assert 0 <= frame.top <= frame.top + frame.height <= down
    assert frame.width in (across, across - 1) or frame.height in (down, down - 1)
    assert abs((across - frame.width) - 2 * frame.left) <= 1


@given(width=st.integers(16, 4_000), height=st.integers(16, 4_000), data=st.data())
def test_a_box_comes_back_where_it_was_whatever_the_shape(width: int, height: int, data: st.DataObject) -> None:
    left, right = sorted(data.draw(st.tuples(st.floats(0, width), st.floats(0, width))))
    top, bottom = sorted(data.draw(st.tuples(st.floats(0, height), st.floats(0, height))))
    frame = Frame.of(width, height, 640, 640)
    scale_x, scale_y = frame.width / width, frame.height / height
    centre = frame.left + (left + right) / 2 * scale_x, frame.top + (top + bottom) / 2 * scale_y
    size = (right - left) * scale_x, (bottom - top) * scale_y
    rows = yolo_rows((3, 0.8, (*centre, *size)), n=2)
    found = YoloV8().found([rows], Shown(Image.new("RGB", (1, 1)), width, height))

    pixel = max(width, height) / 640
    assert found.boxes[0] == pytest.approx([left, top, right, bottom], abs=0.01 * pixel)
    assert (found.scores[0], found.classes[0]) == (pytest.approx(0.8), 3)


def test_the_model_sees_the_picture_upright_in_the_middle_of_grey() -> None:
    red = Image.new("RGB", (100, 50), "red")
    tensor = YoloV8().entered(Shown(red, 100, 50))

    assert tensor.shape == (1, 3, 640, 640)
    assert tensor.dtype == np.float32
    assert tensor[0, :, 320, 320].tolist() == [1, 0, 0]
    assert tensor[0, :, 100, 320] == pytest.approx([114 / 255] * 3)
