"""`bmo ask --batch`: what BMO would do for each line of a file, without doing it, a model, or a running BMO."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bmo.app.skills import dry_skills
from bmo.assistant.builtin import builtin_skill
from bmo.assistant.intents import Intents, Reading
from bmo.assistant.planning import planning
from bmo.assistant.spelling import ENGLISH
from bmo.assistant.starting_over import conversation_skill
from bmo.capabilities.action import Effect
from bmo.core.errors import Refused

ONLY_WHILE_RINGING = frozenset({"timer.stop"})
"""Actions that give way to another reading of the same words, such as being quiet, unless something rings."""


class StandingClock:
    """A clock that stands at one moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return self._now.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Line:
    """A text to be understood, and what it was said after."""

    id: Any
    """Whatever the file calls this line; it is only repeated."""
    text: str
    said: str = ""
    """The turn before."""
    state: Mapping[str, Any] = field(default_factory=dict)
    """How things stand: {"ringing": true} or {"timers": [{"state": "ringing"}]} when an alarm rings."""


class DryRun:
    """Understands what the app understands, at this moment, and does nothing."""

    def __init__(self, now: datetime, language: str = ENGLISH) -> None:
        nothing: Any = None
        skills = (*dry_skills(StandingClock(now), now.tzinfo or UTC), conversation_skill(nothing))
        actions = [action for skill in skills for action in skill.actions]
        actions.extend((*builtin_skill(actions).actions, planning(nothing)))
        self.actions = tuple(actions)
        self._intents = Intents(actions, language)

    def understood(self, line: Line) -> list[dict[str, Any]]:
        """The actions a text asks for, in order, with normalised arguments; what was not said is left out."""
        commands = self._intents.understand(line.text, line.said)
        return [_told(_taken(readings, line.state)) for readings in commands]


def answers(file: Iterable[str], run: DryRun) -> Iterator[tuple[str, str]]:
    """For each line its answer, as a line of JSON, and the sentence that refuses it: one of the two is empty."""
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            line = read(text, number)
        except Refused as fault:
            yield "", fault.sentence
        else:
            yield json.dumps({"id": line.id, "actions": run.understood(line)}, ensure_ascii=False), ""


def read(text: str, number: int) -> Line:
    """One line of the file; keys that are not known are left alone. Raises `Refused` naming the line."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise Refused(f"Line {number} is not JSON.") from fault
    if not isinstance(told, dict) or not isinstance(told.get("text"), str) or "id" not in told:
        raise Refused(f'Line {number} is not {{"id": ..., "text": "..."}}.')
    context = told.get("context") or {}
    if not isinstance(context, dict) or not isinstance(context.get("said", ""), str):
        raise Refused(f'Line {number}: context is {{"said": "...", "state": {{...}}}}.')
    state = context.get("state")
    return Line(told["id"], told["text"], context.get("said", ""), state if isinstance(state, dict) else {})


def _taken(readings: Sequence[Reading], state: Mapping[str, Any]) -> Reading:
    """Which reading counts: the first that can be done as things stand."""
    if _rings(state):
        return readings[0]
    return next((reading for reading in readings if reading.action.name not in ONLY_WHILE_RINGING), readings[0])


def _rings(state: Mapping[str, Any]) -> bool:
    timers = state.get("timers")
    listed = timers if isinstance(timers, list) else []
    return bool(state.get("ringing")) or any(
        isinstance(timer, dict) and (timer.get("state") == "ringing" or timer.get("ringing")) for timer in listed
    )


def _told(reading: Reading) -> dict[str, Any]:
    said = reading.arguments.model_dump(mode="json", exclude_unset=True)
    return {
        "tool": reading.action.name,
        "arguments": {name: value for name, value in said.items() if value != ""},
        "changes": reading.action.effect is not Effect.READS,
    }
