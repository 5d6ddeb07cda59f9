"""Which engines and bridges serve which capability: the only place of the AI server that knows."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

import bmo
from bmo.ai_server.engine_room import Desk, EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import Limits
from bmo.capabilities.chat import Chat
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.core.errors import Broken
from bmo.settings.ai_server import (
    AiServerSettings,
    EmbeddedLlm,
    HibariTts,
    Off,
    OllamaLlm,
    OpenAiLlm,
    WhisperStt,
)

# Engines are imported by the functions that load them: in the background, after the fork, and only those in use.


def build(settings: AiServerSettings) -> Flask:
    """The app of these settings, its engines not yet loading. Raises `Broken` without a key."""
    keys = Keys(settings.all_keys())
    room = EngineRoom(_chat(settings), _transcribe(settings), _speak(settings), version=bmo.__version__)
    limits = Limits(settings.streams, settings.max_body, settings.body_seconds, settings.max_audio_seconds)
    return create(room, keys, limits)


def _chat(settings: AiServerSettings) -> Desk[Chat]:
    match settings.llm:
        case EmbeddedLlm() as llm:
            return Desk("chat", llm.model, _llama(llm, settings.models_dir), queue=settings.queue)
        case OpenAiLlm() as llm:
            return Desk("chat", llm.model, _openai(llm), at_once=settings.streams, queue=settings.queue)
        case OllamaLlm() as llm:
            return Desk("chat", llm.model, _ollama(llm), at_once=settings.streams, queue=settings.queue)
        case Off():
            return Desk("chat")


def _transcribe(settings: AiServerSettings) -> Desk[Transcribe]:
    match settings.stt:
        case WhisperStt() as stt:
            return Desk("transcribe", stt.model, _whisper(stt, settings.models_dir), queue=settings.queue)
        case Off():
            return Desk("transcribe")


def _speak(settings: AiServerSettings) -> Desk[Speak]:
    match settings.tts:
        case HibariTts() as tts:
            return Desk("speak", "hibari", _hibari(tts), queue=settings.queue)
        case Off():
            return Desk("speak")


def _llama(llm: EmbeddedLlm, models_dir: Path) -> Callable[[], Chat]:
    def load() -> Chat:
        from bmo.engines.llama_cpp import LlamaCpp

        path = _found(llm.model, models_dir)
        file = path / "model.gguf" if path.is_dir() else path
        return LlamaCpp(file, threads=llm.threads, context=llm.context)

    return load


def _whisper(stt: WhisperStt, models_dir: Path) -> Callable[[], Transcribe]:
    def load() -> Transcribe:
        from bmo.engines.whisper import Whisper

        return Whisper(
            _found(stt.model, models_dir),
            threads=stt.threads,
            device=stt.device,
            compute_type=stt.compute_type,
            language=stt.language or None,
        )

    return load


def _hibari(tts: HibariTts) -> Callable[[], Speak]:
    def load() -> Speak:
        from bmo.engines.hibari import Hibari

        return Hibari(threads=tts.threads)

    return load


def _openai(llm: OpenAiLlm) -> Callable[[], Chat]:
    def load() -> Chat:
        from bmo.bridges.openai import OpenAiChat

        return OpenAiChat(llm.url, llm.model, llm.key.get_secret_value())

    return load


def _ollama(llm: OllamaLlm) -> Callable[[], Chat]:
    def load() -> Chat:
        from bmo.bridges.ollama import OllamaChat

        return OllamaChat(llm.url, llm.model)

    return load


def _found(model: str, models_dir: Path) -> Path:
    """A folder of `models_dir`, or a path. Raises `Broken` when neither is there."""
    path = models_dir / Path(model).expanduser()  # an absolute path stays what it is
    if not path.exists():
        raise Broken(
            f"The model {model} is not in {models_dir}; fetch it with `bmo models pull`.", code="model_missing"
        )
    return path
