"""`bmo ask --batch`: what BMO would do for each line of a file, without doing it, a model, or a running BMO."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bmo.app.skills import dry_skills
from bmo.assistant.builtin import builtin_skill
from bmo.assistant.intents import Intents, Reading
from bmo.capabilities.action import Asked, Effect


class StandingClock:
    """A clock that stands at one moment."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return self._now.astimezone(UTC)


class DryRun:
    """Understands what the app understands, at this moment, and does nothing."""

    def __init__(self, now: datetime) -> None:
        actions = [action for skill in dry_skills(StandingClock(now), now.tzinfo or UTC) for action in skill.actions]
        actions.extend(builtin_skill(actions).actions)
        self.names = frozenset(action.name for action in actions)
        self._intents = Intents(actions)

    def actions(self, text: str, said: str = "", state: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The actions a text asks for, in order, with normalised arguments; what was not said is left out.

        `said` is the turn before.
        """
        commands = self._intents.understand(text)
        if not commands and said:
            waiting = self._intents.understand(said)[-1:]
            for readings in waiting:
                if readings[0].action.asks:
                    expects = readings[0].action.run(readings[0].arguments, Asked()).data.get("expects")
                    commands = self._intents.understand(f"{expects} {text}")
        return [_told(readings[0]) for readings in commands]


def _told(reading: Reading) -> dict[str, Any]:
    return {
        "tool": reading.action.name,
        "arguments": reading.arguments.model_dump(mode="json", exclude_unset=True, exclude_defaults=False),
        "changes": reading.action.effect is not Effect.READS,
    }
