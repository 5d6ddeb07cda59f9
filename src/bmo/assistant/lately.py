"""What somebody had BMO do a moment ago, for what they say next: "and in Tokyo?", "cancel it"."""

import threading
from dataclasses import dataclass

from bmo.capabilities.action import Asked
from bmo.core.clock import Clock

MOMENT = 90.0
"""Seconds after which a text stands for itself again."""
MOST = 1_000
"""Conversations at a time; beyond it the oldest is forgotten."""


@dataclass(frozen=True, slots=True)
class _Command:
    text: str
    person: str
    until: float


class Lately:
    """The last command of each conversation, for the account that gave it. Thread-safe.

    Whose voice it was does not count: at one device somebody else may say "and another one for me".
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._commands: dict[str, _Command] = {}
        self._lock = threading.Lock()

    def keep(self, asked: Asked, text: str) -> None:
        """Remember a command; an empty text tells that something else was talked about."""
        with self._lock:
            self._commands.pop(asked.conversation, None)
            while len(self._commands) >= MOST:
                del self._commands[next(iter(self._commands))]
            self._commands[asked.conversation] = _Command(text, asked.person, self._clock.monotonic() + MOMENT)

    def said(self, asked: Asked) -> str:
        """The last command of this person in this conversation; empty if that was too long ago."""
        with self._lock:
            command = self._commands.get(asked.conversation)
        if command is None or command.person != asked.person or self._clock.monotonic() > command.until:
            return ""
        return command.text
