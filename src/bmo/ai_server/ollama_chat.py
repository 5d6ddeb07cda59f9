"""Ollama's chat and generate in our words, and our chunks in its."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic_core import to_json

from bmo.ai_server import pictures, streaming
from bmo.ai_server.problems import ollama_error
from bmo.capabilities.chat import (
    TEMPERATURE,
    ChatChunk,
    ChatRequest,
    Finished,
    Message,
    Sampling,
    Tool,
    ToolCall,
    Words,
)
from bmo.wire import ollama as wire

MAX_TOKENS = 2_048
"""Where a client sets no limit (or -1, without end): as many as an answer has at most by default."""
_MOST_TOKENS = 32_768
_MOST_TOP_K = 1_000
_HOTTEST = 2.0
_SEEDS = 2**32
_ANY_OBJECT = {"type": "object"}
_NANOSECONDS = 1_000_000_000


def conversation(ask: wire.OllamaChatAsk) -> ChatRequest:
    """Raises `WrongType` for images that are none. At least one message is there."""
    tools = tuple(
        Tool(tool.function.name, tool.function.description or "", tool.function.parameters or _ANY_OBJECT)
        for tool in ask.tools or ()
    )
    return _request(ask, tuple(map(_message, ask.messages or ())), tools)


def prompt(ask: wire.OllamaGenerateAsk) -> ChatRequest:
    """Raises `WrongType` for images that are none."""
    system = (Message("system", ask.system),) if ask.system else ()
    images = tuple(map(pictures.of_base64, ask.images or ()))
    return _request(ask, (*system, Message("user", ask.prompt or "", images=images)))


class Objects:
    """An answer as NDJSON objects: `message` of a chat, `response` of a generate."""

    mimetype = "application/x-ndjson"

    def __init__(self, model: str, kind: Literal["chat", "generate"]) -> None:
        self._began = time.monotonic_ns()
        self._model = model
        self._kind = kind
        self._created = _now()
        before = to_json({"model": model, "created_at": self._created})[:-1] + b","
        self._words = before + (b'"message":{"role":"assistant","content":' if kind == "chat" else b'"response":')
        self._after = b'},"done":false}\n' if kind == "chat" else b',"done":false}\n'

    def chunk(self, chunk: ChatChunk) -> bytes:
        match chunk:
            case Words():  # one a token, so written by hand
                return self._words + to_json(chunk.text) + self._after
            case ToolCall():
                message = {"role": "assistant", "content": "", "tool_calls": [_call(chunk)]}
                told = {"model": self._model, "created_at": self._created, "message": message, "done": False}
                return to_json(told) + b"\n"
            case Finished():
                return to_json(self.end(chunk)) + b"\n"

    def is_end(self, chunk: ChatChunk) -> bool:
        return isinstance(chunk, Finished)

    def wait(self) -> bytes:
        """A piece without words: its clients read every line as an object."""
        return self.chunk(Words(""))

    def problem(self, fault: Exception) -> bytes:
        return to_json(ollama_error(streaming.told(fault))) + b"\n"

    def end(self, end: Finished, text: str = "", calls: tuple[ToolCall, ...] = ()) -> dict[str, Any]:
        """The last object, with the whole answer in it where nothing was streamed."""
        said: dict[str, Any] = {"response": text}
        if self._kind == "chat":
            message = {"role": "assistant", "content": text}
            said = {"message": message | ({"tool_calls": [_call(call) for call in calls]} if calls else {})}
        took = time.monotonic_ns() - self._began
        return {
            "model": self._model,
            "created_at": self._created,
            **said,
            "done": True,
            "done_reason": "length" if end.reason == "length" else "stop",
            "total_duration": took,
            "load_duration": 0,
            "prompt_eval_count": end.usage.get("prompt_tokens", 0),
            "prompt_eval_duration": 0,
            "eval_count": end.usage.get("completion_tokens", 0),
            "eval_duration": took,
        }


def nothing(model: str, kind: Literal["chat", "generate"]) -> Mapping[str, Any]:
    """The answer to a request without words, by which clients only have a model loaded."""
    said = {"message": {"role": "assistant", "content": ""}} if kind == "chat" else {"response": ""}
    return {"model": model, "created_at": _now(), **said, "done": True, "done_reason": "load"}


def _request(ask: wire.OllamaAsk, messages: tuple[Message, ...], tools: tuple[Tool, ...] = ()) -> ChatRequest:
    options = ask.options or wire.Options()
    most = options.num_predict or 0
    return ChatRequest(
        messages=messages,
        tools=tools,
        schema=_ANY_OBJECT if ask.format == "json" else ask.format or None,
        max_tokens=min(most, _MOST_TOKENS) if most > 0 else MAX_TOKENS,
        temperature=TEMPERATURE if options.temperature is None else min(options.temperature, _HOTTEST),
        sampling=_sampling(options),
        context=options.num_ctx,
        model=ask.model,
    )


def _sampling(options: wire.Options) -> Sampling:
    return Sampling(
        top_p=options.top_p or None,
        top_k=min(options.top_k, _MOST_TOP_K) if options.top_k else None,
        seed=None if options.seed is None else options.seed % _SEEDS,
        stop=(options.stop,) if isinstance(options.stop, str) else options.stop or (),
        presence_penalty=options.presence_penalty,
        frequency_penalty=options.frequency_penalty,
    )


def _message(message: wire.OllamaMessage) -> Message:
    calls = tuple(ToolCall(call.function.name, call.function.arguments, call.id) for call in message.tool_calls or ())
    images = tuple(map(pictures.of_base64, message.images or ()))
    return Message(message.role, message.content or "", calls, message.tool_call_id or "", images)


def _call(call: ToolCall) -> dict[str, Any]:
    told = {"function": {"name": call.name, "arguments": dict(call.arguments)}}
    return {"id": call.id, **told} if call.id else told


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
