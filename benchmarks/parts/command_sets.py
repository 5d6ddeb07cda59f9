"""The sets of sentences that must act, and those that must not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETS = Path(__file__).parents[2] / "tests" / "sets"
COMMANDS = SETS / "commands.jsonl"
SILENT = SETS / "silent.jsonl"


@dataclass(frozen=True)
class Wanted:
    """A sentence, what was said before it, and the actions it must become."""

    id: str
    text: str
    said: str
    state: Mapping[str, Any]
    wanted: Sequence[Mapping[str, Any]]


def lines(path: Path) -> list[Wanted]:
    """The sentences of a set."""
    return [_line(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def same(wanted: Sequence[Mapping[str, Any]], got: Sequence[Mapping[str, Any]]) -> bool:
    """Whether these are the wanted actions, in order; free text counts without case and end punctuation."""
    return [_plain(action) for action in wanted] == [_plain(action) for action in got]


def _line(told: Mapping[str, Any]) -> Wanted:
    context = told.get("context", {})
    return Wanted(told["id"], told["text"], context.get("said", ""), context.get("state", {}), told.get("actions", []))


def _plain(action: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return action["tool"], {name: _value(value) for name, value in action["arguments"].items()}


def _value(value: Any) -> Any:
    return value.casefold().rstrip(" .!?") if isinstance(value, str) else value
