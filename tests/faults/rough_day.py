"""A household on a rough day: several satellites talk with BMO at once, while both AI servers fail as luck has it.

The app's own parts, from the satellite's state machine to the chains over real HTTP; fakes hear, think and speak
behind proxies that refuse, hang and cut. Somebody says a number with every sentence: the sound carries it, and it names
a ticket that may be punched once.
"""

import random
import re
import secrets
import threading
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bmo.app.sockets.talk import Talk
from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, ToolCall, Words
from bmo.capabilities.provider import Stream
from bmo.capabilities.sentences import english
from bmo.capabilities.transcribe import Recording, Transcript
from bmo.core.clock import SystemClock
from bmo.core.errors import Busy
from bmo.core.events import Events
from bmo.fakes.chat import split_words
from bmo.fakes.speak import FakeSpeak
from bmo.store.database import Database
from bmo.voice.ears import Ears
from bmo.voice.fixed import Fixed
from bmo.voice.recorder import Hearing
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite
from bmo.voice.telling import Pauses
from bmo.voice.turn import Turns
from bmo.voice.turn_log import TurnRecord
from faults.house import house, until
from faults.proxy import Cut, Delay, Fault, FaultProxy, Garbage, HalfClose, Hang, Pass, Refuse, Reset
from faults.tiny_server import TinyServer

RULES = Rules(
    refractory=0.0,
    settle=0.0,
    no_sound=0.3,
    playback_slack=0.05,
    sorry=0.05,
    hearing=Hearing(silence=0.4, pause=0.16, sentence=0.24, patience=0.8),
)
PAUSES = Pauses(thinking=0.1, one_moment=0.5, apology=0.2)
FRAME_SAMPLES = 1_280
QUIET = bytes(2 * FRAME_SAMPLES)
QUIETEST_NUMBER = 1_000
"""Ticket 7 is said as samples of 1,007: what was recorded tells which ticket it was about."""
LONGEST_TURN = 30.0
"""Seconds: hanging servers cost deadlines, a busy machine more; a turn that takes longer is lost."""


class Ear:
    """Writes down which ticket a recording is about: as a command, for the model to act on, or to talk about."""

    name = "ear"

    def transcribe(self, recording: Recording) -> Transcript:
        number = max(array("h", recording.sound.samples), default=0) - QUIETEST_NUMBER
        return Transcript(sentence_about(number) if number >= 0 else "", no_speech=0.0 if number >= 0 else 1.0)


class Mind:
    """Punches the ticket it is told of, and else says three sentences."""

    name = "mind"

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        said = next(message.text for message in reversed(request.messages) if message.role == "user")
        ticket = re.search(r"ticket (\d+)", said)
        if ticket and request.messages[-1].role != "tool":
            yield ToolCall("ticket.punch", {"number": int(ticket[1])}, id="call")
            yield Finished("tool_calls")
            return
        for word in split_words("Well. The moon is far. Here it stops."[len(request.continue_from) :]):
            yield Words(word)
        yield Finished("stop")


class _Punch(BaseModel):
    number: int


def sentence_about(number: int) -> str:
    return (f"Punch ticket {number}.", f"I have ticket {number} here.", f"Talk about the moon for {number} days.")[
        number % 3
    ]


class Household:
    """Everybody in it. `punched` counts how often each ticket was, `records` how often each turn was kept."""

    def __init__(self, turns: Callable[[Callable[[TurnRecord], None], Skill], Turns], proxies: list[FaultProxy]):
        self.punched: Counter[int] = Counter()
        self.records: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.faults: list[str] = []
        """What went wrong, in words."""
        self._lock = threading.Lock()
        self._proxies = proxies
        punch = Action(
            "ticket.punch", "Punch a ticket.", Effect.CHANGES, _Punch, self._punch, english("punch ticket {number}"),
            cues=("ticket",),
        )  # fmt: skip
        self.turns = turns(self._keep, Skill("tickets", (punch,)))

    def live(self, tickets: range, luck: random.Random, satellites: int = 8) -> None:
        """Every ticket is talked about once, at several satellites at a time, in changing weather; calm at the end."""
        left = iter(tickets)
        seats = [Seat(self, number, random.Random(luck.random())) for number in range(satellites)]
        threads = [threading.Thread(target=seat.live, args=(self._one_by_one(left),), daemon=True) for seat in seats]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for proxy in self._proxies:
                proxy.behave(_weather(luck))
            time.sleep(luck.uniform(0.05, 0.3))
        for proxy in self._proxies:
            proxy.behave(Pass())
        for seat in seats:
            self.faults += seat.faults()

    def _one_by_one(self, left: Iterator[int]) -> Iterator[int]:
        while True:
            with self._lock:
                number = next(left, None)
            if number is None:
                return
            yield number

    def _punch(self, wanted: _Punch, _: Asked) -> Done:
        with self._lock:
            self.punched[wanted.number] += 1
        return Done("Done.")

    def _keep(self, record: TurnRecord) -> None:
        with self._lock:
            self.records[record.trace] += 1
            self.outcomes[record.outcome] += 1


