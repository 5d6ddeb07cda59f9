"""Chat with any server that speaks the OpenAI chat API: vLLM, llama-server, LM Studio, a hosted one."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from bmo.bridges.line import Line
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, Message, Sampling, Tool, ToolCall, Words, noted
from bmo.capabilities.continuation import trim_overlap
from bmo.capabilities.media import Picture
from bmo.capabilities.provider import Stream
from bmo.core.errors import Malformed

_GO_ON = "Go on with your last message from exactly where it stops. Do not repeat any of it and do not comment on it."
_DATA = b"data:"
_DONE = b"[DONE]"
_REASONS: dict[str, Literal["stop", "length", "tool_calls"]] = {"length": "length", "tool_calls": "tool_calls"}


class OpenAiChat:
    """One model of one server. Tools are native, schemas go as `response_format`.

    The API has no way to begin an answer for the model, so `continue_from` is an instruction, and what the answer
    repeats of it is trimmed.
    """

    def __init__(self, url: str, model: str, key: str = "", name: str = "openai") -> None:
        """`url` up to and with `/v1`; `key` is sent as a bearer token if there is one."""
        self.name = name
        self._model = model
        self._line = Line(name, url, {"Authorization": f"Bearer {key}"} if key else {})

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        """As `Chat.chat`; the time between two pieces is bounded by the longer one of `patience`'s two."""
        chunks = self._chunks(request)
        return trim_overlap(request.continue_from, chunks) if request.continue_from else chunks

    def _chunks(self, request: ChatRequest) -> Stream[ChatChunk]:
        answer = _Answer(self._model)
        with self._line.posted("/chat/completions", _body(request, self._model), request.patience) as lines:
            for event in self._events(lines):
                if text := answer.add(event):
                    yield Words(text)
        if not answer.finish:
            raise Malformed(f"{self.name} stopped in the middle of its answer.")
        calls = list(answer.tool_calls(self._line))
        yield from calls
        yield Finished("tool_calls" if calls else _REASONS.get(answer.finish, "stop"), answer.model, answer.usage)

    def _events(self, lines: Iterator[bytes]) -> Iterator[dict[str, Any]]:
        """Server-sent events up to `[DONE]`; comments and other fields are skipped."""
        for line in lines:
            if not line.startswith(_DATA):
                continue
            data = line[len(_DATA) :].strip()
            if data == _DONE:
                return
            event = self._line.event(data)
            if "error" in event:
                raise Malformed(f"{self.name} failed in the middle of its answer: {event['error']}")
            yield event


@dataclass(slots=True)
class _Call:
    """A tool call as far as it has come."""

    id: str = ""
    name: str = ""
    arguments: str = ""


class _Answer:
    """What is known of an answer so far. Tool calls come in pieces, and usage after the end."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.finish = ""
        self.usage: dict[str, int] = {}
        self._calls: dict[int, _Call] = {}

    def add(self, event: dict[str, Any]) -> str:
        """Take in an event; gives the new words in it."""
        self.model = event.get("model") or self.model
        for key, count in (event.get("usage") or {}).items():
            if key in ("prompt_tokens", "completion_tokens") and isinstance(count, int):
                self.usage[key] = count
        text = ""
        for choice in event.get("choices") or ():
            delta = choice.get("delta") or {}
            self.finish = choice.get("finish_reason") or self.finish
            text += delta.get("content") or ""
            for piece in delta.get("tool_calls") or ():
                self._add_call(piece)
        return text

    def tool_calls(self, line: Line) -> Iterator[ToolCall]:
        """Raises `Malformed` when arguments are not a JSON object."""
        for _, call in sorted(self._calls.items()):
            try:
                arguments = line.event(call.arguments.encode() or b"{}")
            except Malformed as fault:
                raise Malformed(f"The model called {call.name} with arguments that make no sense: {fault}") from fault
            yield ToolCall(call.name, arguments, call.id)

    def _add_call(self, piece: dict[str, Any]) -> None:
        call = self._calls.setdefault(piece.get("index", len(self._calls)), _Call())
        function = piece.get("function") or {}
        call.id = piece.get("id") or call.id
        call.name += function.get("name") or ""
        call.arguments += function.get("arguments") or ""


def _body(request: ChatRequest, model: str) -> dict[str, Any]:
    messages = [_message(message) for message in noted(request.messages, request.note)]
    if request.continue_from:
        messages += [{"role": "assistant", "content": request.continue_from}, {"role": "user", "content": _GO_ON}]
    body: dict[str, Any] = {
        "model": model,
        "messages": messages,
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": request.max_tokens,
        "temperature": request.temperature,
        **_sampling(request.sampling),
    }
    if request.tools:
        body["tools"] = [_tool(tool) for tool in request.tools]
        if request.must_call:
            body["tool_choice"] = "required"
    if request.schema is not None:
        schema = {"name": "answer", "schema": dict(request.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _sampling(sampling: Sampling) -> dict[str, Any]:
    """What is left open is not sent; `top_k` is not in the API, but its self-hosted servers take it."""
    told = {
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "seed": sampling.seed,
        "stop": list(sampling.stop) or None,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
    }
    return {name: value for name, value in told.items() if value is not None}


def _message(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.images:
        told["content"] = [{"type": "text", "text": message.text}, *map(_image, message.images)]
    if message.tool_calls:
        told["tool_calls"] = [_told_call(call) for call in message.tool_calls]
    if message.role == "tool":
        told["tool_call_id"] = message.tool_call_id
    return told


def _image(picture: Picture) -> dict[str, Any]:
    kind = "png" if picture.data.startswith(b"\x89PNG") else "webp" if picture.data.startswith(b"RIFF") else "jpeg"
    data = base64.b64encode(picture.data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{data}"}}


def _told_call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": json.dumps(dict(call.arguments))}
    return {"id": call.id, "type": "function", "function": function}


def _tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}
