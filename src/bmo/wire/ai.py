"""The AI server's messages: what `remote` sends and the server's routes answer.

POST /llm/chat   ChatAsk -> NDJSON lines of ChatLine (or SSE by `Accept: text/event-stream`)
POST /stt        audio/wav, audio/flac, audio/ogg, or audio/pcm;rate=16000 (int16 mono) -> TranscriptAnswer
                 `?hint=` words likely to occur
POST /tts        SpeakAsk -> audio/pcm;rate=N (int16 mono, chunked) or audio/wav, by `Accept`
GET  /health     with a key: Health; without: HealthWord
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Wire(BaseModel):
    """Unknown keys are an error: a typing mistake must not pass silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ToolCallPart(Wire):
    """The model asks for an action."""

    name: str
    arguments: dict[str, Any] = {}
    id: str = ""


class ChatMessage(Wire):
    """One entry of a conversation."""

    role: Literal["system", "user", "assistant", "tool"]
    text: str = Field(default="", max_length=200_000)
    tool_calls: tuple[ToolCallPart, ...] = ()
    tool_call_id: str = ""


class ToolPart(Wire):
    """An action the model may ask for."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = {}
    examples: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Utterance and arguments, for models too small to choose without."""


class ChatAsk(Wire):
    """A conversation to answer."""

    messages: tuple[ChatMessage, ...] = Field(min_length=1)
    tools: tuple[ToolPart, ...] = ()
    answer_schema: dict[str, Any] | None = None
    continue_from: str = ""
    max_tokens: int = Field(default=512, ge=1, le=32_768)
    temperature: float = Field(default=0.6, ge=0.0, le=2.0)
    examples: tuple[tuple[str, str], ...] = Field(default=(), max_length=32)
    """What somebody said and a good answer, for models too small to learn the tone from rules."""


class WordsLine(Wire):
    """A piece of text."""

    type: Literal["words"] = "words"
    text: str


class ToolCallLine(Wire):
    """A whole tool call."""

    type: Literal["tool_call"] = "tool_call"
    name: str
    arguments: dict[str, Any] = {}
    id: str = ""


class WaitLine(Wire):
    """Still here, nothing new: keeps the line open, is not progress."""

    type: Literal["wait"] = "wait"


class FinishedLine(Wire):
    """The last line of a whole answer."""

    type: Literal["finished"] = "finished"
    reason: Literal["stop", "length", "tool_calls"]
    model: str = ""
    usage: dict[str, int] = {}


class ProblemLine(Wire):
    """The last line of an answer that broke. `retry` tells whether another server may be asked."""

    type: Literal["problem"] = "problem"
    code: str
    sentence: str
    retry: bool


ChatLine = Annotated[WordsLine | ToolCallLine | WaitLine | FinishedLine | ProblemLine, Field(discriminator="type")]
CHAT_LINE: TypeAdapter[WordsLine | ToolCallLine | WaitLine | FinishedLine | ProblemLine] = TypeAdapter(ChatLine)


class TranscriptAnswer(Wire):
    """What was understood."""

    text: str
    language: str = "en"
    no_speech: float = 0.0
    model: str = ""


class SpeakAsk(Wire):
    """Something to say aloud."""

    text: str = Field(min_length=1, max_length=1_000)
    voice: str = "bmo"
    speed: float = Field(default=1.0, ge=0.5, le=2.0)


class CapabilityHealth(Wire):
    """One capability of an AI server."""

    state: Literal["ready", "loading", "failed", "absent"]
    model: str = ""
    queue: int = 0
    """Requests waiting or running."""
    why: str = ""
    """A sentence when the state is `failed` or `absent`."""


class HealthWord(Wire):
    """All that is told without a key."""

    state: Literal["ok", "degraded", "draining"]


class Health(HealthWord):
    """The whole state, with a key."""

    version: str
    capabilities: dict[str, CapabilityHealth]
    """By capability name: chat, transcribe, speak."""
    draining_until: str = ""
    """ISO time when the server will be gone; empty unless draining."""
