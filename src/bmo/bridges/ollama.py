"""Chat with an Ollama server by its own API, which can begin an answer for the model."""

import base64
from collections.abc import Mapping
from typing import Any

from bmo.bridges.line import Line
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, Message, Tool, ToolCall, Words, noted
from bmo.capabilities.provider import Stream
from bmo.core.errors import Malformed


class OllamaChat:
    """One model of an Ollama server. A conversation that ends with words of the assistant is gone on with from there,
    byte for byte, which is what `continue_from` needs."""

    def __init__(self, url: str, model: str, name: str = "ollama") -> None:
        """`url` such as `http://127.0.0.1:11434`."""
        self.name = name
        self._model = model
        self._line = Line(name, url, {})

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        """As `Chat.chat`; the time between two pieces is bounded by the longer one of `patience`'s two."""
        called = False
        with self._line.posted("/api/chat", _body(request, self._model), request.patience) as lines:
            for line in lines:
                event = self._line.event(line)
                if "error" in event:
                    raise Malformed(f"{self.name} failed in the middle of its answer: {event['error']}")
                message = event.get("message") or {}
                for call in message.get("tool_calls") or ():
                    called = True
                    yield _call(call, self.name)
                if message.get("content"):
                    yield Words(message["content"])
                if event.get("done"):
                    yield _finished(event, called, self._model)
                    return
        raise Malformed(f"{self.name} stopped in the middle of its answer.")


def _finished(event: dict[str, Any], called: bool, model: str) -> Finished:
    usage = {"prompt_tokens": event.get("prompt_eval_count", 0), "completion_tokens": event.get("eval_count", 0)}
    if called:
        return Finished("tool_calls", model, usage)
    return Finished("length" if event.get("done_reason") == "length" else "stop", model, usage)


def _call(call: dict[str, Any], server: str) -> ToolCall:
    function = call.get("function") or {}
    arguments = function.get("arguments") or {}
    if not function.get("name") or not isinstance(arguments, dict):
        raise Malformed(f"{server} sent a tool call that makes no sense.")
    return ToolCall(function["name"], arguments, call.get("id") or "")


def _body(request: ChatRequest, model: str) -> dict[str, Any]:
    names = {call.id: call.name for message in request.messages for call in message.tool_calls if call.id}
    messages = [_message(message, names) for message in noted(request.messages, request.note)]
    if request.continue_from:
        messages.append({"role": "assistant", "content": request.continue_from})
    body: dict[str, Any] = {"model": model, "messages": messages, "stream": True, "options": _options(request)}
    if request.tools and not request.continue_from:
        body["tools"] = [_tool(tool) for tool in request.tools]
    if request.schema is not None:
        body["format"] = dict(request.schema)
    return body


def _options(request: ChatRequest) -> dict[str, Any]:
    """What the request leaves open is left to the model's Modelfile."""
    sampling = request.sampling
    told = {
        "top_p": sampling.top_p,
        "top_k": sampling.top_k,
        "seed": sampling.seed,
        "stop": list(sampling.stop) or None,
        "presence_penalty": sampling.presence_penalty,
        "frequency_penalty": sampling.frequency_penalty,
        "num_ctx": request.context,
    }
    always = {"temperature": request.temperature, "num_predict": request.max_tokens}
    return always | {name: value for name, value in told.items() if value is not None}


def _message(message: Message, names: Mapping[str, str]) -> dict[str, Any]:
    """A tool's result goes by the tool's name here, which `names` tells by the id of the call."""
    told: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.tool_calls:
        told["tool_calls"] = [
            {"function": {"name": call.name, "arguments": dict(call.arguments)}} for call in message.tool_calls
        ]
    if message.tool_call_id in names:
        told["tool_name"] = names[message.tool_call_id]
    if message.images:
        told["images"] = [base64.b64encode(image.data).decode() for image in message.images]
    return told


def _tool(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)}
    return {"type": "function", "function": function}
