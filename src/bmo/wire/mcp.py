"""The part of the Model Context Protocol that BMO answers at `/mcp`: streamable HTTP with JSON answers, no sessions.

https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSIONS = ("2025-11-25", "2025-06-18", "2025-03-26")
"""Of the protocol, the newest first; a client that asks for another one is offered the newest."""
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
"""JSON-RPC 2.0's codes."""


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Call(_Foreign):
    """One request of JSON-RPC, or a notification, which has no `id`."""

    jsonrpc: Literal["2.0"]
    method: str = Field(max_length=200)
    id: str | int | None = None
    params: dict[str, Any] = {}


class Hello(_Foreign):
    """The parameters of `initialize`."""

    protocolVersion: str = Field(default="", max_length=100)


class ToolCall(_Foreign):
    """The parameters of `tools/call`."""

    name: str = Field(max_length=200)
    arguments: dict[str, Any] | None = None


def result(call: Call, value: dict[str, Any]) -> dict[str, Any]:
    """The answer to a request."""
    return {"jsonrpc": "2.0", "id": call.id, "result": value}


def failure(number: str | int | None, code: int, sentence: str) -> dict[str, Any]:
    """The answer to a request that makes no sense."""
    return {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": sentence}}
