"""What every detector promises."""

import dataclasses
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from ai_servers import room_of, served
from bmo.capabilities.chain import Attempt, Chain, Line
from bmo.capabilities.detect import PATIENCE, ChainedDetect, Detect, Look
from bmo.capabilities.media import Picture
from bmo.core.errors import Refused, TurnedAway
from bmo.engines.detector import OnnxDetector
from bmo.engines.ssdlite import ssdlite
from bmo.engines.yolov8 import yolov8
from bmo.fakes.detect import FakeDetect
from bmo.remote.detect import RemoteDetect
from models import DETECTOR, model_path
from onnx_models import write_model, yolo_rows
from pictures import encoded, made, photo, turned

REAL = [pytest.param(name, marks=pytest.mark.real) for name in ("ssdlite", "remote of ssdlite")]
PICTURE = Picture(encoded(made(320, 240)))


@pytest.fixture(scope="module")
def small() -> OnnxDetector:
    return ssdlite(model_path(DETECTOR))


@pytest.fixture
def eyes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Detect]:
    kind = request.param
    made: Detect
    if "fake" in kind:
        made = FakeDetect()
    elif "yolov8" in kind:
        rows = yolo_rows((0, 0.9, (320, 320, 200, 200)), (41, 0.5, (100, 300, 90, 90)))
        made = yolov8(write_model(tmp_path / "yolov8n.onnx", rows))
    elif "ultralytics" in kind:
        pytest.importorskip("ultralytics", reason="Ultralytics is an extra, and large")
        from bmo.engines.ultralytics import UltralyticsDetect

        rows = yolo_rows((0, 0.9, (320, 320, 200, 200)), (41, 0.5, (100, 300, 90, 90)))
        made = UltralyticsDetect(write_model(tmp_path / "yolov8n.onnx", rows), device="cpu")
    else:
        made = request.getfixturevalue("small")
    if "remote" not in kind:
        yield made
        return
    with served(room_of(detect=made)) as server:
        yield RemoteDetect(server)


KINDS = ["fake", "remote of fake", "yolov8", "remote of yolov8", "ultralytics", *REAL]
everybody = pytest.mark.parametrize("eyes", KINDS, indirect=True)
real_ones = pytest.mark.parametrize("eyes", REAL, indirect=True)


@everybody
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_boxes_lie_on_the_picture_surest_first(eyes: Detect, kind: str) -> None:
    sight = eyes.detect(Look(Picture(encoded(made(320, 240), kind)), least=0.01))

    assert (sight.width, sight.height) == (320, 240)
    assert sight.model
    scores = [thing.score for thing in sight.things]
    assert scores == sorted(scores, reverse=True)
    for thing in sight.things:
        assert thing.label
        assert 0 < thing.score <= 1
        assert 0 <= thing.box.left < thing.box.right <= 320
        assert 0 <= thing.box.top < thing.box.bottom <= 240


@everybody
def test_nothing_is_told_that_is_less_sure_than_asked(eyes: Detect) -> None:
    sure = eyes.detect(Look(PICTURE, least=0.6)).things

    assert all(thing.score >= 0.6 for thing in sure)
    assert set(sure) <= set(eyes.detect(Look(PICTURE, least=0.01)).things)


@everybody
def test_what_is_no_picture_is_refused(eyes: Detect) -> None:
    whole = PICTURE.data
    for data in (b"", b"no picture", whole[:-20], whole + b"PK\3\4", encoded(made(), "GIF")):
        with pytest.raises(Refused):
            eyes.detect(Look(Picture(data)))


def test_a_server_without_a_detector_is_passed_over() -> None:
    here, attempts = FakeDetect("here"), list[Attempt]()
    with served(room_of()) as server:
        lines: list[Line[Detect]] = [Line(RemoteDetect(server)), Line(here)]
        sight = ChainedDetect(Chain("detect", lines, PATIENCE, attempts.append)).detect(Look(PICTURE))

    assert sight.model == "here"
    assert isinstance(attempts[0].failure, TurnedAway)
    assert attempts[0].failure.code == "absent"


@real_ones
@pytest.mark.parametrize(("name", "label"), [("chelsea.png", "cat"), ("coffee.png", "cup")])
def test_things_are_seen(eyes: Detect, name: str, label: str) -> None:
    surest = eyes.detect(Look(Picture(photo(name)))).things[0]

    assert surest.label == label
    assert surest.score > 0.8


@real_ones
def test_a_cup_is_where_it_stands(eyes: Detect) -> None:
    """The box that the same model gave when it was converted by other means, within a hundredth of the picture."""
    cup = eyes.detect(Look(Picture(photo("coffee.png")))).things[0]

    assert dataclasses.astuple(cup.box) == pytest.approx((173.5, 23.3, 415.4, 254.4), abs=6)


@pytest.mark.real
def test_a_cat_on_a_picture_taken_on_its_side_is_where_people_see_it(small: OnnxDetector) -> None:
    upright = Image.open(BytesIO(photo("chelsea.png"))).convert("RGB")
    stored = turned(upright.transpose(Image.Transpose.ROTATE_90), 6)
    straight, sideways = (small.detect(Look(Picture(data))) for data in (encoded(upright, quality=95), stored))

    assert (sideways.width, sideways.height) == upright.size
    assert sideways.things[0].label == "cat"
    expected = dataclasses.astuple(straight.things[0].box)
    assert dataclasses.astuple(sideways.things[0].box) == pytest.approx(expected, abs=10)
