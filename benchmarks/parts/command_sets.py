"""The sets of sentences that must act, and those that must not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from text_to_num import alpha2digit

SETS = Path(__file__).parents[2] / "tests" / "sets"
COMMANDS = SETS / "commands.jsonl"
SILENT = SETS / "silent.jsonl"
GERMAN_COMMANDS = SETS / "commands_de.jsonl"
GERMAN_SILENT = SETS / "silent_de.jsonl"

FREE = {"text", "fact", "about", "query"}
"""Arguments that are a text of their own."""
ALIKE = 0.7
"""How alike two spellings of such a text must be, by difflib's ratio."""


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


def alike(wanted: Sequence[Mapping[str, Any]], got: Sequence[Mapping[str, Any]]) -> bool:
    """Like `same` for what was heard: a text of its own may be spelt otherwise ("Lena", "Laina"; "38", "thirty eight").

    What a length, a name or a place is, must be the same to the letter.
    """
    return len(wanted) == len(got) and all(map(_alike, wanted, got))


def _alike(wanted: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    (tool, meant), (other, heard) = _plain(wanted), _plain(got)
    return (
        tool == other
        and meant.keys() == heard.keys()
        and all(
            meant[name] == heard[name]
            or (name in FREE and SequenceMatcher(None, _sounds(meant[name]), _sounds(heard[name])).ratio() >= ALIKE)
            for name in meant
        )
    )


def _sounds(text: str) -> str:
    return "".join(letter for letter in alpha2digit(text.replace("-", " "), "en", threshold=0) if letter.isalnum())


def _line(told: Mapping[str, Any]) -> Wanted:
    context = told.get("context", {})
    return Wanted(told["id"], told["text"], context.get("said", ""), context.get("state", {}), told.get("actions", []))


def _plain(action: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return action["tool"], {name: _value(value) for name, value in action["arguments"].items()}


def _value(value: Any) -> Any:
    return value.casefold().rstrip(" .!?") if isinstance(value, str) else value
