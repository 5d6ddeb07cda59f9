"""Who sees."""

from collections.abc import Callable
from pathlib import Path

from bmo.ai_server.desk import Desk
from bmo.ai_server.desks.files import found
from bmo.capabilities.describe import Describe
from bmo.capabilities.detect import Detect
from bmo.core.errors import Broken
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.ai_vision import OllamaDescribe, OpenAiDescribe, SsdLiteDetect, UltralyticsDetection, YoloV8Detect
from bmo.settings.app import Off

_AT_ONCE = 4
"""Pictures that another server is asked about at a time."""


def detect(settings: AiServerSettings) -> Desk[Detect]:
    told = settings.detect
    match told:
        case SsdLiteDetect():
            load = _ssdlite(told, settings.models_dir)
        case YoloV8Detect():
            load = _yolov8(told, settings.models_dir)
        case UltralyticsDetection():
            load = _ultralytics(told, settings.models_dir)
        case Off():
            return Desk("detect")
    return Desk("detect", Path(told.model).stem, load, queue=settings.queue, lifetime=told)


def describe(settings: AiServerSettings) -> Desk[Describe]:
    match settings.describe:
        case OllamaDescribe() as told:
            return Desk("describe", told.model, _ollama(told), at_once=_AT_ONCE, queue=settings.queue)
        case OpenAiDescribe() as told:
            return Desk("describe", told.model, _openai(told), at_once=_AT_ONCE, queue=settings.queue)
        case Off():
            return Desk("describe")


def _ssdlite(told: SsdLiteDetect, models_dir: Path) -> Callable[[], Detect]:
    def load() -> Detect:
        from bmo.engines.ssdlite import ssdlite

        return ssdlite(found(told.model, models_dir), threads=told.threads, device=told.device)

    return load


def _yolov8(told: YoloV8Detect, models_dir: Path) -> Callable[[], Detect]:
    def load() -> Detect:
        from bmo.engines.yolov8 import yolov8

        labels = found(told.labels, models_dir) if told.labels else None
        return yolov8(found(told.model, models_dir), labels=labels, threads=told.threads, device=told.device)

    return load


def _ultralytics(told: UltralyticsDetection, models_dir: Path) -> Callable[[], Detect]:
    def load() -> Detect:
        try:
            from bmo.engines.ultralytics import UltralyticsDetect
        except ImportError as fault:
            raise Broken(
                "The Ultralytics library is not installed: `pip install bmo[ultralytics]`, or use `engine: yolov8`.",
                code="not_installed",
            ) from fault
        return UltralyticsDetect(found(told.model, models_dir), device=told.device)

    return load


def _ollama(told: OllamaDescribe) -> Callable[[], Describe]:
    def load() -> Describe:
        from bmo.bridges.ollama import OllamaChat
        from bmo.bridges.vision import DescribeByChat

        return DescribeByChat(OllamaChat(told.url, told.model))

    return load


def _openai(told: OpenAiDescribe) -> Callable[[], Describe]:
    def load() -> Describe:
        from bmo.bridges.openai import OpenAiChat
        from bmo.bridges.vision import DescribeByChat

        return DescribeByChat(OpenAiChat(told.url, told.model, told.key.get_secret_value()))

    return load
