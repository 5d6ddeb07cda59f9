"""Who answers conversations."""

from collections.abc import Callable
from pathlib import Path

from bmo.ai_server.apis import Apis
from bmo.ai_server.desk import Desk
from bmo.ai_server.desks.files import found
from bmo.bridges.ollama_server import OllamaServer
from bmo.capabilities.chat import Chat, NamedChats
from bmo.settings.ai_chat import EmbeddedLlm, OllamaLlm, OpenAiLlm
from bmo.settings.ai_server import AiServerSettings
from bmo.settings.app import Off


def chat(settings: AiServerSettings) -> Desk[Chat]:
    """All models of the setting behind one desk: a request names the one it wants."""
    llm = settings.llm
    if isinstance(llm, Off):
        return Desk("chat")
    load = _load(llm, settings.models_dir)
    if isinstance(llm, EmbeddedLlm):
        return Desk("chat", llm.model, load, queue=settings.queue, lifetime=llm)
    # A model server has a line of its own: behind as many streams as we take, nobody waits here, but comes again.
    return Desk("chat", llm.model, load, at_once=settings.streams, queue=0)


def apis(settings: AiServerSettings) -> Apis:
    """The models that requests may name, and the Ollama server where there is one."""
    llm = settings.llm
    if isinstance(llm, Off):
        return Apis()
    models = (llm.model, *llm.others)
    if not isinstance(llm, OllamaLlm):
        return Apis(models)
    return Apis(models, OllamaServer(llm.url, models, max_tokens=llm.max_tokens, context=llm.context))


def _load(llm: EmbeddedLlm | OpenAiLlm | OllamaLlm, models_dir: Path) -> Callable[[], Chat]:
    def load() -> Chat:
        match llm:
            case EmbeddedLlm():
                make, context = _llama(llm, models_dir), None
            case OpenAiLlm():
                make, context = _openai(llm), None
            case OllamaLlm():
                make, context = _ollama(llm), llm.context
        models = {name: make(name) for name in (llm.model, *llm.others)}
        return NamedChats(models, max_tokens=llm.max_tokens, context=context)

    return load


def _llama(llm: EmbeddedLlm, models_dir: Path) -> Callable[[str], Chat]:
    from bmo.engines.llama_cpp import LlamaCpp

    def make(name: str) -> Chat:
        path = found(name, models_dir)
        file = path / "model.gguf" if path.is_dir() else path
        return LlamaCpp(file, threads=llm.threads, context=llm.context)

    return make


def _openai(llm: OpenAiLlm) -> Callable[[str], Chat]:
    from bmo.bridges.openai import OpenAiChat

    return lambda name: OpenAiChat(llm.url, name, llm.key.get_secret_value())


def _ollama(llm: OllamaLlm) -> Callable[[str], Chat]:
    from bmo.bridges.ollama import OllamaChat

    return lambda name: OllamaChat(llm.url, name)
