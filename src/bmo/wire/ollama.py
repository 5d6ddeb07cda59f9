"""The part of Ollama's API that an AI server takes under `/api`, as its documentation has it (docs/api.md).

Keys that are not known are passed over, as Ollama does. Where an Ollama server answers, what is sent on to it is
written from these messages, so nothing that is not named here ever reaches it.
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Le, Len
from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Len(1, 200)]
KeepAlive = Annotated[float, Ge(-1), Le(86_400)] | Annotated[str, Len(1, 20)]
Think = bool | Literal["low", "medium", "high"]


class OllamaPart(BaseModel):
    """A message of Ollama's API."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CalledFunction(OllamaPart):
    """What the model asked for."""

    name: str
    arguments: dict[str, Any] = {}


class CallPart(OllamaPart):
    """A tool call of the assistant, as the client sends it back."""

    id: str = ""
    function: CalledFunction


class OllamaMessage(OllamaPart):
    """One entry of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str | None = Field(default=None, max_length=200_000)
    images: Annotated[tuple[str, ...], Len(0, 16)] | None = None
    """JPEG, PNG or WebP, in base64."""
    tool_calls: tuple[CallPart, ...] | None = None
    tool_name: str | None = None
    tool_call_id: str | None = None
    thinking: str | None = None


class FunctionPart(OllamaPart):
    """An action the model may ask for; `parameters` is a JSON schema."""

    name: str = Field(min_length=1, max_length=200)
    description: str | None = None
    parameters: dict[str, Any] | None = None


class ToolOffer(OllamaPart):
    """A function as a tool."""

    type: str | None = None
    function: FunctionPart


class Options(OllamaPart):
    """What concerns an answer; options that size a model's place in memory are whoever runs the server's to set."""

    num_ctx: Annotated[int, Ge(1), Le(1_048_576)] | None = None
    num_predict: Annotated[int, Ge(-2), Le(1_048_576)] | None = None
    temperature: Annotated[float, Ge(0.0), Le(5.0)] | None = None
    top_k: Annotated[int, Ge(0), Le(100_000)] | None = None
    top_p: Annotated[float, Ge(0.0), Le(1.0)] | None = None
    min_p: Annotated[float, Ge(0.0), Le(1.0)] | None = None
    typical_p: Annotated[float, Ge(0.0), Le(1.0)] | None = None
    seed: int | None = None
    stop: Annotated[str, Len(1, 100)] | Annotated[tuple[Annotated[str, Len(1, 100)], ...], Len(0, 16)] | None = None
    repeat_last_n: Annotated[int, Ge(-1), Le(1_048_576)] | None = None
    repeat_penalty: Annotated[float, Ge(0.0), Le(10.0)] | None = None
    presence_penalty: Annotated[float, Ge(-2.0), Le(2.0)] | None = None
    frequency_penalty: Annotated[float, Ge(-2.0), Le(2.0)] | None = None


class OllamaAsk(OllamaPart):
    """What every request for words may say."""

    model: Name
    stream: bool | None = None
    format: Literal["json", ""] | dict[str, Any] | None = None
    options: Options | None = None
    keep_alive: KeepAlive | None = None
    think: Think | None = None


class OllamaChatAsk(OllamaAsk):
    """POST /api/chat"""

    messages: tuple[OllamaMessage, ...] | None = None
    tools: tuple[ToolOffer, ...] | None = None


class OllamaGenerateAsk(OllamaAsk):
    """POST /api/generate"""

    prompt: str | None = Field(default=None, max_length=200_000)
    suffix: str | None = Field(default=None, max_length=200_000)
    system: str | None = Field(default=None, max_length=200_000)
    template: str | None = Field(default=None, max_length=200_000)
    context: tuple[int, ...] | None = None
    raw: bool | None = None
    images: Annotated[tuple[str, ...], Len(0, 16)] | None = None


class OllamaEmbedAsk(OllamaPart):
    """POST /api/embed"""

    model: Name
    input: Annotated[str, Len(0, 200_000)] | Annotated[tuple[Annotated[str, Len(0, 200_000)], ...], Len(0, 2_048)]
    truncate: bool | None = None
    dimensions: Annotated[int, Ge(1)] | None = None
    keep_alive: KeepAlive | None = None


class OllamaShowAsk(OllamaPart):
    """POST /api/show"""

    model: Name
    verbose: bool | None = None
