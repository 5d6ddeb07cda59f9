"""How people say what BMO can do: templates as data, a file a language, in the format of hassil.

A skill keeps them in `sentences/<language>.yaml` beside its code, so another language is another file:

    language: en
    intents:
      timer.set:
        data:
          - sentences: ["(set|start) [a] timer for {duration}"]
        never: {duration: ["(?:to|with)\\b"]}
    lists:
      days: {values: [today, {in: "the day after", out: tomorrow}]}
    expansion_rules:
      the: "[the|my]"
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

Word: TypeAlias = str | Mapping[str, str]
"""A word of a closed list: as it is said, or `in` as it is said and `out` as it is meant."""
_RULE = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The ways to ask for one action in one language."""

    templates: tuple[str, ...]
    """hassil templates; slots carry the names of the action's arguments. Rules are already written out."""
    lists: Mapping[str, Sequence[Word]] = field(default_factory=dict)
    """Closed sets of words for slots; a slot not named here is a wildcard."""
    never: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    """How what a slot holds does not begin: then something else was meant."""


Spoken: TypeAlias = Mapping[str, Sentences]
"""By language, such as `en`."""


def english(*templates: str, **lists: Sequence[Word]) -> Spoken:
    """Sentences written in place: for tests and for actions that are made while BMO runs."""
    return {"en": Sentences(templates, lists)}


@cache
def spoken(package: str) -> Mapping[str, Spoken]:
    """By action, what the files in `sentences/` of a Python package say.

    Raises ValueError naming the file for one that is not in the format: these are ours, so it is a bug.
    """
    found: dict[str, dict[str, Sentences]] = {}
    for file in sorted(files(package).joinpath("sentences").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".yaml"):
            continue
        try:
            told = yaml.safe_load(file.read_text(encoding="utf-8"))
            for action, sentences in _of_file(told).items():
                found.setdefault(action, {})[told["language"]] = sentences
        except (KeyError, TypeError, AttributeError, re.error, yaml.YAMLError) as fault:
            raise ValueError(f"{package}/sentences/{file.name} is not in the format of sentences: {fault!r}") from fault
    return found


def _of_file(told: Mapping[str, Any]) -> dict[str, Sentences]:
    rules: Mapping[str, str] = told.get("expansion_rules", {})
    lists = {name: tuple(words["values"]) for name, words in told.get("lists", {}).items()}
    return {
        action: Sentences(
            tuple(_expanded(line, rules) for part in intent["data"] for line in part["sentences"]),
            lists,
            {slot: _any_of(patterns) for slot, patterns in intent.get("never", {}).items()},
        )
        for action, intent in told["intents"].items()
    }


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _expanded(line: str, rules: Mapping[str, str]) -> str:
    while _RULE.search(line):
        line = _RULE.sub(lambda rule: rules[rule[1]], line)
    return line
