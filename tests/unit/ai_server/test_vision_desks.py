from pathlib import Path
from typing import Any

import pytest

from bmo.ai_server.desks.embed import embed
from bmo.ai_server.desks.vision import describe, detect
from bmo.bridges.vision import DescribeByChat
from bmo.capabilities.detect import Look
from bmo.capabilities.media import Picture
from bmo.settings.ai_server import AiServerSettings
from onnx_models import write_model, yolo_rows
from pictures import encoded, made


def settings(home: Path, **sections: Any) -> AiServerSettings:
    return AiServerSettings.model_validate({"home": home, **sections})


def test_nothing_is_looked_at_and_nothing_embedded_unless_it_is_set_up(tmp_path: Path) -> None:
    told = settings(tmp_path)

    assert [desk(told).state for desk in (detect, describe, embed)] == ["absent"] * 3


def test_a_model_of_ones_own_is_found_in_the_models_folder(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    write_model(tmp_path / "models" / "yolov8n.onnx", yolo_rows((0, 0.9, (320, 320, 90, 90))))
    desk = detect(settings(tmp_path, detect={"engine": "yolov8", "model": "yolov8n.onnx"}))
    desk.load()

    assert (desk.state, desk.model) == ("ready", "yolov8n")
    with desk.used() as engine:
        assert engine.detect(Look(Picture(encoded(made())))).things[0].label == "person"
    desk.close()


@pytest.mark.parametrize(
    ("desk", "section", "model"),
    [
        (detect, {"detect": {"threads": 1}}, "ssdlite-mobilenet-v2-coco"),
        (detect, {"detect": {"engine": "yolov8", "model": "/nowhere/yolov8l.onnx"}}, "yolov8l"),
        (embed, {"embed": {"threads": 1}}, "all-minilm-l6-v2-int8"),
    ],
)
def test_a_model_that_is_not_there_is_said_and_how_to_get_it(
    tmp_path: Path, desk: Any, section: dict[str, Any], model: str
) -> None:
    made_desk = desk(settings(tmp_path, **section))
    made_desk.load()

    assert (made_desk.state, made_desk.model) == ("failed", model)
    assert "`bmo models pull`" in made_desk.why


def test_ultralytics_that_is_not_installed_is_said_and_what_to_do(tmp_path: Path) -> None:
    try:
        import ultralytics  # noqa: F401
    except ImportError:
        desk = detect(settings(tmp_path, detect={"engine": "ultralytics", "model": "m.onnx"}))
        desk.load()

        assert desk.state == "failed"
        assert "pip install bmo[ultralytics]" in desk.why
    else:
        pytest.skip("it is installed")


@pytest.mark.parametrize(
    "section",
    [
        {"model": "gemma3:4b"},
        {"engine": "ollama", "url": "http://127.0.0.1:1", "model": "llava"},
        {"engine": "openai", "url": "http://127.0.0.1:1/v1", "model": "m", "key": "k"},
    ],
)
def test_a_describer_is_a_chat_that_can_see(tmp_path: Path, section: dict[str, Any]) -> None:
    desk = describe(settings(tmp_path, describe=section))
    desk.load()

    with desk.used() as engine:
        assert isinstance(engine, DescribeByChat)
    assert (desk.state, desk.model) == ("ready", section["model"])
