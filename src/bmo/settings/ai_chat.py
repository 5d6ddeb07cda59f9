"""What serves chat on an AI server: section `ai_server.llm`."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from bmo.settings.app import Loaded, Off, Section


class ChatSection(Section):
    """What every kind of chat can be told."""

    others: tuple[str, ...] = ()
    """More models from the same place, used by requests that name them."""
    max_tokens: int = Field(default=2_048, ge=1, le=32_768)
    """New tokens in an answer at most, whatever a request asks for."""


class EmbeddedLlm(ChatSection, Loaded):
    """A GGUF model on this machine, run by llama.cpp."""

    engine: Literal["embedded"] = "embedded"
    model: str = "qwen2.5-coder-0.5b-instruct-q4_k_m"
    """A folder of `models_dir` with `model.gguf` in it, or the path of a GGUF file."""
    threads: int = Field(default=2, ge=1, le=256)
    context: int = Field(default=4_096, ge=512, le=131_072)
    """Tokens that prompt and answer have together."""


class OpenAiLlm(ChatSection):
    """A model server that speaks the OpenAI chat API: vLLM, llama-server, LM Studio, ..."""

    engine: Literal["openai"] = "openai"
    url: str = Field(pattern=r"^https?://")
    """Up to and with `/v1`."""
    model: str = Field(min_length=1)
    key: SecretStr = SecretStr("")


class OllamaLlm(ChatSection):
    """An Ollama server."""

    engine: Literal["ollama"] = "ollama"
    url: str = Field(default="http://127.0.0.1:11434", pattern=r"^https?://")
    model: str = Field(min_length=1)
    context: int | None = Field(default=None, ge=256, le=1_048_576)
    """Tokens that prompt and answer have together, unless a request says; None leaves it to the Modelfile."""


Llm = Annotated[EmbeddedLlm | OpenAiLlm | OllamaLlm | Off, Field(discriminator="engine")]
