"""Learning a voice by voice: BMO says a sentence, the person says it too, three times; then BMO knows them.

A lesson belongs to the place where it was asked for, and what is heard there goes to it before anybody else, until it
is learnt, stopped, or nobody has said anything for a while.
"""

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass

from bmo.capabilities.action import Asked
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Acted, Brain, Reply, Said, Thought
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Refused
from bmo.voice.profiles import ENOUGH, name_of
from bmo.voice.who import Who

PATIENCE = 60.0
"""Seconds without a word after which a lesson is over."""
SENTENCES = (
    "The quick little robot waters the plants on the window sill every single morning.",
    "Please remind me to call my grandmother before dinner, and to bring the old blue umbrella.",
    "When the rain stops we walk along the river, count the boats, and buy fresh bread for everybody.",
)
"""Long enough to know a voice by, with every sound of English somewhere."""


@dataclass(slots=True)
class _Lesson:
    person: str
    clips: int
    until: float


class Lessons:
    """The lessons that are going on. Thread-safe."""

    def __init__(self, who: Who, clock: Clock) -> None:
        self._who = who
        self._clock = clock
        self._open: dict[str, _Lesson] = {}
        self._lock = threading.Lock()

    def begin(self, person: str, asked: Asked) -> str:
        """Begin to learn somebody's voice here: what BMO says first. Raises `Refused` for what is no name, for
        the name of somebody who may do more than whoever asks, and where voices cannot be told apart."""
        name = name_of(person)
        if self._who.why_not:
            raise Refused(self._who.why_not, code="no_voiceprint")
        if name != asked.person and not asked.role.may(self._who.role(name)):
            raise Refused(f"{name} may do more here than you: {name} signs in and teaches me on the page, under More.")
        with self._lock:
            self._open[_place(asked)] = _Lesson(name, 0, self._clock.monotonic() + PATIENCE)
        return f"Nice to meet you, {name}. {_read(0)}"

    def going_on(self, asked: Asked) -> bool:
        """Whether a lesson waits for somebody to speak here."""
        return self._lesson(asked) is not None

    def end(self, asked: Asked) -> None:
        """No more of it; what was learnt so far is kept."""
        with self._lock:
            self._open.pop(_place(asked), None)

    def heard(self, said: Said) -> tuple[str, bool]:
        """What BMO says to what was read aloud, and whether the lesson goes on."""
        lesson = self._lesson(said.asked)
        if lesson is None or said.sound is None:
            return "", False
        lesson.until = self._clock.monotonic() + PATIENCE
        try:
            profile, near = self._who.learn(lesson.person, said.sound)
        except Refused as short:
            return f"{short.sentence} {_read(lesson.clips)}", True
        except BmoError as fault:
            self.end(said.asked)
            return fault.sentence, False
        lesson.clips += 1
        if lesson.clips < ENOUGH:
            return f"Thank you. {_read(lesson.clips)}", True
        self.end(said.asked)
        alike = f" You sound a little like {near.person}: I may mix you up." if near.person else ""
        return f"Now I know your voice, {profile.person}.{alike}", False

    def _lesson(self, asked: Asked) -> _Lesson | None:
        with self._lock:
            lesson = self._open.get(_place(asked))
            if lesson is not None and self._clock.monotonic() > lesson.until:
                del self._open[_place(asked)]
                return None
            return lesson


class Taught:
    """A brain that learns voices on the way: what is read aloud in a lesson is no question and no command."""

    def __init__(self, brain: Brain, lessons: Lessons, stops: Callable[[str], bool]) -> None:
        """`stops` tells whether these words end what BMO is doing, such as "stop"."""
        self._brain = brain
        self._lessons = lessons
        self._stops = stops

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        """As of the brain, unless a lesson is going on where this was said; what stops BMO ends the lesson too."""
        if said.sound is not None and self._lessons.going_on(said.asked):
            if not self._stops(said.text):
                yield from self._lesson(said)
                return
            self._lessons.end(said.asked)
        yield from self._brain.answer(said, stop)

    def whole(self, text: str, asked: Asked) -> bool:
        """As of the brain; of what is read aloud nothing is."""
        return not self._lessons.going_on(asked) and self._brain.whole(text, asked)

    def _lesson(self, said: Said) -> Generator[Thought, None, None]:
        sentence, goes_on = self._lessons.heard(said)
        yield Acted("voices.learn", {}, {"sentence": sentence, "waiting": goes_on, "lesson": goes_on})
        yield Reply(sentence)


def _place(asked: Asked) -> str:
    return asked.device or asked.conversation


def _read(number: int) -> str:
    ordinal = ("first", "second", "third")[number % len(SENTENCES)]
    return f"Say the {ordinal} sentence after me. {SENTENCES[number % len(SENTENCES)]}"
