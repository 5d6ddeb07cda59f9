"""What is kept of a turn."""

import threading
from pathlib import Path

import pytest

from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Ended, Heard, Reply, Rolled, Said, Served, Tagged, Thought, Timed, TurnEvent
from bmo.core.clock import SystemClock
from bmo.core.errors import Broken
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.store.database import Database
from bmo.voice.fixed import Fixed
from bmo.voice.turn import Turns
from bmo.voice.turn_log import KEPT_DAYS, TURN_TABLE, TurnLog, TurnRecord

EVENTS: tuple[TurnEvent, ...] = (
    Heard("set a", final=False),
    Heard("set a timer"),
    Served("transcribe", "cloud", ""),
    Served("chat", "cloud", ""),
    Served("chat", "here", "The cloud is away."),
    Reply("For how "),
    Reply("long?"),
    Timed({"transcript": 420.0, "end": 900.0}),
    Ended("done"),
)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def log(tmp_path: Path, clock: ManualClock) -> TurnLog:
    return TurnLog(Database(tmp_path / "bmo.db", [TURN_TABLE]), clock)


def record(clock: ManualClock, person: str = "ada") -> TurnRecord:
    return TurnRecord("t1", clock.now().isoformat(), person, "kitchen", spoken=True, recording="words")


def followed(log: TurnLog, one: TurnRecord, most: int = 100) -> None:
    stream = one.followed((event for event in EVENTS), log.keep)
    for _, _ in zip(range(most), stream, strict=False):
        pass
    stream.close()


def test_a_turn_is_kept_with_its_tags_and_why_nothing_came_of_one(log: TurnLog, clock: ManualClock) -> None:
    events: tuple[TurnEvent, ...] = (
        Tagged("happy"),
        Tagged("horn", "sound"),
        Tagged("tavern", "music", "There is no music here yet."),
        Rolled("2d6+1", (3, 5), 9),
        Ended("done"),
    )
    list(record(clock).followed((event for event in events), log.keep))

    [kept] = log.latest()
    assert kept["tags"] == [
        {"kind": "sound", "tag": "horn", "refused": ""},
        {"kind": "music", "tag": "tavern", "refused": "There is no music here yet."},
        {"kind": "roll", "tag": "2d6+1 = 9", "refused": ""},
    ]


def test_a_turn_is_kept_with_who_served_what_and_how_long_it_took(log: TurnLog, clock: ManualClock) -> None:
    followed(log, record(clock))

    [kept] = log.latest()
    assert kept["said"] == "set a timer"
    assert kept["reply"] == "For how long?"
    assert (kept["outcome"], kept["recording"], kept["spoken"]) == ("done", "words", True)
    assert kept["stages"] == {"transcript": 420.0, "end": 900.0}
    assert {"stage": "chat", "provider": "here", "reason": "The cloud is away."} in kept["served"]
    assert len(kept["served"]) == 2, "the last word on a stage counts"


def test_a_turn_that_nobody_follows_to_its_end_was_cancelled(log: TurnLog, clock: ManualClock) -> None:
    followed(log, record(clock), most=3)

    assert [kept["outcome"] for kept in log.latest()] == ["cancelled"]


def test_the_newest_come_first_and_can_be_paged_through(log: TurnLog, clock: ManualClock) -> None:
    for _ in range(5):
        followed(log, record(clock))

    first = log.latest(2)
    second = log.latest(2, before=first[-1]["id"])

    assert [kept["id"] for kept in (*first, *second)] == [5, 4, 3, 2]


def test_everybody_sees_and_deletes_their_own(log: TurnLog, clock: ManualClock) -> None:
    followed(log, record(clock, "ada"))
    followed(log, record(clock, "bob"))

    seen = [kept["person"] for kept in log.latest(person="ada")]
    log.forget("ada")

    assert seen == ["ada"]
    assert [kept["person"] for kept in log.latest()] == ["bob"]


def test_old_turns_are_forgotten(log: TurnLog, clock: ManualClock) -> None:
    followed(log, record(clock))
    clock.advance(KEPT_DAYS * 86_400 + 60)

    followed(log, record(clock))

    assert [kept["id"] for kept in log.latest()] == [2]


def test_a_turn_goes_on_when_it_cannot_be_recorded(clock: ManualClock) -> None:
    class Full:
        def transaction(self) -> None:
            raise Broken("The disk is full.")

    log = TurnLog(Full(), clock)  # type: ignore[arg-type]

    followed(log, record(clock))


class Brain:
    """Says hello."""

    def whole(self, text: str, asked: Asked) -> bool:
        return False

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        yield Reply("Hello.")


def test_whole_turns_are_recorded(log: TurnLog, tmp_path: Path) -> None:
    fixed = Fixed(tmp_path, FakeSpeak())
    turns = Turns(FakeTranscribe(), Brain(), FakeSpeak(), SystemClock(), Events(), fixed, keep=log.keep)
    stop = threading.Event()

    list(turns.spoken(Pcm(b"\x01\x02" * 8_000, 16_000), Asked(person="bob"), stop, ending="silence"))
    list(turns.typed(Said("hi"), True, stop))

    typed, spoken = log.latest()
    assert (spoken["person"], spoken["spoken"], spoken["recording"]) == ("bob", True, "silence")
    assert spoken["said"] == "hello"
    assert (typed["spoken"], typed["recording"], typed["outcome"]) == (False, "", "done")
