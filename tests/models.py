"""Where tests find real models: $BMO_TEST_MODELS, $BMO_HOME/models or ~/bmo/models."""

import os
from pathlib import Path

from conftest import missing

LLM = "qwen2.5-coder-0.5b-instruct-q4_k_m"
TRANSCRIBER = "faster-whisper-tiny.en"
WAKE = "openwakeword-hey-jarvis"
VAD = "silero-vad"
DETECTOR = "ssdlite-mobilenet-v2-coco"
EMBEDDER = "all-minilm-l6-v2-int8"
SPEAKER = "resemblyzer"


def models_dir() -> Path:
    """The first of the three that the environment names."""
    if "BMO_TEST_MODELS" in os.environ:
        return Path(os.environ["BMO_TEST_MODELS"]).expanduser()
    return Path(os.environ.get("BMO_HOME", "~/bmo")).expanduser() / "models"


def model_path(name: str) -> Path:
    """The folder of a model; without it the test is skipped, or fails in CI."""
    path = models_dir() / name
    if not path.is_dir():
        missing(f"the model {name} is not in {models_dir()}: `make run` or `bmo models pull` fetches it")
    return path
