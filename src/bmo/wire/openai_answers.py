"""Answers in the form of OpenAI's API, for every program of ours that speaks it."""

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from bmo.wire.problem import Problem

_TYPES: Mapping[int, str] = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
DONE = b"data: [DONE]\n\n"
"""The end of every stream."""


def error(body: Problem, status: int) -> dict[str, Any]:
    """A problem as OpenAI's API writes it."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": body.sentence, "type": kind, "param": None, "code": body.code}}


def event(value: Mapping[str, Any]) -> bytes:
    """One server-sent event."""
    return b"data: " + to_json(value) + b"\n\n"


def model(name: str) -> dict[str, Any]:
    """One entry of `/v1/models`."""
    return {"id": name, "object": "model", "created": 0, "owned_by": "bmo"}


def models(names: Sequence[str]) -> dict[str, Any]:
    """All of `/v1/models`."""
    return {"object": "list", "data": [model(name) for name in names]}


def usage(prompt: int, answer: int) -> dict[str, int]:
    """Tokens that were read and written."""
    return {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}


def completion(message: Mapping[str, Any], model: str, reason: str, counts: Mapping[str, int]) -> bytes:
    """A whole answer as one `chat.completion`; `message` holds its `content`, and `tool_calls` if there are any."""
    whole = {"role": "assistant", "content": None, "refusal": None, **message}
    choice = {"index": 0, "message": whole, "logprobs": None, "finish_reason": reason}
    base = {"id": _id(), "object": "chat.completion", "created": int(time.time()), "model": model}
    return to_json({**base, "choices": [choice], "usage": counts})


class Chunks:
    """A streamed answer as `chat.completion.chunk`s in server-sent events. The first one tells the role."""

    def __init__(self, model: str) -> None:
        self._base = {"id": _id(), "object": "chat.completion.chunk", "created": int(time.time()), "model": model}
        self._before = b"data: " + to_json(self._base)[:-1] + b',"choices":[{"index":0,"delta":'
        self._role = b'"role":"assistant",'

    def words(self, text: str) -> bytes:
        """A piece of the answer's text; one a token, so written by hand."""
        return self._choice(b'"content":' + to_json(text))

    def call(self, call: Mapping[str, Any]) -> bytes:
        """One tool call, whole."""
        return self._choice(b'"tool_calls":[' + to_json(call) + b"]")

    def end(self, reason: str, counts: Mapping[str, int] | None = None) -> bytes:
        """The end, with the counts in an event of their own where they were asked for."""
        told = self._before + b'{},"finish_reason":' + to_json(reason) + b"}]}\n\n"
        if counts is not None:
            told += event({**self._base, "choices": [], "usage": counts})
        return told + DONE

    def _choice(self, delta: bytes) -> bytes:
        role, self._role = self._role, b""
        return self._before + b"{" + role + delta + b'},"finish_reason":null}]}\n\n'


def _id() -> str:
    return f"chatcmpl-{secrets.token_hex(12)}"
