"""OpenAI's chat completions in our words, and our chunks in theirs."""

import json
import secrets
from typing import Any

from bmo.ai_server import pictures, streaming
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
from bmo.core.errors import Refused
from bmo.wire import openai as wire
from bmo.wire import openai_answers

MAX_TOKENS = 2_048
"""Where a client sets no limit: as many as an answer has at most by default."""
_MOST_TOKENS = 32_768
_SEEDS = 2**32
_ANY_OBJECT = {"type": "object"}


def conversation(ask: wire.ChatCompletionAsk) -> ChatRequest:
    """Raises `Refused` for what the API forbids but its schema cannot say, such as a picture by address."""
    tools, must_call = _tools(ask)
    most = ask.max_completion_tokens or ask.max_tokens or MAX_TOKENS
    sampling = Sampling(
        top_p=ask.top_p,
        seed=None if ask.seed is None else ask.seed % _SEEDS,
        stop=(ask.stop,) if isinstance(ask.stop, str) else ask.stop or (),
        presence_penalty=ask.presence_penalty,
        frequency_penalty=ask.frequency_penalty,
    )
    return ChatRequest(
        messages=tuple(map(_message, ask.messages)),
        tools=tools,
        schema=_schema(ask.response_format),
        max_tokens=min(most, _MOST_TOKENS),
        temperature=TEMPERATURE if ask.temperature is None else ask.temperature,
        sampling=sampling,
        model=ask.model,
        must_call=must_call,
    )


class Events:
    """An answer as `chat.completion.chunk`s in server-sent events."""

    mimetype = "text/event-stream"

    def __init__(self, model: str, *, usage: bool = False) -> None:
        """`usage`: tell the counts at the end, in an event of their own."""
        self._usage = usage
        self._chunks = openai_answers.Chunks(model)
        self._calls = 0

    def chunk(self, chunk: ChatChunk) -> bytes:
        match chunk:
            case Words():
                return self._chunks.words(chunk.text)
            case ToolCall():
                call = {"index": self._calls, **_call(chunk)}
                self._calls += 1
                return self._chunks.call(call)
            case Finished():
                return self._chunks.end(chunk.reason, _usage(chunk) if self._usage else None)

    def is_end(self, chunk: ChatChunk) -> bool:
        return isinstance(chunk, Finished)

    def wait(self) -> bytes:
        """A comment, which clients pass over."""
        return b": still here\n\n"

    def problem(self, fault: Exception) -> bytes:
        return openai_answers.event(openai_answers.error(streaming.told(fault), 500))


def completion(whole: streaming.Whole, model: str) -> bytes:
    """An answer as one `chat.completion`."""
    message: dict[str, Any] = {"content": whole.text}
    if whole.calls:
        message = {"content": whole.text or None, "tool_calls": [_call(call) for call in whole.calls]}
    return openai_answers.completion(message, whole.end.model or model, whole.end.reason, _usage(whole.end))


def _tools(ask: wire.ChatCompletionAsk) -> tuple[tuple[Tool, ...], bool]:
    """The tools that may be called, and whether one has to be."""
    tools = tuple(_tool(tool.function) for tool in ask.tools or ())
    choice = ask.tool_choice
    if choice == "none":
        return (), False
    if isinstance(choice, wire.NamedTool):
        tools = tuple(tool for tool in tools if tool.name == choice.function.name)
    must_call = choice not in (None, "auto")
    if must_call and not tools:
        raise Refused("tool_choice asks for a tool that is not in tools.")
    return tools, must_call


def _tool(function: wire.Function) -> Tool:
    return Tool(function.name, function.description or "", function.parameters or _ANY_OBJECT)


def _schema(form: wire.ResponseFormat | None) -> dict[str, Any] | None:
    if form is None or form.type == "text":
        return None
    if form.type == "json_object":
        return _ANY_OBJECT
    if form.json_schema is None or form.json_schema.schema_ is None:
        raise Refused("response_format.json_schema.schema is missing.")
    return form.json_schema.schema_


def _message(message: wire.ChatMessage) -> Message:
    texts, images = [message.content] if isinstance(message.content, str) else [], []
    for part in message.content if isinstance(message.content, tuple) else ():
        if isinstance(part, wire.TextPart):
            texts.append(part.text)
        else:
            images.append(pictures.of_url(part.image_url.url))
    role = "system" if message.role == "developer" else message.role
    calls = tuple(map(_called, message.tool_calls or ()))
    return Message(role, "\n".join(texts), calls, message.tool_call_id or "", tuple(images))


def _called(call: wire.ToolCall) -> ToolCall:
    try:
        arguments = json.loads(call.function.arguments or "{}")
    except ValueError as fault:
        raise Refused(f"The arguments of the call {call.id[:80]!r} are not JSON.") from fault
    if not isinstance(arguments, dict):
        raise Refused(f"The arguments of the call {call.id[:80]!r} are not a JSON object.")
    return ToolCall(call.function.name, arguments, call.id)


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": json.dumps(dict(call.arguments), ensure_ascii=False)}
    return {"id": call.id or f"call_{secrets.token_hex(12)}", "type": "function", "function": function}


def _usage(end: Finished) -> dict[str, int]:
    return openai_answers.usage(end.usage.get("prompt_tokens", 0), end.usage.get("completion_tokens", 0))
