"""Whose voice it was: told, recorded, handed to the brain, and never waited for."""

import threading
from pathlib import Path

import pytest

from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.people import Role
from bmo.capabilities.turn import Heard, Recognised, Reply, Thought, TurnEvent
from bmo.capabilities.voiceprint import Voiceprint
from bmo.core.clock import SystemClock
from bmo.core.errors import Unreachable
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.store.database import Database
from bmo.voice.fixed import Fixed
from bmo.voice.profiles import SPEAKER_TABLE, Profiles, unit
from bmo.voice.turn import Turns
from bmo.voice.turn_log import TurnRecord
from bmo.voice.who import Who
from unit.voice.test_turn import FakeBrain

SPEECH = Pcm(b"\x01\x10" * 16_000, 16_000)
LEAD = Pcm(b"\x02\x20" * 8_000, 16_000)
ANNA = Voiceprint(unit((1.0, 0.0)), "e", 3.0)


class Ears:
    """Hears Anna, once it may."""

    name = "ears"

    def __init__(self, fault: Exception | None = None) -> None:
        self.may, self.done = threading.Event(), threading.Event()
        self.fault = fault
        self.heard: list[Pcm] = []

    def embed(self, sound: Pcm) -> Voiceprint:
        self.heard.append(sound)
        assert self.may.wait(10)
        if self.fault:
            raise self.fault
        return ANNA


class House:
    """Turns that know Anna's voice."""

    def __init__(self, home: Path, ears: Ears, *thoughts: Thought | threading.Event) -> None:
        self.ears = ears
        self.brain = FakeBrain(*thoughts)
        self.kept: list[TurnRecord] = []
        profiles = Profiles(Database(home / "bmo.db", [SPEAKER_TABLE]), ManualClock())
        for _ in range(3):
            profiles.add("Anna", ANNA)
        self.turns = Turns(
            FakeTranscribe(text="what time is it"),
            self.brain,
            FakeSpeak(),
            SystemClock(),
            Events(),
            Fixed(home, FakeSpeak()),
            keep=self.kept.append,
            who=Who(profiles, ears, {"Anna": Role.CHILD}.get),
        )

    def guessed(self, event: threading.Event | None = None) -> list[TurnEvent]:
        """A command whose guess is finished before its turn begins."""
        guess = self.turns.guess(SPEECH, "t", LEAD)
        written = threading.Event()
        guess.start(lambda _: written.set())
        assert written.wait(10)
        if event is not None:
            assert guess.recognition is not None
            known = threading.Event()
            guess.recognition.tell(lambda _: known.set())
            event.set()
            assert known.wait(10)
        return list(self.turns.spoken(SPEECH, Asked(person="owner"), threading.Event(), 0.3, guess, "words", LEAD))


def kinds(events: list[TurnEvent]) -> list[type]:
    return [type(event) for event in events if isinstance(event, Heard | Recognised | Reply)]


def test_the_name_reaches_the_brain_the_page_and_the_record(tmp_path: Path) -> None:
    house = House(tmp_path, Ears(), Reply("Noon."))

    events = house.guessed(house.ears.may)

    assert kinds(events) == [Heard, Recognised, Reply]
    assert Recognised("Anna", 1.0) in events
    assert house.brain.said[0].asked == Asked(person="owner", speaker="Anna", language="en")
    assert house.kept[0].speaker == "Anna"


def test_before_a_shared_device_the_brain_is_told_what_the_voice_may_do(tmp_path: Path) -> None:
    hall = Asked(role=Role.GUEST, device="satellite", shared=True)
    house = House(tmp_path, Ears(), Reply("Noon."))
    house.ears.may.set()

    list(house.turns.spoken(SPEECH, hall, threading.Event()))

    asked = house.brain.said[0].asked.for_role(Role.OWNER)
    assert (asked.speaker, asked.role) == ("Anna", Role.CHILD)


def test_a_turn_at_a_shared_device_begins_as_a_guests_while_the_voice_is_looked_at(tmp_path: Path) -> None:
    kiosk = Asked(role=Role.ADULT, device="kiosk", shared=True)
    house = House(tmp_path, Ears(), Reply("Noon."))

    list(house.turns.spoken(SPEECH, kiosk, threading.Event()))

    assert house.brain.said[0].asked.role is Role.GUEST
    house.ears.may.set()


def test_wake_phrase_and_command_are_looked_at_together_and_once(tmp_path: Path) -> None:
    house = House(tmp_path, Ears(), Reply("Noon."))

    house.guessed(house.ears.may)

    assert house.ears.heard == [Pcm(LEAD.samples + SPEECH.samples, 16_000)]


def test_who_is_late_is_not_waited_for_and_still_told_and_recorded(tmp_path: Path) -> None:
    ears = Ears()
    house = House(tmp_path, ears, Reply("Noon. "), threading.Event())
    stop = threading.Event()
    turn = house.turns.spoken(SPEECH, Asked(), stop)
    events: list[TurnEvent] = []
    for event in turn:
        events.append(event)
        if isinstance(event, Reply):
            ears.may.set()
        if isinstance(event, Recognised):
            stop.set()

    assert kinds(events) == [Heard, Reply, Recognised]
    assert house.brain.said[0].asked.speaker == ""
    assert house.kept[0].speaker == "Anna"


def test_ears_that_never_answer_cost_nothing_but_the_name(tmp_path: Path) -> None:
    ears = Ears()
    house = House(tmp_path, ears, Reply("Noon."))

    events = house.guessed()
    ears.may.set()

    assert events[-1].outcome == "done"
    assert kinds(events) == [Heard, Reply]
    assert house.kept[0].speaker == ""


@pytest.mark.parametrize("fault", [Unreachable("The server is away."), ValueError("a fault of ours")])
def test_a_fault_of_the_ears_never_reaches_the_turn(tmp_path: Path, fault: Exception) -> None:
    ears = Ears(fault)
    ears.may.set()
    house = House(tmp_path, ears, Reply("Noon."))

    events = list(house.turns.spoken(SPEECH, Asked(), threading.Event()))

    assert events[-1].outcome == "done"
    assert kinds(events) == [Heard, Reply]
