"""Tools of other people's MCP servers as actions of BMO: what they tell is data, and what they do needs a yes."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, create_model

from bmo.assistant.outside import defused
from bmo.bridges.mcp import McpLoop, McpServer, Offered, Reached
from bmo.capabilities.action import Action, Asked, Done, Effect
from bmo.core.errors import Broken
from bmo.settings.app import McpServerSettings

LONGEST_WORDS = 200
"""Characters of a tool's own description that reach a model."""
_KINDS: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list[Any],
    "object": dict[str, Any],
}


class McpServers:
    """All servers that the settings name."""

    def __init__(self, chosen: Sequence[McpServerSettings], changed: Callable[[], None]) -> None:
        """`changed` is called from another thread whenever other actions are there, or a server comes or goes.

        Raises `Broken` where a server is chosen and the package is not there.
        """
        if chosen and find_spec("mcp") is None:
            raise Broken("mcp.servers needs the package mcp: pip install 'bmo[mcp]'.")
        self._loop = McpLoop() if chosen else None
        self._servers = [
            (told, McpServer(told.name, _reached(told), self._loop, changed)) for told in chosen if self._loop
        ]

    def start(self) -> None:
        """Begin to connect to all of them."""
        for _, server in self._servers:
            server.start()

    def close(self) -> None:
        """Leave them, and end the programs among them."""
        if self._loop is not None:
            self._loop.close()

    def actions(self) -> tuple[Action, ...]:
        """What they offer now, or did when they were last there."""
        return tuple(_action(told, server, tool) for told, server in self._servers for tool in server.tools)

    def troubles(self) -> tuple[str, ...]:
        """A sentence for each that cannot be used."""
        return tuple(server.trouble for _, server in self._servers if server.trouble)


def _reached(told: McpServerSettings) -> Reached:
    return Reached(told.url, told.key.get_secret_value(), told.command, told.environment)


def _action(told: McpServerSettings, server: McpServer, tool: Offered) -> Action:
    words = " ".join(defused(tool.says).split())[:LONGEST_WORDS]
    return Action(
        f"{told.name}.{re.sub(r'[^A-Za-z0-9]+', '_', tool.name)}",
        words or f"{tool.name} of {told.name}.",
        Effect.READS if tool.name in told.reads else Effect.DANGEROUS,
        arguments_of(tool),
        partial(_run, told, server, tool.name),
        least=told.may,
        outside=True,
        cues=(told.name, *(word for word in re.split(r"[^a-z0-9]+", tool.name.lower()) if len(word) > 2)),
    )


def _run(told: McpServerSettings, server: McpServer, tool: str, arguments: BaseModel, asked: Asked) -> Done:  # noqa: ARG001 - every action is told who asks
    given = arguments.model_dump(mode="json", by_alias=True, exclude_unset=True)
    answer = server.call(tool, given, told.seconds)
    return Done(answer or f"{told.name} says nothing.", {"text": answer})


def arguments_of(tool: Offered) -> type[BaseModel]:
    """The tool's arguments as a model of ours: its names, their kinds, and which are needed.

    The server checks the rest. The JSON schema that models and programs see stays the server's own.
    """
    properties: Mapping[str, Any] = tool.schema.get("properties") or {}
    needed = tool.schema.get("required") or ()
    fields: dict[str, Any] = {}
    for number, (name, property_) in enumerate(properties.items()):
        kind = _KINDS.get(str(property_.get("type")) if isinstance(property_, Mapping) else "", Any)
        # Some names of theirs cannot be names of fields here.
        own = (
            name if name.isidentifier() and not name.startswith("_") and not hasattr(BaseModel, name) else f"n{number}"
        )
        fields[own] = (kind, Field(alias=name)) if name in needed else (kind | None, Field(default=None, alias=name))
    schema = {"type": "object", **tool.schema}
    made: type[_Arguments] = create_model(re.sub(r"\W", "_", tool.name), __base__=_Arguments, **fields)
    made.theirs = schema
    return made


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")

    theirs: ClassVar[Mapping[str, Any]] = {}
    """The schema in the server's words."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ARG003 - pydantic's signature
        return dict(cls.theirs)
