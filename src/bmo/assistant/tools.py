"""Which actions a model may ask for, and whether what it asks for is sound. A model's word is data, never trusted."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from bmo.assistant.grounding import NotSaid, grounded
from bmo.assistant.intents import Reading
from bmo.capabilities.action import Action, Effect
from bmo.capabilities.chat import ToolCall
from bmo.core.errors import NotFound, Refused

MOST_CALLS = 5
"""Tool calls in a turn, good and bad."""
MOST_CHARACTERS = 2_000
"""Of one call's arguments as JSON."""
MOST_DEPTH = 4
"""Of objects and lists inside each other."""


class BadCall(Exception):
    """The model's call makes no sense; the sentence is for the model."""


class Calls:
    """The tool calls of one turn."""

    def __init__(self, offered: Sequence[Action], said: str) -> None:
        """`said`: the person's words in this turn; what a call changes is held against them."""
        self._offered = {action.name: action for action in offered}
        self._said = said
        self._before: Counter[str] = Counter()
        self._seen: set[str] = set()
        self.made = 0
        """Calls so far, good and bad."""
        self.bad = 0
        """Calls so far that made no sense."""

    @property
    def used_up(self) -> bool:
        """Whether the model has called more than a sane turn needs."""
        return self.made >= MOST_CALLS

    def checked(self, call: ToolCall) -> Reading | None:
        """The action and its valid arguments; None when the same was asked before in this turn.

        Raises `BadCall` for a tool that was not offered, for arguments that do not fit its schema, and for ones that
        the person never said.
        """
        self.made += 1
        self.bad += 1
        action = self._offered.get(call.name) or self._offered.get(call.name.replace("_", ".", 1))
        if action is None:
            raise BadCall(f"There is no tool {call.name[:60]!r}. Tools: {', '.join(self._offered) or 'none'}.")
        _check_size(call.arguments)
        try:
            arguments = action.arguments.model_validate(self._said_by_person(action, call.arguments))
        except NotSaid as fault:
            raise BadCall(str(fault)) from fault
        except ValidationError as fault:
            raise BadCall(_problems(fault)) from fault
        self.bad -= 1
        self._before[action.name] += 1
        key = f"{action.name} {arguments.model_dump_json()}"
        if key in self._seen:
            return None
        self._seen.add(key)
        return Reading(action, arguments)

    def _said_by_person(self, action: Action, arguments: Mapping[str, Any]) -> dict[str, Any]:
        needed = action.effect is not Effect.READS
        return grounded(arguments, action.arguments, self._said, nth=self._before[action.name], needed=needed)


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
