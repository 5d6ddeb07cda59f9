"""BMO's actions as MCP tools: the same declaration, roles and rule as everywhere."""

from typing import Any

from pydantic import ValidationError

import bmo
from bmo.app.deeds import Deeds
from bmo.capabilities.action import Action, Asked, Effect
from bmo.core.errors import BmoError
from bmo.core.fields import sentence
from bmo.wire import mcp

INSTRUCTIONS = (
    "BMO is the assistant of a household. Its tools act for the person whose key this is. What is dangerous needs that "
    "person's yes at one of BMO's own devices, and is refused here."
)


class McpDesk:
    """Answers one message at a time and keeps nothing between them."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds

    def answer(self, call: mcp.Call, asked: Asked) -> dict[str, Any]:
        """What to send back for a request. Faults of tools are told to the model, as the protocol wants it."""
        try:
            match call.method:
                case "initialize":
                    return mcp.result(call, _hello(mcp.Hello.model_validate(call.params)))
                case "ping":
                    return mcp.result(call, {})
                case "tools/list":
                    return mcp.result(call, {"tools": [_tool(action) for action in self._deeds.listed(asked)]})
                case "tools/call":
                    return self._call(call, mcp.ToolCall.model_validate(call.params), asked)
        except ValidationError as fault:
            return mcp.failure(call.id, mcp.INVALID_PARAMS, sentence(fault))
        return mcp.failure(call.id, mcp.METHOD_NOT_FOUND, f"BMO does not know the method {call.method[:60]!r}.")

    def _call(self, call: mcp.Call, wanted: mcp.ToolCall, asked: Asked) -> dict[str, Any]:
        action = next((one for one in self._deeds.listed(asked) if wanted.name in (one.name, tool_name(one))), None)
        if action is None:
            return mcp.failure(call.id, mcp.INVALID_PARAMS, f"There is no tool {wanted.name[:60]!r}.")
        try:
            done = self._deeds.unattended(action.name, wanted.arguments or {}, asked)
        except BmoError as fault:
            return mcp.result(call, {"content": _text(fault.sentence), "isError": True})
        return mcp.result(call, {"content": _text(done.sentence), "structuredContent": dict(done.data)})


def tool_name(action: Action) -> str:
    """The action's name as every client takes it: letters, digits, `_` and `-`."""
    return action.name.replace(".", "_")


def _hello(wanted: mcp.Hello) -> dict[str, Any]:
    version = wanted.protocolVersion if wanted.protocolVersion in mcp.VERSIONS else mcp.VERSIONS[0]
    return {
        "protocolVersion": version,
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "bmo", "title": "BMO", "version": bmo.__version__},
        "instructions": INSTRUCTIONS,
    }


def _tool(action: Action) -> dict[str, Any]:
    hints = {
        "readOnlyHint": action.effect is Effect.READS,
        "destructiveHint": action.effect is Effect.DANGEROUS,
        "openWorldHint": action.outside,
    }
    schema = action.arguments.model_json_schema()
    return {"name": tool_name(action), "description": action.says, "inputSchema": schema, "annotations": hints}


def _text(words: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": words}]
