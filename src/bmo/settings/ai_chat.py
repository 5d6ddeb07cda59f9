"""What serves chat on an AI server: section `ai_server.llm`."""

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from bmo.settings.app import Off, Section


class EmbeddedLlm(Section):
    """A GGUF model on this machine, run by llama.cpp."""

    engine: Literal["embedded"] = "embedded"
    model: str = "qwen2.5-coder-0.5b-instruct-q4_k_m"
    """A folder of `models_dir` with `model.gguf` in it, or the path of a GGUF file."""
    threads: int = Field(default=2, ge=1, le=256)
    context: int = Field(default=4_096, ge=512, le=131_072)
    """Tokens that prompt and answer have together."""


class OpenAiLlm(Section):
    """A model server that speaks the OpenAI chat API: vLLM, llama-server, LM Studio, ..."""

    engine: Literal["openai"] = "openai"
    url: str = Field(pattern=r"^https?://")
    """Up to and with `/v1`."""
    model: str = Field(min_length=1)
    key: SecretStr = SecretStr("")


class OllamaLlm(Section):
    """An Ollama server."""

    engine: Literal["ollama"] = "ollama"
    url: str = Field(default="http://127.0.0.1:11434", pattern=r"^https?://")
    model: str = Field(min_length=1)


Llm = Annotated[EmbeddedLlm | OpenAiLlm | OllamaLlm | Off, Field(discriminator="engine")]
