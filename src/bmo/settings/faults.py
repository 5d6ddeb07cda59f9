"""What is wrong with a setting, in a sentence: where it was set, which key, and what was probably meant."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bmo.core.fields import words
from bmo.settings.layers import InvalidSetting, KeyPath, Layered, dotted

M = TypeVar("M", bound=BaseModel)
FILES = ("config.yaml", "config.d/ui.yaml")


def unknown(path: KeyPath, known: Iterable[str]) -> str:
    """The sentence for a key nobody knows."""
    near = difflib.get_close_matches(str(path[-1]), sorted(known), n=1, cutoff=0.5)
    hint = f"did you mean {dotted((*path[:-1], near[0]))}?" if near else f"known here: {', '.join(sorted(known))}."
    return f"unknown key {dotted(path)}; {hint}"


def validated(model: type[M], tree: Mapping[str, Any], layered: Layered, above: KeyPath) -> M:
    """The settings of this tree, which hangs at `above` in `layered`. Raises `InvalidSetting`.

    When several places are at fault, one that is not a file is named: it cannot be left out.
    """
    try:
        return model.model_validate(tree)
    except ValidationError as fault:
        found = [_invalid(model, error, layered, above) for error in fault.errors(include_input=False)]
        raise next((one for one in found if one.place not in FILES), found[0]) from fault


def _invalid(model: type[BaseModel], error: ErrorDetails, layered: Layered, above: KeyPath) -> InvalidSetting:
    path = error["loc"]
    whole = (*above, *path)
    place = layered.origin(whole) or layered.nearest_origin(whole) or "settings"
    if error["type"] == "extra_forbidden":
        known = _known(model, path[:-1])
        return InvalidSetting(place, unknown(whole, known))
    return InvalidSetting(place, f"{dotted(whole)} {words(error)}.")


def _known(model: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that a section has, found by walking its fields."""
    here = model
    for part in path:
        if isinstance(part, int):
            continue
        kind: Any = here.model_fields[part].annotation
        inner = [item for item in (kind, *get_args(kind)) if isinstance(item, type) and issubclass(item, BaseModel)]
        if not inner:
            return []
        here = inner[0]
    return list(here.model_fields)
