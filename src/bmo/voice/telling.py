"""The reader's side of a turn: what both threads make, in order, and what is done when one of them is late or gone."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from bmo.capabilities.turn import Acted, Ended, Reply, Showing, Sound, Tagged, Timed, TurnEvent
from bmo.core.clock import Clock
from bmo.core.errors import BmoError
from bmo.voice.chimes import Chime, chime
from bmo.voice.endings import CANCELLED
from bmo.voice.fixed import Fixed
from bmo.voice.flow import Flow, Stopwatch


@dataclass(frozen=True, slots=True)
class ThoughtOver:
    """The brain is done; the voice may still be speaking."""

    ended: Ended


@dataclass(frozen=True, slots=True)
class VoiceOver:
    """The voice is done; `failure` tells when it could not speak."""

    failure: BmoError | None = None


TurnFlow: TypeAlias = Flow[TurnEvent | ThoughtOver | VoiceOver]


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long BMO may be silent, in seconds."""

    thinking: float = 1.0
    """Without an answer: the face shows that it thinks."""
    one_moment: float = 4.0
    """Without an answer: it says "one moment"."""
    apology: float = 0.8
    """After a failure that no voice tells of: the apology rendered ahead is played."""


class Telling:
    """Merges one turn. Owned by the thread that reads it."""

    def __init__(
        self, flow: TurnFlow, watch: Stopwatch, clock: Clock, fixed: Fixed, pauses: Pauses, stop: threading.Event
    ) -> None:
        self._flow = flow
        self._watch = watch
        self._clock = clock
        self._fixed = fixed
        self._pauses = pauses
        self._stop = stop
        self._begun = clock.monotonic()
        self._ended: Ended | None = None
        self._ended_at = 0.0
        self._speaking = False
        self._voice_failed = False
        self._voiced = False
        """The voice was heard."""
        self._answered = False
        self._shown = False
        """The face shows that it thinks."""
        self._ours = 0
        """Clauses of ours that were played so far; they shift the numbers of the voice's."""
        self._next_clause = 0

    def events(self, aloud: bool) -> Iterator[TurnEvent]:
        """Everything in order, then `Timed`, then exactly one `Ended`."""
        self._speaking = aloud
        ended = None
        while ended is None:
            yield from self._overdue(aloud)
            item = self._flow.next()
            if item is not None:
                yield from self._merge(item)
            ended = self._verdict()
        if aloud:
            yield from self._last_resort(ended)
        self._watch.mark("end")
        yield Timed(self._watch.stages)
        yield ended

    def _verdict(self) -> Ended | None:
        if self._stop.is_set():
            return CANCELLED
        return None if self._speaking else self._ended

    def _merge(self, item: TurnEvent | ThoughtOver | VoiceOver) -> Iterator[TurnEvent]:
        match item:
            case ThoughtOver(ended):
                self._ended = ended
                self._ended_at = self._clock.monotonic()
            case VoiceOver(failure):
                self._speaking = False
                self._voice_failed = failure is not None
            case Sound():
                self._voiced = True
                yield from self._sounding(replace(item, clause=item.clause + self._ours))
            case Tagged(clause=clause) if clause >= 0:
                yield replace(item, clause=clause + self._ours)
            case _:
                self._answered = self._answered or isinstance(item, Reply | Acted)
                yield item

    def _sounding(self, sound: Sound) -> Iterator[TurnEvent]:
        if self._next_clause == 0:
            yield Showing("speaking")
        self._next_clause = sound.clause + 1
        yield sound

    def _overdue(self, aloud: bool) -> Iterator[TurnEvent]:
        """What silence asks for."""
        now = self._clock.monotonic()
        if self._ended is None and not self._answered:
            if not self._shown and now - self._begun >= self._pauses.thinking:
                self._shown = True
                yield Showing("thinking")
            if aloud and not self._ours and now - self._begun >= self._pauses.one_moment:
                yield from self._play("one_moment", "wake")
        if self._failed() and not self._voiced and now - self._ended_at >= self._pauses.apology:
            self._speaking = False

    def _failed(self) -> bool:
        return self._ended is not None and self._ended.outcome == "failed"

    def _last_resort(self, ended: Ended) -> Iterator[TurnEvent]:
        """What is played when no voice could tell how it ended."""
        if ended.outcome == "failed" and (self._voice_failed or not self._voiced):
            yield from self._play("cannot_hear" if ended.code == "cannot_hear" else "apology", "sorry")
        elif ended.outcome == "done" and self._voice_failed:
            yield from self._play("no_voice", "sorry")

    def _play(self, key: str, otherwise: Chime) -> Iterator[TurnEvent]:
        """The sentence rendered ahead, or a chime if no voice ever ran."""
        sound = self._fixed.get(key) or chime(otherwise)
        clause = self._next_clause
        self._ours += 1
        yield from self._sounding(Sound(clause, sound.rate, sound.samples, last=True))
