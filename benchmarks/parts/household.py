"""A house that only writes down what it was asked to do: every action of the app, with nothing behind it."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError

from bmo.app.skills import dry_skills
from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.chat import Chat, ToolCall
from bmo.capabilities.people import Role
from bmo.capabilities.turn import Said
from bmo.core.clock import SystemClock
from bmo.store.database import Database

ALIKE = 0.6
"""Of the words of a free text: so many have to agree."""


class RunRoutine(BaseModel):
    """Arguments of `routines.run`."""

    name: Annotated[str, Field(max_length=60, description="which routine")]


ROUTINE = Action(
    "routines.run",
    "Run a routine, such as movie, party or bedtime.",
    Effect.CHANGES,
    RunRoutine,
    lambda _wanted, _asked: Done("Okay."),
    examples=(("start the movie routine", {"name": "movie"}),),
    cues=("routine",),
)
"""Stands in where no skill of the app has it: the set of requests asks for it."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done, or tried."""

    tool: str
    arguments: Mapping[str, Any]
    """JSON, without what was left at its default."""
    changes: bool


class Household:
    """All actions, written down when they are carried out."""

    def __init__(self, folder: Path, chat: Chat) -> None:
        self._deeds: list[Deed] = []
        clock = SystemClock()
        real = dry_skills(clock, UTC)
        known = {action.name for skill in real for action in skill.actions}
        stand_ins = Skill("routines", () if ROUTINE.name in known else (ROUTINE,))
        skills = [_written_down(skill, self._deeds) for skill in (*real, stand_ins)]
        conversations = Conversations(Database(folder / "bmo.db", [CONVERSATION_TABLES, THREAD_TABLES]))
        self._assistant = Assistant(chat, skills, conversations, clock)
        self.actions: tuple[Action, ...] = tuple(action for skill in skills for action in skill.actions)
        self._turns = 0

    def said(self, text: str) -> list[Deed]:
        """What BMO did when an owner said this out of the blue."""
        self._turns += 1
        asked = Asked(conversation=str(self._turns), person="anna", role=Role.OWNER, device=str(self._turns))
        self._deeds.clear()
        for _ in self._assistant.answer(Said(text, asked), threading.Event()):
            pass
        return list(self._deeds)

    def obeyed(self, calls: Sequence[ToolCall]) -> Iterator[Deed]:
        """What these calls would do in a house that obeys every call that makes sense."""
        by_name = {action.name: action for action in self.actions}
        for call in calls:
            action = by_name.get(call.name)
            try:
                wanted = action.arguments.model_validate(dict(call.arguments)) if action else None
            except ValidationError:
                continue
            if action and wanted is not None:
                yield _deed(action, wanted)


def alike(deeds: Sequence[Deed], wanted: Sequence[Mapping[str, Any]]) -> bool:
    """Whether exactly these actions were done; free text may differ in its small words, lengths may not."""
    left = list(deeds)
    for action in wanted:
        found = next((deed for deed in left if _is(deed, action)), None)
        if found is None:
            return False
        left.remove(found)
    return not left


def _is(deed: Deed, wanted: Mapping[str, Any]) -> bool:
    """A name that nobody asked for (of a new timer) is right when it is left out, and when it is there."""
    arguments = wanted["arguments"]
    if deed.tool != wanted["tool"] or not set(arguments) <= set(deed.arguments):
        return False
    return all(_same(deed.arguments[name], value) for name, value in arguments.items())


def _same(given: object, wanted: object) -> bool:
    if not isinstance(wanted, str) or not isinstance(given, str):
        return given == wanted
    words, asked = (re.findall(r"\w+", text.casefold()) for text in (given, wanted))
    agree = sum(word in words for word in asked)
    return bool(asked) and agree >= ALIKE * len(asked) and agree >= ALIKE / 2 * len(words)


def _written_down(skill: Skill, deeds: list[Deed]) -> Skill:
    return Skill(skill.name, tuple(_recorded(action, deeds) for action in skill.actions))


def _recorded(action: Action, deeds: list[Deed]) -> Action:
    def run(wanted: BaseModel, _asked: Asked) -> Done:
        deeds.append(_deed(action, wanted))
        return Done("Nothing was found." if action.outside else "Okay.")

    return replace(action, run=run)


def _deed(action: Action, wanted: BaseModel) -> Deed:
    arguments = wanted.model_dump(mode="json", exclude_defaults=True)
    return Deed(action.name, arguments, action.effect is not Effect.READS)
