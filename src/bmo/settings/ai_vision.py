"""What sees on an AI server: sections `ai_server.detect` and `ai_server.describe`."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from bmo.settings.app import Loaded, Off, Section


class SsdLiteDetect(Loaded):
    """The small detector that BMO brings: 80 kinds of things."""

    engine: Literal["ssdlite"] = "ssdlite"
    model: str = "ssdlite-mobilenet-v2-coco"
    """A folder of `models_dir`, or a path."""
    threads: int = Field(default=2, ge=1, le=256)
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """`auto` takes an Nvidia GPU if ONNX Runtime can use one; `cuda` fails without."""


class YoloV8Detect(Loaded):
    """A model of the YOLOv8 or YOLO11 family that you exported to ONNX; its weights are AGPL-3.0."""

    engine: Literal["yolov8"] = "yolov8"
    model: str = Field(min_length=1)
    """The path of the .onnx file, from `models_dir` unless absolute."""
    labels: str = ""
    """A file with a label a line; empty for those in the model, or COCO's."""
    threads: int = Field(default=2, ge=1, le=256)
    device: Literal["auto", "cpu", "cuda"] = "auto"


class UltralyticsDetection(Loaded):
    """The same models run by the Ultralytics library: `pip install bmo[ultralytics]`, AGPL-3.0."""

    engine: Literal["ultralytics"] = "ultralytics"
    model: str = Field(min_length=1)
    """The path of an .onnx or .engine export, from `models_dir` unless absolute."""
    device: str = Field(default="", max_length=32)
    """As the library takes it, such as `0` or `cpu`; empty lets it choose."""


class OllamaDescribe(Section):
    """A vision model of an Ollama server."""

    engine: Literal["ollama"] = "ollama"
    url: str = Field(default="http://127.0.0.1:11434", pattern=r"^https?://")
    model: str = Field(min_length=1)
    """One that can see, such as `gemma3:4b` or `llava`."""


class OpenAiDescribe(Section):
    """A vision model of a server that speaks the OpenAI chat API."""

    engine: Literal["openai"] = "openai"
    url: str = Field(pattern=r"^https?://")
    """Up to and with `/v1`."""
    model: str = Field(min_length=1)
    key: SecretStr = SecretStr("")


Detector = Annotated[SsdLiteDetect | YoloV8Detect | UltralyticsDetection | Off, Field(discriminator="engine")]
Describer = Annotated[OllamaDescribe | OpenAiDescribe | Off, Field(discriminator="engine")]
