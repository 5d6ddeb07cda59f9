"""What a model fills in is held against what the person said: lengths are read by code, words must have been said.

A small model chooses well and copies badly: "a quarter of an hour" became 15 seconds, and a timer for nobody got a
name. So a length is the one that code reads in the person's words, and a text argument is kept only when it was said.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

Reads = Callable[[str], timedelta]
"""Reads one length of time; raises pydantic's `ValidationError` for anything else."""
LONGEST_LENGTH = 8
"""Words of one length of time: "two hours and three quarters of an hour"."""
SAID = 0.6
"""Of an argument's telling words: so many must have been said."""
_UNIT = re.compile(r"(?:second|sec|minute|min|hour|hr|day|week)s?\b", re.IGNORECASE)
_ENDINGS = ("ing", "ed", "es", "s", "'s")


class NotSaid(Exception):
    """The model made an argument up. The sentence is for the model."""


def reader(field: FieldInfo) -> Reads:
    """What reads a length of time as this argument does."""
    adapter: TypeAdapter[timedelta] = TypeAdapter(Annotated[(timedelta, *field.metadata)])
    return adapter.validate_python


def durations(text: str, reads: Reads) -> list[timedelta]:
    """The lengths of time in a text, in order, each as long as its words make it: "an hour and a half"."""
    words = re.sub(r"[;:!?\"]+(?=\s|$)|\.(?=\s|$)", " ;", text.lower()).split()
    found: list[timedelta] = []
    start = 0
    while start < len(words):
        length, duration = _length_at(words, start, reads)
        if duration is not None and duration > timedelta(0) and words[start : start + length] != ["one", "day"]:
            found.append(duration)
        start += max(1, length)
    return found


def _length_at(words: Sequence[str], start: int, reads: Reads) -> tuple[int, timedelta | None]:
    for length in range(min(LONGEST_LENGTH, len(words) - start), 0, -1):
        part = words[start : start + length]
        last = " ".join(part).rstrip(",").rpartition(",")[2]  # of "one minute, two minutes" the 2 is no second
        if ";" in part or not _UNIT.search(last):
            continue
        try:
            return length, reads(" ".join(part))
        except ValidationError:
            continue
    return 1, None


def grounded(
    arguments: Mapping[str, Any], model: type[BaseModel], text: str, *, nth: int = 0, needed: bool = True
) -> dict[str, Any]:
    """The arguments as the person said them. Raises `NotSaid` for one that the model made up.

    `nth`: how many calls of this action there were before, so that the second timer gets the second length. An optional
    text that was not said is left out. `needed`: one that the action must have has to have been said too. A search may
    be put in other words than the person's, a message to everybody may not.
    """
    kept = dict(arguments)
    for name, field in model.model_fields.items():
        if field.annotation is timedelta and name in kept:
            kept[name] = _length(field, text, nth)
        elif isinstance(kept.get(name), str) and not _was_said(kept[name], field, text):
            if not field.is_required():
                del kept[name]
            elif needed:
                raise NotSaid(f"{name}: use the person's own words.")
    return kept


def _length(field: FieldInfo, text: str, nth: int) -> timedelta:
    said = durations(text, reader(field))
    if not said:
        raise NotSaid("The person said no length of time: ask for it.")
    return said[min(nth, len(said) - 1)]


def _was_said(value: str, field: FieldInfo, text: str) -> bool:
    if value == field.default:
        return True
    heard = {_root(word) for word in re.findall(r"[\w']+", text.casefold())}
    words = [_root(word) for word in re.findall(r"[\w']+", value.casefold())]
    return bool(words) and sum(word in heard for word in words) >= SAID * len(words)


def _root(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word
