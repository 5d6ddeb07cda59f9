"""What BMO asked back and waits for: a yes before something dangerous, or the missing end of a command."""

import secrets
import threading
from dataclasses import dataclass
from typing import TypeAlias

from bmo.assistant.intents import Reading
from bmo.assistant.language import language
from bmo.assistant.spelling import ENGLISH, addressed
from bmo.capabilities.action import Asked
from bmo.core.clock import Clock

PATIENCE = 30.0
"""Seconds until a question is forgotten."""
MOST = 1_000
"""Open questions at a time; beyond it the oldest is forgotten."""
Open: TypeAlias = Reading | str
"""What a yes would do, or the words that the answer completes."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something BMO asked and that is not answered yet."""

    id: str
    """By which a tap says what it answers."""
    open: Open
    asked: Asked
    """Who wanted it; a yes does it for them."""
    until: float
    """Monotonic seconds."""


class OpenQuestions:
    """At most one for each place: whatever is said there next closes it.

    A yes counts from the device where BMO asked, unless another voice is recognised there, and from any device where
    the same voice is recognised. A device nobody named is no device. The end of a command may come from wherever its
    beginning came from.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, Question] = {}
        self._lock = threading.Lock()

    def ask(self, asked: Asked, open: Open) -> Question:
        """Wait for the answer of whoever said this; what waited for them before is forgotten."""
        asked = asked.late() if asked.late and not isinstance(open, str) else asked  # whose yes it has to be
        question = Question(secrets.token_hex(8), open, asked, self._clock.monotonic() + PATIENCE)
        with self._lock:
            for older in self._concern(asked):
                del self._waiting[older.id]
            while len(self._waiting) >= MOST:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[question.id] = question
        return question

    def take(self, asked: Asked, tapped: str = "") -> Question | None:
        """What this answers; every question that it concerns is closed by it, whatever it says.

        `tapped` is the id of the question that a button answers; it answers no other.
        """
        with self._lock:
            concerned = self._concern(asked)
            for question in concerned:
                del self._waiting[question.id]
        if asked.late and any(question.asked.speaker for question in concerned):
            asked = asked.late()
        return self._answered(concerned, asked, tapped)

    def look(self, asked: Asked) -> Question | None:
        """What this would answer; it goes on waiting."""
        with self._lock:
            concerned = self._concern(asked)
        return self._answered(concerned, asked, "")

    def _concern(self, asked: Asked) -> list[Question]:
        return [question for question in self._waiting.values() if _near(question.asked, asked)]

    def _answered(self, concerned: list[Question], asked: Asked, tapped: str) -> Question | None:
        now = self._clock.monotonic()
        for question in reversed(concerned):
            theirs = isinstance(question.open, str) or may_confirm(question.asked, asked)
            if theirs and now <= question.until and tapped in ("", question.id):
                return question
        return None


def may_confirm(asker: Asked, answerer: Asked) -> bool:
    """Whether a yes of the one counts for a question to the other: the same voice, or the same device and no other."""
    if asker.speaker and answerer.speaker:
        return asker.speaker == answerer.speaker
    return bool(asker.device) and asker.device == answerer.device


def is_yes(text: str, name: str = ENGLISH) -> bool:
    """Whether this is a yes and nothing else, in the language of that name."""
    return bool(language(name).yes.fullmatch(addressed(text, name).strip(" .!")))


def is_no(text: str, name: str = ENGLISH) -> bool:
    """Whether this is a no and nothing else, in the language of that name."""
    return bool(language(name).no.fullmatch(addressed(text, name).strip(" .!")))


def _near(one: Asked, other: Asked) -> bool:
    """Whether the two are in the same place, or the same person."""
    if one.device or other.device:
        return one.device == other.device or bool(one.speaker and one.speaker == other.speaker)
    return one.conversation == other.conversation and one.person == other.person
