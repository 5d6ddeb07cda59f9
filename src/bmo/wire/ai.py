"""The AI server's messages: what `remote` sends and the server's routes answer.

POST /llm/chat   ChatAsk -> NDJSON lines of ChatLine (or SSE by `Accept: text/event-stream`, or a whole ChatAnswer by
                 `Accept: application/json`)
POST /llm/generate  GenerateAsk -> the same
POST /stt        audio/wav, audio/flac, audio/ogg, audio/mpeg, or audio/pcm;rate=16000;channels=1 (int16) ->
                 TranscriptAnswer, or by `Accept` lines of TranscriptLine (`wire.speech`)
                 `?hint=` words likely to occur, `?language=` ISO 639-1, `?timed=false` for rough segments at less work
POST /tts        SpeakAsk -> audio/pcm;rate=N (int16 mono, chunked) or audio/wav, by `Accept`
GET  /health     with a key: Health; without: HealthWord
"""

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Le, Len
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bmo.capabilities.speak import FASTEST, MAX_TEXT, MOST_CENTS, SLOWEST, Mood


class Wire(BaseModel):
    """Unknown keys are an error: a typing mistake must not pass silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_bytes="base64", val_json_bytes="base64")


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
    images: tuple[bytes, ...] = Field(default=(), max_length=16)
    """JPEG, PNG or WebP, in base64."""


class ToolPart(Wire):
    """An action the model may ask for."""

    name: str
    description: str = ""
    parameters: dict[str, Any] = {}
    examples: tuple[tuple[str, dict[str, Any]], ...] = ()
    """Utterance and arguments, for models too small to choose without."""


class SamplingPart(Wire):
    """How tokens are drawn, besides the temperature; what is absent is left to whoever runs the model."""

    top_p: Annotated[float, Gt(0.0), Le(1.0)] | None = None
    top_k: Annotated[int, Ge(1), Le(1_000)] | None = None
    seed: Annotated[int, Ge(0), Le(4_294_967_295)] | None = None
    stop: tuple[Annotated[str, Len(1, 100)], ...] = Field(default=(), max_length=16)
    presence_penalty: Annotated[float, Ge(-2.0), Le(2.0)] | None = None
    frequency_penalty: Annotated[float, Ge(-2.0), Le(2.0)] | None = None


class WordsAsk(Wire):
    """What every request for words may say about them."""

    model: str = Field(default="", max_length=200)
    """One of this server's models; empty for the usual one."""
    answer_schema: dict[str, Any] | None = None
    continue_from: str = Field(default="", max_length=200_000)
    max_tokens: int = Field(default=512, ge=1, le=32_768)
    temperature: float = Field(default=0.6, ge=0.0, le=2.0)
    sampling: SamplingPart = SamplingPart()
    context: Annotated[int, Ge(256), Le(1_048_576)] | None = None
    """Tokens that prompt and answer may have together; a model whose context is fixed keeps to its own."""


class ChatAsk(WordsAsk):
    """A conversation to answer."""

    messages: tuple[ChatMessage, ...] = Field(min_length=1)
    tools: tuple[ToolPart, ...] = ()
    must_call: bool = False
    """One of the tools has to be called, where the model can be made to."""
    likely_call: bool = False
    """One of the tools is very likely meant: a model too small to be asked about that calls the best one."""
    note: str = Field(default="", max_length=4_000)
    """What is true of this moment: when, where and who. It goes after the person's last words."""
    examples: tuple[tuple[str, str], ...] = Field(default=(), max_length=32)
    """What somebody said and a good answer, for models too small to learn the tone from rules."""


class GenerateAsk(WordsAsk):
    """A single prompt to answer."""

    prompt: str = Field(min_length=1, max_length=200_000)
    system: str = Field(default="", max_length=200_000)
    images: tuple[bytes, ...] = Field(default=(), max_length=16)


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


class ChatAnswer(Wire):
    """A whole answer at once."""

    text: str
    tool_calls: tuple[ToolCallPart, ...] = ()
    reason: Literal["stop", "length", "tool_calls"]
    model: str = ""
    usage: dict[str, int] = {}


ChatLine = Annotated[WordsLine | ToolCallLine | WaitLine | FinishedLine | ProblemLine, Field(discriminator="type")]
CHAT_LINE: TypeAdapter[WordsLine | ToolCallLine | WaitLine | FinishedLine | ProblemLine] = TypeAdapter(ChatLine)


class SegmentPart(Wire):
    """A part of a recording in which somebody spoke; `start` and `end` in seconds."""

    text: str
    start: float
    end: float
    no_speech: float = 0.0


class TranscriptAnswer(Wire):
    """What was understood."""

    text: str
    language: str = "en"
    no_speech: float = 0.0
    model: str = ""
    segments: tuple[SegmentPart, ...] = ()


class SpeakAsk(Wire):
    """Something to say aloud."""

    text: str = Field(min_length=1, max_length=MAX_TEXT)
    voice: str = Field(default="bmo", max_length=64)
    """A voice's or a speaker's name, as `GET /tts/speakers` tells them."""
    speed: float = Field(default=1.0, ge=SLOWEST, le=FASTEST)
    mood: Mood = "neutral"
    pitch: float = Field(default=0.0, ge=-MOST_CENTS, le=MOST_CENTS)
    """Cents; 100 are a semitone."""


class CapabilityHealth(Wire):
    """One capability of an AI server."""

    state: Literal["ready", "loading", "failed", "absent"]
    model: str = ""
    loaded: bool = True
    """Whether it is in memory; one that is ready and not loaded comes when somebody asks."""
    queue: int = 0
    """Requests waiting or running."""
    p50_seconds: float | None = None
    """From asking until done, the median of the last minute; null when nobody asked."""
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
    notices: tuple[str, ...] = ()
    """For admins: what somebody should see to, in sentences."""
