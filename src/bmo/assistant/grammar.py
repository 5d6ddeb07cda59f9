"""The sentence templates of the actions, compiled for hassil, the matcher that Home Assistant uses.

Its wildcards swallow anything, so every reading is taken and those whose slots do not parse into their types are
dropped.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hassil import Intents as Templates
from hassil import recognize_all
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bmo.assistant.spelling import ENGLISH, aligned, as_written, is_question
from bmo.capabilities.action import Action, Effect

_JOINED = "__and__"
_NEIGHBOURS = re.compile(r"\{(\w+)\} \{(\w+)\}")
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a sentence: the action, with arguments that are valid for it."""

    action: Action
    arguments: BaseModel


class Grammar:
    """The sentences of these actions in one language, compiled once."""

    def __init__(self, actions: Sequence[Action], language: str = ENGLISH) -> None:
        self._actions = {action.name: action for action in actions}
        self._language = language
        self._templates = _compiled(actions, language)
        self.readings("warm up the matcher")  # its first sentence costs 10 ms

    def readings(self, text: str) -> list[Reading]:
        """Every equally good reading of one sentence, one an action; what only asks back comes last.

        A reading is better when more of its words are the template's own and fewer are a wildcard's.
        """
        question = is_question(text, self._language)
        words = aligned(text, self._language)
        matches = sorted(
            recognize_all(" ".join(word for word, _ in words), self._templates),
            key=lambda match: (
                self._actions[match.intent.name].asks,
                -match.text_chunks_matched,
                sum(1 + (_JOINED in name) for name in match.entities),
            ),
        )
        found: dict[str, Reading] = {}
        best = 0
        for match in matches:
            action = self._actions[match.intent.name]
            if match.text_chunks_matched < best:
                break
            if action.name in found or (question and action.effect is not Effect.READS):
                continue
            slots = {
                name: as_written(str(entity.value), words) if entity.is_wildcard else str(entity.value)
                for name, entity in match.entities.items()
            }
            for arguments in self._valid(action, slots):
                found[action.name] = Reading(action, arguments)
                best = match.text_chunks_matched
                break
        return sorted(found.values(), key=lambda reading: reading.action.asks)

    def _valid(self, action: Action, slots: dict[str, str]) -> Iterator[BaseModel]:
        """The arguments that these slots can be; validators of spoken values find the language in their context."""
        never = action.sentences[self._language].never
        for arguments in _cuts(slots, action.arguments.model_fields):
            if any(slot in arguments and wrong.match(arguments[slot].strip()) for slot, wrong in never.items()):
                continue
            try:
                yield action.arguments.model_validate(arguments, context={"language": self._language})
            except ValidationError:
                continue


def _cuts(slots: dict[str, str], fields: Mapping[str, FieldInfo]) -> Iterator[dict[str, str]]:
    """Two wildcards side by side ("10 minute | pasta") are cut at every gap between words.

    The one that is no text of its own ("ten minutes") gets as many of the words as it can take.
    """
    joined = next((name for name in slots if _JOINED in name), None)
    if joined is None:
        yield slots
        return
    first, second = joined.split(_JOINED)
    words = slots[joined].split()
    rest = {name: value for name, value in slots.items() if name != joined}
    gaps = range(1, len(words))
    for cut in gaps if fields[first].annotation is str and fields[second].annotation is not str else reversed(gaps):
        yield {**rest, first: " ".join(words[:cut]).strip(" ,.?!"), second: " ".join(words[cut:])}


def _compiled(actions: Sequence[Action], language: str) -> Templates:
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
    return Templates.from_dict({"language": language, "intents": intents, "lists": lists})


def _side_by_side(slots: re.Match[str]) -> str:
    return f"{{{slots[1]}{_JOINED}{slots[2]}}}"


def _own_list(prefix: str) -> Callable[[re.Match[str]], str]:
    """Two skills may both have a slot called `name`: each action's lists carry its name."""
    return lambda slot: f"{{{prefix}_{slot[1]}:{slot[2] or slot[1]}}}"
