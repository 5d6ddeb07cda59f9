"""Who answers conversations."""

from collections.abc import Callable
from pathlib import Path

from bmo.ai_server.desk import Desk
from bmo.ai_server.desks.files import found
from bmo.capabilities.chat import Chat
from bmo.settings.ai_chat import EmbeddedLlm, OllamaLlm, OpenAiLlm
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.app import Off


def chat(settings: AiServerSettings) -> Desk[Chat]:
    match settings.llm:
        case EmbeddedLlm() as llm:
            return Desk("chat", llm.model, _llama(llm, settings.models_dir), queue=settings.queue)
        case OpenAiLlm() as llm:
            return Desk("chat", llm.model, _openai(llm), at_once=settings.streams, queue=settings.queue)
        case OllamaLlm() as llm:
            return Desk("chat", llm.model, _ollama(llm), at_once=settings.streams, queue=settings.queue)
        case Off():
            return Desk("chat")


def _llama(llm: EmbeddedLlm, models_dir: Path) -> Callable[[], Chat]:
    def load() -> Chat:
        from bmo.engines.llama_cpp import LlamaCpp

        path = found(llm.model, models_dir)
        file = path / "model.gguf" if path.is_dir() else path
        return LlamaCpp(file, threads=llm.threads, context=llm.context)

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
