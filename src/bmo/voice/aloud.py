"""The second thread of a turn: clauses in, sound out, one after the other, while the model goes on writing."""

import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from queue import SimpleQueue

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Mood, Speak, Utterance
from bmo.capabilities.turn import Sound
from bmo.core.errors import BmoError, Cancelled, NobodyCould, Refused, Unavailable
from bmo.voice.breath import rest_after, rested
from bmo.voice.flow import Stopwatch
from bmo.voice.telling import TurnFlow

log = logging.getLogger(__name__)
ASKED_AT_MOST = 3
"""Times that one clause is begun, when voice after voice breaks in it."""
TAIL_SECONDS = 0.02
"""Held back of every piece, so that the end of a clause can be marked on sound and not on nothing."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a clause is spoken."""

    mood: Mood = "neutral"
    voice: str = ""
    """A voice's name; empty for the one of the turn."""


USUAL = Manner()


class Aloud:
    """Speaks the clauses it is given. A clause that breaks off is begun again; none is left out.

    A sound effect is a clause, too: whatever plays the answer plays it in its place.
    """

    def __init__(self, speak: Speak, voice: str, flow: TurnFlow, watch: Stopwatch) -> None:
        self._speak = speak
        self._voice = voice
        self._flow = flow
        self._watch = watch
        self._clauses: SimpleQueue[Utterance | Pcm | None] = SimpleQueue()
        self.queued = 0
        """Clauses so far; the number of the next. For the thread that queues them."""

    def say(self, clause: str, manner: Manner = USUAL) -> None:
        """Queue a clause: plain words, and how they are meant."""
        self.queued += 1
        self._clauses.put(Utterance(clause, voice=manner.voice or self._voice, mood=manner.mood))

    def play(self, sound: Pcm) -> None:
        """Queue a sound effect."""
        self.queued += 1
        self._clauses.put(sound)

    def no_more(self) -> None:
        """That was the last clause; `run` returns once it is spoken, or at once after `halt`."""
        self._clauses.put(None)

    def run(self) -> BmoError | None:
        """Speak until `no_more`. Returns why there is no voice, if there is none."""
        refused: Refused | None = None
        clauses: Iterator[Utterance | Pcm] = iter(self._clauses.get, None)
        for number, clause in enumerate(clauses):
            if self._flow.halt.is_set():
                return None
            if isinstance(clause, Pcm):
                self._tell(Sound(number, clause.rate, clause.samples, last=True))
                continue
            try:
                self._say(number, clause)
            except Refused as failure:
                log.warning("a clause was refused: %s", failure.sentence)
                refused = failure
            except Unavailable as failure:
                return failure
            except Cancelled:
                return None
        return refused

    def _say(self, number: int, clause: Utterance) -> None:
        """One clause to its end. Raises `Unavailable` when no voice can."""
        rate = 0
        for attempt in range(1, ASKED_AT_MOST + 1):
            restart = rate > 0
            try:
                for sound in self._sounds(number, clause):
                    self._tell(replace(sound, restart=restart))
                    rate, restart = sound.rate, False
                return
            except Unavailable as failure:
                if isinstance(failure, NobodyCould) or attempt == ASKED_AT_MOST:
                    if rate:
                        self._tell(Sound(number, rate, _silence(rate), last=True))
                    raise
                log.info("the voice broke in clause %d: %s", number, failure)

    def _tell(self, sound: Sound) -> None:
        self._watch.mark("first_audio")
        self._flow.put(sound)

    def _sounds(self, number: int, clause: Utterance) -> Iterator[Sound]:
        with closing(rested(self._speak.speak(clause), rest_after(clause.text))) as pieces:
            for piece, last in _with_end(pieces):
                if self._flow.halt.is_set():
                    return
                yield Sound(number, piece.rate, piece.samples, last=last)


def _with_end(pieces: Stream[Pcm]) -> Iterator[tuple[Pcm, bool]]:
    """The same sound at once except for a moment of it, which comes last and marked."""
    held, rate = b"", 0
    for piece in pieces:
        rate = piece.rate
        sound = held + piece.samples
        cut = max(0, len(sound) - len(_silence(rate)))
        held = sound[cut:]
        if cut:
            yield Pcm(sound[:cut], rate), False
    if rate:
        yield Pcm(held, rate), True


def _silence(rate: int) -> bytes:
    return bytes(int(rate * TAIL_SECONDS) * SAMPLE_WIDTH)
