"""Which actions a model may ask for, and whether what it asks for is sound. A model's word is data, never trusted."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bmo.assistant.intents import Reading
from bmo.assistant.spelling import is_question
from bmo.capabilities.action import Action, Effect
from bmo.capabilities.chat import ToolCall
from bmo.core.errors import NotFound, Refused

MOST_CALLS = 8
"""Tool calls in a turn, good and bad."""
MOST_CHARACTERS = 2_000
"""Of one call's arguments as JSON."""
MOST_DEPTH = 4
"""Of objects and lists inside each other."""


class BadCall(Exception):
    """The model's call makes no sense; the sentence is for the model."""


def relevant(actions: Sequence[Action], text: str) -> tuple[Action, ...]:
    """The actions worth offering to a model for this text: those with a cue in it.

    A cue is one or more words that all occur, so that "I hate timers" offers nothing and a chat carries no tools.
    A question is offered what only reads; what interrupts never goes through a model.
    """
    words = words_of(text)
    question = is_question(text)
    return tuple(
        action
        for action in actions
        if not action.interrupts
        and not (question and action.effect is not Effect.READS)
        and any(words.issuperset(map(_stem, cue.split())) for cue in action.cues)
    )


def words_of(text: str) -> set[str]:
    """The words of a text in lower case, without the s of a plural."""
    return {_stem(word) for word in re.findall(r"[a-z0-9']+", text.lower())}


def _stem(word: str) -> str:
    if word == "times":  # "seven times eight" is not about the time
        return word
    return word.removesuffix("'s").removesuffix("s") if len(word) > 3 else word


class Calls:
    """The tool calls of one turn."""

    def __init__(self, offered: Sequence[Action]) -> None:
        self._offered = {action.name: action for action in offered}
        self._seen: set[str] = set()
        self.made = 0
        """Calls so far, good and bad."""

    @property
    def used_up(self) -> bool:
        """Whether the model has called more than a sane turn needs."""
        return self.made >= MOST_CALLS

    def checked(self, call: ToolCall) -> Reading | None:
        """The action and its valid arguments; None when the same was asked before in this turn.

        Raises `BadCall` for a tool that was not offered and for arguments that do not fit its schema.
        """
        self.made += 1
        action = self._offered.get(call.name)
        if action is None:
            raise BadCall(f"There is no tool {call.name[:60]!r}. Tools: {', '.join(self._offered) or 'none'}.")
        _check_size(call.arguments)
        try:
            arguments = action.arguments.model_validate(dict(call.arguments))
        except ValidationError as fault:
            raise BadCall(_problems(fault)) from fault
        key = f"{action.name} {arguments.model_dump_json()}"
        if key in self._seen:
            return None
        self._seen.add(key)
        return Reading(action, arguments)


def requested(actions: Sequence[Action], name: str, arguments: Mapping[str, Any]) -> Reading:
    """What a program asks for, over REST or a button. Raises `NotFound` or `Refused` with a sentence."""
    action = next((action for action in actions if action.name == name), None)
    if action is None:
        raise NotFound(f"BMO cannot do {name[:60]!r}.", code="unknown_action")
    try:
        return Reading(action, action.arguments.model_validate(dict(arguments)))
    except ValidationError as fault:
        raise Refused(_problems(fault), code="bad_arguments") from fault


def _check_size(arguments: Mapping[str, Any]) -> None:
    level: list[Any] = [arguments]
    for _ in range(MOST_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, Mapping | list | tuple)
            for inner in (outer.values() if isinstance(outer, Mapping) else outer)
        ]
    if any(isinstance(inner, Mapping | list | tuple) for inner in level):
        raise BadCall(f"The arguments are nested deeper than {MOST_DEPTH} levels.")
    if len(json.dumps(arguments, default=str)) > MOST_CHARACTERS:
        raise BadCall(f"The arguments are longer than {MOST_CHARACTERS} characters.")


def _problems(fault: ValidationError) -> str:
    """The first three problems, without the values: those may be long, and are not ours to repeat."""
    problems = [
        f"{'.'.join(map(str, problem['loc'])) or 'arguments'}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in fault.errors(include_url=False, include_input=False, include_context=False)[:3]
    ]
    return f"The arguments do not fit. {'; '.join(problems)}."
