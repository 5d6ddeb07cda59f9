"""What the standard APIs, OpenAI's and Ollama's, have to know besides the desks."""

from dataclasses import dataclass

from bmo.bridges.ollama_server import OllamaServer


@dataclass(frozen=True, slots=True)
class Apis:
    """Told by the wiring."""

    models: tuple[str, ...] = ()
    """The chat models that requests may name, the usual one first; none for the desk's one."""
    ollama: OllamaServer | None = None
    """The Ollama server behind the chat desk, which then answers `/api` itself."""