class Seat:
    """One satellite, with ears of its own and a loudspeaker that notices what it is told to play."""

    def __init__(self, household: Household, number: int, luck: random.Random) -> None:
        self._household = household
        self._asked = Asked(conversation=f"seat {number}")
        self._luck = luck
        self._changed = threading.Condition()
        self._lines: list[dict[str, Any]] = []
        self._dropped: set[str] = set()
        """Turns that were under way when the line was: nobody can be told of their end."""
        self._reports = True
        self._lost: list[str] = []
        self._talk = self._connect()
        self._seq = 0

    def live(self, tickets: Iterator[int]) -> None:
        fates = (
            *(self._listens, self._listens, self._types, self._presses, self._stops, self._interrupts),
            *(self._hears_nothing, self._falls_silent, self._leaves_while_speaking, self._leaves_while_it_speaks),
        )
        for number in tickets:
            fate = self._luck.choice(fates)
            self._reports = self._luck.random() < 0.8
            try:
                fate(number)
                self._until(self._at_rest, f"ticket {number}: {fate.__name__}")
            except Busy as busy:
                self._lost.append(f"ticket {number}: {busy}")
        self._talk.close()

    def faults(self) -> list[str]:
        """What must not be: a turn with no end or two, and sound that comes twice or after the end."""
        ends = Counter(line["turn"] for line in self._lines if line["type"] == "end")
        found = [f"{count} ends of {turn}" for turn, count in ends.items() if count > 1]
        found += [f"no end of {turn}" for turn in self._begun() - ends.keys() - self._dropped]
        return [*self._lost, *found, *_heard_twice(self._lines)]

    def _connect(self) -> Talk:
        clock = SystemClock()
        satellite = Satellite(clock, lambda: secrets.token_hex(6), RULES, stops=lambda text: text == "stop")
        talk = Talk(satellite, self._household.turns, Ears(["false"], clock), clock, self._asked, self._told)
        talk.listen("always", own_ears=True)
        self._seq = 0
        return talk

    def _told(self, event: str, message: BaseModel) -> None:
        line = message.model_dump()
        if event == "turn":
            with self._changed:
                self._lines.append(line)
                self._changed.notify_all()
            if self._reports and line["type"] == "audio" and line["last"]:
                with suppress(Busy):
                    self._talk.played(line["turn"], line["clause"])

    def _listens(self, number: int) -> None:
        self._wake()
        self._say(number)

    def _presses(self, number: int) -> None:
        self._talk.listen("once", own_ears=True)
        self._seq = 0
        self._say(number)

    def _types(self, number: int) -> None:
        self._talk.ask(sentence_about(number), self._asked.conversation, self._luck.random() < 0.5)
        self._until(self._begins, f"ticket {number} is typed")

    def _stops(self, number: int) -> None:
        self._listens(number)
        time.sleep(self._luck.choice((0.0, 0.02, 0.2)))
        self._talk.stop()

    def _interrupts(self, number: int) -> None:
        """With the wake word, and then the person says nothing more."""
        self._listens(number)
        time.sleep(self._luck.choice((0.0, 0.02, 0.2)))
        self._wake()

    def _falls_silent(self, number: int) -> None:
        self._wake()
        self._hear(number, 3)

    def _leaves_while_speaking(self, number: int) -> None:
        self._falls_silent(number)
        self._drop()

    def _leaves_while_it_speaks(self, number: int) -> None:
        self._listens(number)
        with self._changed:
            self._changed.wait_for(lambda: self._lines[-1:] and self._lines[-1]["type"] in ("audio", "end"), 3)
        self._drop()

    def _hears_nothing(self, _: int) -> None:
        self._wake()
        for _ in range(14):
            self._judged(QUIET, 0.0, 0.02)

    def _wake(self) -> None:
        for _ in range(2):
            self._judged(QUIET, 0.95, 0.02)

    def _say(self, number: int) -> None:
        """The words, and quiet until BMO takes them for said."""
        before = len(self._lines)
        self._hear(number, self._luck.randrange(3, 8))
        for _ in range(200):
            if any(line.get("state") == "thinking" or line["type"] == "end" for line in self._lines[before:]):
                return
            self._judged(QUIET, 0.0, 0.02)
            time.sleep(self._luck.uniform(0.002, 0.03))

    def _hear(self, number: int, frames: int) -> None:
        for _ in range(frames):
            self._judged(array("h", [QUIETEST_NUMBER + number] * FRAME_SAMPLES).tobytes(), 0.0, 0.95)

    def _judged(self, samples: bytes, wake: float, speech: float) -> None:
        self._talk.judged(self._seq, samples, wake, [speech] * 2)
        self._seq += 1

    def _drop(self) -> None:
        with self._changed:
            self._talk.close()
            self._dropped |= self._open()
        self._talk = self._connect()

    def _until(self, true: Callable[[], bool], what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(true, LONGEST_TURN):
                self._lost.append(f"{what}: {[line for line in self._lines if line['type'] != 'audio'][-12:]}")

    def _begins(self) -> bool:
        return bool(self._lines) and self._lines[-1]["turn"] != ""

    def _at_rest(self) -> bool:
        return not self._open()

    def _open(self) -> set[str]:
        return self._begun() - {line["turn"] for line in self._lines if line["type"] == "end"} - self._dropped

    def _begun(self) -> set[str]:
        return {line["turn"] for line in self._lines if line["turn"]}


def _heard_twice(lines: list[dict[str, Any]]) -> list[str]:
    """Clauses that were played again after their end, out of order, or after the turn's end."""
    found: list[str] = []
    playing: dict[str, int] = {}
    whole: set[tuple[str, int]] = set()
    ended: set[str] = set()
    for line in lines:
        turn = line["turn"]
        if line["type"] == "end":
            ended.add(turn)
        elif line["type"] == "audio":
            clause = line["clause"]
            if turn in ended or (turn, clause) in whole or clause < playing.get(turn, 0):
                found.append(f"clause {clause} of {turn} is heard again")
            playing[turn] = clause
            if line["last"]:
                whole.add((turn, clause))
    return found


def _weather(luck: random.Random) -> Fault:
    if luck.random() < 0.4:
        return Pass()
    cut = luck.randrange(1, 3_000)
    return luck.choice((Refuse(), Hang(), Delay(0.05), Cut(cut), Reset(cut), HalfClose(cut), Garbage()))


@contextmanager
def household(folder: Path) -> Iterator[Household]:
    """A household whose two AI servers stand behind proxies."""
    with ExitStack() as stack:
        servers = [stack.enter_context(TinyServer(Mind(), Ear(), FakeSpeak(rate=16_000))) for _ in range(2)]
        proxies = [stack.enter_context(FaultProxy(("127.0.0.1", server.port))) for server in servers]
        place = stack.enter_context(house(servers[0], servers[1], proxies[0].url, here_url=proxies[1].url))
        database = Database(folder / "bmo.db", (CONVERSATION_TABLES, THREAD_TABLES))
        stack.callback(database.close)
        fixed = Fixed(folder / "fixed", FakeSpeak())
        fixed.render()

        def turns(keep: Callable[[TurnRecord], None], skill: Skill) -> Turns:
            brain = Assistant(place.chat, (skill,), Conversations(database), SystemClock())
            return Turns(place.ears, brain, place.voice, SystemClock(), Events(), fixed, pauses=PAUSES, keep=keep)

        yield Household(turns, proxies)


def settled(count: Callable[[], int], most: int) -> int:
    """How many there are, once they are no more than this, or after ten seconds."""
    with suppress(AssertionError):
        until(lambda: count() <= most)
    return count()
