"""The reference of calls, `docs/reference/dnd-calls.md`, made from the models and the examples.

python -m bmo.dnd.table.reference > docs/reference/dnd-calls.md
"""

import json
import sys
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

from bmo.dnd.table.calls import Call
from bmo.dnd.table.deciding import FOR_PLAYERS
from bmo.dnd.table.examples import EXAMPLES, STATE, Said
from bmo.dnd.table.ruling import RuleLine

HEAD = """# Calls of the game

What a Dungeon Master or a player asks of the table, as JSON. Made from the code by `python -m bmo.dnd.table.reference`;
a test runs every example.

A creature is named by its id, or by its name where only one has it. Unknown keys are refused. Numbers that the engine
works out (attack bonus, DC of a spell, advantage) are not asked for. Distances are feet, durations rounds of 6 seconds.
An attack with `using: "free"` costs nothing at any time; that, and everything without "players" beside it, is the
Dungeon Master's.

## `bmo dnd rule FILE.jsonl`

Each line is a table in a few words and the calls on it. `faces` are what dice will show, in order; without it they are
thrown. `role` is `dm` (as usual), `spectator` or `player:NAME`. In `state`, each of `party` and `creatures` has a
`sheet`, or a `creature` by its name in the SRD; `initiative` is `{"totals": {"lia": 15}, "current": "lia"}`.

```
LINE
```

Each answer is a line `{"id", "results", "after"}`: for each call its `events` and `numbers` (faces, bonus, AC or DC,
advantage and why), or `refused` with `reason`, `section` of the SRD and a stable `code`; `after` is the table then. A
line that cannot be read is `{"id", "refused"}`; the others run.
"""


LINE: Said = {
    "id": 1,
    "state": {
        "party": [
            {"sheet": {"name": "Lia", "max_hp": 20, "attacks": [{"name": "Sword", "bonus": 5, "damage": "1d8+3"}]}}
        ],
        "creatures": [{"creature": "Goblin Warrior"}],
    },
    "calls": [{"call": "attack", "who": "Lia", "target": "Goblin Warrior"}],
    "faces": [15, 4],
}


def reference() -> str:
    """The whole page."""
    parts = [HEAD.replace("LINE", json.dumps(LINE)), _fields("A line", RuleLine)]
    parts += ["## The table of the examples\n", _json(STATE)]
    by_name = {example[-1]["call"]: example for example in EXAMPLES}
    shapes = dict(TypeAdapter(RuleLine).json_schema()["$defs"])
    calls: tuple[type[BaseModel], ...] = get_args(get_args(Call)[0])
    for kind in calls:
        shapes.pop(kind.__name__, None)
        name = kind.model_fields["call"].default
        players = " (players)" if kind in FOR_PLAYERS else ""
        parts += [f"## `{name}`{players}\n", f"{_text(kind)}\n", _json(by_name[name][-1]), _fields("", kind)]
    parts.append("# Shapes and words\n")
    for name, schema in sorted(shapes.items()):
        parts += [f"## {name}\n", _rows(schema) if "properties" in schema else _type(schema) + "\n"]
    return "\n".join(parts)


def _json(said: Said) -> str:
    return f"```\n{json.dumps(said)}\n```\n"


def _text(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


def _fields(title: str, kind: type) -> str:
    rows = _rows(TypeAdapter(kind).json_schema())
    return f"## {title}\n\n{rows}" if title else rows


def _rows(schema: dict[str, Any]) -> str:
    needed = schema.get("required", ())
    rows = [
        f"- `{name}`{'' if name in needed else '?'}: {_type(about)}"
        for name, about in schema["properties"].items()
        if name != "call"
    ]
    return "".join(f"{row}\n" for row in rows)


def _type(about: dict[str, Any]) -> str:
    """A field's type in a few words."""
    if "$ref" in about:
        name = str(about["$ref"]).rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "enum" in about:
        return ", ".join(f"`{one}`" for one in about["enum"])
    if "anyOf" in about:
        kinds = [_type(one) for one in about["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "oneOf" in about:
        return "a call"
    if about.get("type") == "array":
        inside = about.get("items", {}) if "prefixItems" not in about else {"type": "number"}
        return "list of " + _type(inside)
    if about.get("type") == "object":
        return "object" + (f" of {_type(about['additionalProperties'])}" if about.get("additionalProperties") else "")
    limits = [f"{about[key]}" for key in ("minimum", "maximum") if key in about]
    return str(about.get("type", "anything")) + (f" {' to '.join(limits)}" if len(limits) == 2 else "")


if __name__ == "__main__":
    sys.stdout.write(reference())
