"""What BMO asked back and waits for: a yes before something dangerous, or the missing end of a command."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bmo.assistant.intents import Reading
from bmo.assistant.spelling import addressed
from bmo.capabilities.action import Asked
from bmo.core.clock import Clock

PATIENCE = 30.0
"""Seconds until a question is forgotten."""
MOST = 1_000
"""Open questions at a time; beyond it the oldest is forgotten."""
_YES = re.compile(
    r"(?:yes|yeah|yep|sure|do it|go ahead|confirm|confirmed|i am sure|i'm sure)(?:[, ]+(?:please|do it|do that|sure))*",
    re.IGNORECASE,
)

Open: TypeAlias = Reading | str
"""What a yes would do, or the words that the answer completes."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    open: Open
    person: str
    until: float


class OpenQuestions:
    """At most one for each conversation; only the person who was asked can answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, _Waiting] = {}
        self._lock = threading.Lock()

    def ask(self, asked: Asked, question: Open) -> None:
        """Wait for the answer of whoever said this."""
        with self._lock:
            self._waiting.pop(asked.conversation, None)
            while len(self._waiting) >= MOST:
                del self._waiting[next(iter(self._waiting))]
            until = self._clock.monotonic() + PATIENCE
            self._waiting[asked.conversation] = _Waiting(question, asked.person, until)

    def take(self, asked: Asked) -> Open | None:
        """What waits for an answer of this person; it is closed by whatever is said."""
        return self._for(asked, self._waiting.pop)

    def look(self, asked: Asked) -> Open | None:
        """What waits for an answer of this person, and goes on waiting."""
        return self._for(asked, self._waiting.get)

    def _for(self, asked: Asked, found: Callable[[str, None], _Waiting | None]) -> Open | None:
        with self._lock:
            waiting = found(asked.conversation, None)
        if waiting is None or waiting.person != asked.person or self._clock.monotonic() > waiting.until:
            return None
        return waiting.open


def is_yes(text: str) -> bool:
    """Whether this is a yes and nothing else."""
    return bool(_YES.fullmatch(addressed(text).strip(" .!")))
