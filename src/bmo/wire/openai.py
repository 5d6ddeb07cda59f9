"""The part of OpenAI's API that an AI server takes under `/v1`, for clients that know no other.

Unlike in our own messages, keys that are not known are passed over: clients send many that only concern OpenAI.
Answers are written by `openai_answers`.
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Len
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

_ERROR_PARTS = ("message", "type", "code")
ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": list(_ERROR_PARTS),
            "properties": {name: {"type": "string"} for name in _ERROR_PARTS},
        }
    },
}
"""Every answer under `/v1` that is not a success."""


class Foreign(BaseModel):
    """A message of somebody else's API."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class TextPart(Foreign):
    """Words of a message."""

    type: Literal["text"]
    text: str = Field(max_length=200_000)


class ImageUrl(Foreign):
    """A picture inside a `data:` address."""

    url: str


class ImagePart(Foreign):
    """A picture of a message."""

    type: Literal["image_url"]
    image_url: ImageUrl


Part = Annotated[TextPart | ImagePart, Field(discriminator="type")]
Content = Annotated[
    Annotated[str, Tag("words"), Len(0, 200_000)] | Annotated[tuple[Part, ...], Tag("parts"), Len(0, 64)],
    Discriminator(lambda value: "words" if isinstance(value, str) else "parts"),
]
"""What was said, alone or with pictures. Told apart by us, so that what is wrong with a part is said of that part."""


class CalledFunction(Foreign):
    """What the model asked for; `arguments` is JSON in a string."""

    name: str
    arguments: str = "{}"


class ToolCall(Foreign):
    """A tool call of the assistant, as the client sends it back."""

    id: str = ""
    function: CalledFunction


class ChatMessage(Foreign):
    """One entry of a conversation."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: Content | None = None
    tool_calls: tuple[ToolCall, ...] | None = None
    tool_call_id: str | None = None


class Function(Foreign):
    """An action the model may ask for; `parameters` is a JSON schema."""

    name: str = Field(min_length=1, max_length=200)
    description: str | None = None
    parameters: dict[str, Any] | None = None


class Tool(Foreign):
    """A function as a tool."""

    type: Literal["function"]
    function: Function


class FunctionName(Foreign):
    """Which function."""

    name: str


class NamedTool(Foreign):
    """The one tool that has to be called."""

    type: Literal["function"]
    function: FunctionName


class NamedSchema(Foreign):
    """The form of an answer."""

    name: str = ""
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")


class ResponseFormat(Foreign):
    """Free text, any JSON object, or JSON of a schema."""

    type: Literal["text", "json_object", "json_schema"]
    json_schema: NamedSchema | None = None


class StreamOptions(Foreign):
    """Whether the counts come at the end of a stream."""

    include_usage: bool | None = None


class ChatCompletionAsk(Foreign):
    """POST /v1/chat/completions"""

    model: str = Field(max_length=200)
    messages: tuple[ChatMessage, ...] = Field(min_length=1)
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    tools: tuple[Tool, ...] | None = None
    tool_choice: Literal["none", "auto", "required"] | NamedTool | None = None
    response_format: ResponseFormat | None = None
    max_tokens: Annotated[int, Ge(1)] | None = None
    max_completion_tokens: Annotated[int, Ge(1)] | None = None
    temperature: Annotated[float, Ge(0.0), Le(2.0)] | None = None
    top_p: Annotated[float, Gt(0.0), Le(1.0)] | None = None
    seed: int | None = None
    stop: Annotated[str, Len(1, 100)] | Annotated[tuple[Annotated[str, Len(1, 100)], ...], Len(0, 16)] | None = None
    presence_penalty: Annotated[float, Ge(-2.0), Le(2.0)] | None = None
    frequency_penalty: Annotated[float, Ge(-2.0), Le(2.0)] | None = None
    n: Literal[1] | None = None
    logprobs: Literal[False] | None = None


class SpeechAsk(Foreign):
    """POST /v1/audio/speech"""

    model: str = ""
    input: str = Field(min_length=1, max_length=1_000)
    voice: str = Field(default="bmo", max_length=64)
    response_format: Literal["mp3", "opus", "aac", "flac", "wav", "pcm"] = "mp3"
    speed: float = Field(default=1.0, ge=0.25, le=4.0)


class EmbeddingsAsk(Foreign):
    """POST /v1/embeddings"""

    model: str = ""
    input: Annotated[str, Len(1, 200_000)] | Annotated[tuple[Annotated[str, Len(1, 200_000)], ...], Len(1, 2_048)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: Annotated[int, Ge(1)] | None = None


class TranscriptionAsk(Foreign):
    """POST /v1/audio/transcriptions, besides its `file`: the fields of a multipart form."""

    model: str = ""
    language: str | None = None
    prompt: str = ""
    response_format: Literal["json", "text", "verbose_json", "srt", "vtt"] = "json"
