"""Commands understood without a model, by the sentence templates of the actions: milliseconds, offline, always.

The matching is hassil's, the engine Home Assistant uses. Its wildcards swallow anything, so every reading is taken
and the ones whose slots do not parse into their types are dropped.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hassil import Intents as Grammar
from hassil import recognize_all
from pydantic import BaseModel, ValidationError

from bmo.assistant.spelling import addressed, is_question, pieces, plain
from bmo.capabilities.action import Action, Effect

LONGEST = 300
"""Characters; longer texts are not commands, and wildcards would be slow on them."""
MOST_PIECES = 5
"""Commands in one sentence."""
_JOINED = "__and__"
_NEIGHBOURS = re.compile(r"\{(\w+)\} \{(\w+)\}")
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a sentence: the action, with arguments that are valid for it."""

    action: Action
    arguments: BaseModel


class Intents:
    """The sentences of these actions, compiled once."""

    def __init__(self, actions: Sequence[Action], language: str = "en") -> None:
        self._actions = {action.name: action for action in actions}
        self._grammar = _grammar(actions, language)
        self.understand("warm up the matcher")  # its first sentence costs 10 ms

    def understand(self, text: str) -> list[list[Reading]]:
        """The commands in this text, in order, each with its equally good readings; empty when it is no command.

        A reading is better when more of its words are the template's own and fewer are a wildcard's.
        """
        text = addressed(text)
        if not text or len(text) > LONGEST:
            return []
        parts = pieces(text)
        if len(parts) > MOST_PIECES:
            return []
        return self._partition(text, parts, "")

    def interrupts(self, text: str) -> bool:
        """Whether this may be obeyed while BMO speaks: "stop"."""
        commands = self.understand(text)
        return bool(commands) and all(readings[0].action.interrupts for readings in commands)

    def _partition(self, whole: str, parts: list[str], verb: str) -> list[list[Reading]]:
        """The whole first, so that "salt and pepper" stays one thing; then as few commands as possible."""
        for length in range(len(parts), 0, -1):
            head = whole if length == len(parts) else " and ".join(parts[:length])
            # "a pasta timer and a rice timer": what follows borrows the verb of what came first.
            readings = self._readings(head) or (self._readings(f"{verb} {head}") if verb else [])
            if not readings:
                continue
            if length == len(parts):
                return [readings]
            rest = parts[length:]
            if others := self._partition(" and ".join(rest), rest, plain(head).split(" ")[0]):
                return [readings, *others]
        return []

    def _readings(self, text: str) -> list[Reading]:
        question = is_question(text)
        matches = sorted(
            recognize_all(plain(text), self._grammar),
            key=lambda match: (-match.text_chunks_matched, len(match.entities)),
        )
        found: dict[str, Reading] = {}
        best = 0
        for match in matches:
            action = self._actions[match.intent.name]
            if match.text_chunks_matched < best:
                break
            if action.name in found or (question and action.effect is not Effect.READS):
                continue
            slots = {name: str(entity.value).strip() for name, entity in match.entities.items()}
            for arguments in _valid(action, slots):
                found[action.name] = Reading(action, arguments)
                best = match.text_chunks_matched
                break
        return list(found.values())


def _valid(action: Action, slots: dict[str, str]) -> Iterator[BaseModel]:
    for arguments in _cuts(slots):
        try:
            yield action.arguments.model_validate(arguments)
        except ValidationError:
            continue


def _cuts(slots: dict[str, str]) -> Iterator[dict[str, str]]:
    """Two wildcards side by side ("10 minute | pasta") are cut at every gap between words, the longest first."""
    joined = next((name for name in slots if _JOINED in name), None)
    if joined is None:
        yield slots
        return
    first, second = joined.split(_JOINED)
    words = slots[joined].split()
    rest = {name: value for name, value in slots.items() if name != joined}
    for cut in range(len(words) - 1, 0, -1):
        yield {**rest, first: " ".join(words[:cut]), second: " ".join(words[cut:])}


def _grammar(actions: Sequence[Action], language: str) -> Grammar:
    intents: dict[str, Any] = {}
    lists: dict[str, Any] = {}
    for action in actions:
        said = action.sentences.get(language)
        if said is None:
            continue
        own = action.name.replace(".", "_")
        sentences = [_SLOT.sub(_own_list(own), _NEIGHBOURS.sub(_side_by_side, line)) for line in said.templates]
        intents[action.name] = {"data": [{"sentences": sentences}]}
        for name, _ in _SLOT.findall(" ".join(sentences)):
            words = said.lists.get(name.removeprefix(f"{own}_"))
            lists[name] = {"values": list(words)} if words else {"wildcard": True}
    return Grammar.from_dict({"language": language, "intents": intents, "lists": lists})


def _side_by_side(slots: re.Match[str]) -> str:
    return f"{{{slots[1]}{_JOINED}{slots[2]}}}"


def _own_list(prefix: str) -> Callable[[re.Match[str]], str]:
    """Two skills may both have a slot called `name`: each action's lists carry its name."""
    return lambda slot: f"{{{prefix}_{slot[1]}:{slot[2] or slot[1]}}}"
