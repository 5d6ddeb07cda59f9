"""Settings from several places laid over each other, each value remembering its place."""

import itertools
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from bmo.core.errors import Broken

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value sits: `("ai", "servers", 0, "url")`."""

PREFIX = "BMO_"
NESTED = "__"


class InvalidSetting(Broken):
    """A setting that nobody can follow; `place` is the file, the variable or the command line it came from."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(f"{place}: {sentence}", code="bad_setting")
        self.place = place


@dataclass(slots=True)
class Layered:
    """A tree of values, and for each leaf the place it came from."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[KeyPath, str] = field(default_factory=dict)

    def lay(self, tree: Mapping[str, Any], place: str) -> None:
        """Put a whole tree on top: mappings are merged, everything else (also lists) is replaced."""
        for path, value in leaves(tree):
            self.set(path, value, place)

    def set(self, path: KeyPath, value: Any, place: str) -> None:
        """Put one value on top. Raises `InvalidSetting` for a list entry that would leave a gap."""
        self._forget_below(path)
        _put(self.values, path, value, place)
        self.origins[path] = place

    def origin(self, path: KeyPath) -> str | None:
        """Where this value came from, alone or as a part of something bigger; None for a default."""
        return next(
            (self.origins[path[:size]] for size in range(len(path), 0, -1) if path[:size] in self.origins), None
        )

    def origin_below(self, path: KeyPath) -> str | None:
        """Where the first of the values below this path came from."""
        return next((place for known, place in self.origins.items() if known[: len(path)] == path), None)

    def nearest_origin(self, path: KeyPath) -> str | None:
        """Who is to blame for a value that is missing here: whoever set its neighbours."""
        return next((place for size in range(len(path), 0, -1) if (place := self.origin_below(path[:size]))), None)

    def _forget_below(self, path: KeyPath) -> None:
        for known in [known for known in self.origins if known[: len(path)] == path]:
            del self.origins[known]


def leaves(tree: Mapping[Any, Any], above: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every value that is not itself a mapping; an empty mapping is a value."""
    for key, value in tree.items():
        path = (*above, str(key))
        if isinstance(value, Mapping) and value:
            yield from leaves(value, path)
        else:
            yield path, value


def dotted(path: KeyPath) -> str:
    """A path as people write it: `ai.servers.0.url`."""
    return ".".join(str(part) for part in path)


def path_of(variable: str) -> KeyPath | None:
    """The path an environment variable means; None when it is not a nested setting of BMO."""
    if not variable.startswith(PREFIX) or NESTED not in variable:
        return None
    section, *rest = variable.removeprefix(PREFIX).lower().split(NESTED)
    return (section, *(int(part) if part.isdecimal() else part for part in rest))


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in this file; empty when there is no file. Raises `Broken` with the place of the fault."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise Broken(f"{path} cannot be read: {fault.strerror}.", code="settings_unreadable") from fault
    except UnicodeDecodeError as fault:
        raise Broken(f"{path} is not a text file in UTF-8.", code="settings_unreadable") from fault
    try:
        tree = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        where = getattr(fault, "problem_mark", None)
        line = f" near line {where.line + 1}" if where is not None else ""
        raise Broken(f"{path} is not valid YAML{line}.", code="settings_unreadable") from fault
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise Broken(f"{path} must hold `key: value` lines.", code="settings_unreadable")
    return tree


def write_yaml(path: Path, tree: Mapping[str, Any]) -> None:
    """Replace the file in one step, so that a crash leaves the old one or the new one. Raises `Broken`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                yaml.safe_dump(dict(tree), file, sort_keys=True, allow_unicode=True)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as fault:
        raise Broken(f"{path} cannot be written: {fault.strerror}.", code="settings_unwritable") from fault


def _put(tree: dict[str, Any], path: KeyPath, value: Any, place: str) -> None:
    """Walk to the parent, making what is missing, and set the value."""
    here: Any = tree
    for part, following in itertools.pairwise(path):
        below = _child(here, part, path, place)
        if not isinstance(below, list if isinstance(following, int) else dict):
            below = [] if isinstance(following, int) else {}
        else:
            below = below.copy()  # it may belong to the tree it was laid from
        _place(here, part, below)
        here = below
    _child(here, path[-1], path, place)
    _place(here, path[-1], value)


def _child(here: Any, part: str | int, path: KeyPath, place: str) -> Any:
    if not isinstance(part, int):
        return here.get(part)
    if part > len(here):
        raise InvalidSetting(place, f"{dotted(path)} leaves a gap; the next entry is number {len(here)}.")
    return here[part] if part < len(here) else None


def _place(here: Any, part: str | int, value: Any) -> None:
    if isinstance(part, int) and part == len(here):
        here.append(value)
    else:
        here[part] = value
