"""Our own files: a character as JSON, written and read back the same."""

import json

from pydantic import JsonValue, ValidationError

from bmo.dnd.characters.reading import BadFile, Document, Path_, Problem, shown
from bmo.dnd.characters.schema import SCHEMA_VERSION, Character

MARK = "schema_version"
"""Only our own files have it."""
_SAYS = {"extra_forbidden": "there is no such field", "missing": "it is missing"}
"""In place of pydantic's words."""


def export(character: Character) -> str:
    """As a file: JSON, UTF-8, with every field."""
    return json.dumps(character.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def schema() -> str:
    """The JSON Schema of our files, as `docs/reference/character.schema.json` has it."""
    made = Character.model_json_schema()
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema"} | made, indent=2) + "\n"


def is_own(document: Document) -> bool:
    """Whether it says that it is one of our files."""
    return isinstance(document.value, dict) and MARK in document.value


def read(document: Document) -> Character:
    """One of our files. Raises `BadFile` with line and reason, also for one that a newer BMO wrote."""
    version = document.value.get(MARK) if isinstance(document.value, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        problem = f"a newer BMO wrote this (schema_version {version}; this one knows {SCHEMA_VERSION})"
        raise BadFile(Problem(document.line((MARK,)), problem))
    return checked(document.value, document)


def checked(value: JsonValue, document: Document, places: dict[Path_, Path_] | None = None) -> Character:
    """A character of these fields. `places` says where in the document what was mapped comes from.

    Raises `BadFile` with line and reason.
    """
    try:
        return Character.model_validate_json(json.dumps(value))
    except ValidationError as fault:
        problems = [
            _problem(tuple(one["loc"]), _SAYS.get(one["type"], one["msg"]), document, places) for one in fault.errors()
        ]
        raise BadFile(*problems) from fault


def _problem(path: Path_, says: str, document: Document, places: dict[Path_, Path_] | None) -> Problem:
    where = " > ".join(shown(part) if isinstance(part, str) else str(part + 1) for part in path) or "the character"
    reason = says.removeprefix("Value error, ")
    return Problem(document.line(_place(path, places)), f"{where}: {reason[:1].lower()}{reason[1:]}")


def _place(path: Path_, places: dict[Path_, Path_] | None) -> Path_:
    if places is None:
        return path
    while path and path not in places:
        path = path[:-1]
    return places.get(path, ())
