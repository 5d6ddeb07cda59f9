"""A hundred turns, each with another accident: afterwards nothing of them is left."""

import random
import threading
from pathlib import Path

from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.capabilities.turn import Ended, Reply, Said, Sound, Tagged, Thought, TurnEvent
from bmo.core.clock import SystemClock
from bmo.core.errors import NobodyCould, Refused, TimedOut, Unreachable
from bmo.core.events import Events
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.voice.fixed import Fixed
from bmo.voice.turn import Turns

FAULTS = (
    Unreachable("It is gone."),
    TimedOut("It is slow."),
    NobodyCould("Nobody could.", []),
    Refused("That is wrong."),
    RuntimeError("a bug"),
)


class Shaky:
    """Brain and voice that fail, dawdle or babble as the dice say."""

    name = "shaky"

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def whole(self, text: str, asked: Asked) -> bool:
        return True

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        for number in range(self._dice.choice([0, 3, 30, 600])):
            self._stumble(stop)
            yield Tagged("happy") if number % 7 == 3 else Reply(self._dice.choice(["yes ", "no. ", "maybe, ", "So "]))

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        for _ in range(self._dice.randrange(5)):
            self._stumble(None)
            yield Pcm(b"\x01\x02" * self._dice.choice([1, 100, 3_000]), 24_000)

    def _stumble(self, stop: threading.Event | None) -> None:
        fate = self._dice.random()
        if fate < 0.02:
            raise self._dice.choice(FAULTS)
        if fate > 0.98 and stop is not None:
            stop.wait(0.05)


def read(stream: Stream[TurnEvent], stop: threading.Event, dice: random.Random) -> list[TurnEvent]:
    """Read it to its end, or stop it, or walk away from it."""
    patience = dice.choice([2, 10, 10_000])
    walks_away = dice.random() < 0.5
    events = []
    for event in stream:
        events.append(event)
        if len(events) >= patience:
            if walks_away:
                stream.close()
                return []
            stop.set()
    return events


def test_a_hundred_turns_with_accidents_leave_no_thread_and_no_listener(tmp_path: Path) -> None:
    dice = random.Random(2_026)
    events = Events()
    before = threading.active_count()

    for _ in range(100):
        shaky, stop = Shaky(dice), threading.Event()
        hears = FakeTranscribe(failure=dice.choice([None, None, *FAULTS[:4]]))
        fixed = Fixed(tmp_path, FakeSpeak())
        turns = Turns(hears, shaky, shaky, SystemClock(), events, fixed)
        stream = (
            turns.typed(Said("hello"), dice.random() < 0.8, stop)
            if dice.random() < 0.5
            else turns.spoken(Pcm(b"\x01\x02" * 16_000, 16_000), Asked(), stop)
        )
        told = read(stream, stop, dice)
        assert [isinstance(event, Ended) for event in told].count(True) == (1 if told else 0)
        assert not told or isinstance(told[-1], Ended)
        assert ordered([event.clause for event in told if isinstance(event, Sound)])

    pause = threading.Event()
    for _ in range(100):
        if threading.active_count() <= before:
            break
        pause.wait(0.05)
    assert threading.active_count() <= before
    assert not any(events._listeners.values())


def ordered(clauses: list[int]) -> bool:
    return clauses == sorted(clauses)
