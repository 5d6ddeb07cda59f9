from collections.abc import Callable

import pytest

from bmo.capabilities.turn import Acted, Ended, Heard, Reply, Said, Sound, TurnEvent
from bmo.fakes.clock import ManualClock
from bmo.voice.deeds import Deed, End, ListenOn, Show, Understand
from bmo.voice.follow_up import FollowUp, When
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite

FRAME = bytes(2_560)
QUIET, LOUD = (0.01,) * 3, (0.9,) * 3


class Kitchen:
    """A satellite that listens always; `says` plays a whole answer."""

    def __init__(self, when: When = "always", noisy: Callable[[], bool] = lambda: False) -> None:
        self.clock = ManualClock()
        self.deeds: list[Deed] = []
        self.turns = 0
        self.satellite = Satellite(
            self.clock,
            self._new_turn,
            Rules(follow_up=when, follow_up_seconds=8.0),
            noisy=noisy,
            stops=lambda text: text == "stop",
        )
        self.do(self.satellite.listen("always"))
        self.frames(30)

    def _new_turn(self) -> str:
        self.turns += 1
        return f"t{self.turns}"

    def do(self, deeds: list[Deed]) -> None:
        self.deeds += deeds

    def frames(self, number: int, wake: float = 0.0, speech: tuple[float, ...] = QUIET) -> None:
        for _ in range(number):
            self.clock.advance(0.08)
            self.do(self.satellite.hear(FRAME, wake, speech))
            self.do(self.satellite.tick())

    def wake(self) -> None:
        self.frames(2, wake=0.9)
        self.frames(6)

    def command(self) -> None:
        self.frames(10, speech=LOUD)
        self.frames(20)
        assert self.satellite.state == "thinking"

    def says(self, words: str, *before: TurnEvent, outcome: str = "done") -> None:
        turn = self.satellite.turn
        for event in (*before, Reply(words), Sound(0, 24_000, bytes(48_000), last=True), Ended(outcome)):  # type: ignore[arg-type]
            self.do(self.satellite.told(turn, event))
        self.do(self.satellite.played(turn, 0))

    @property
    def listens_on(self) -> bool:
        return self.satellite.state == "listening"

    def last_end(self) -> Ended:
        return [deed.ended for deed in self.deeds if isinstance(deed, End)][-1]


def test_after_an_answer_it_listens_on_and_says_so() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    kitchen.command()

    kitchen.says("It is noon.")

    assert ListenOn("t2", 8.0) in kitchen.deeds
    assert kitchen.deeds[-1] == Show("listening", "t2")


def test_what_is_said_in_the_window_is_answered_without_a_wake_word() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    kitchen.command()
    kitchen.says("For how long?")
    kitchen.deeds.clear()

    kitchen.frames(50)
    kitchen.command()

    assert [deed.turn for deed in kitchen.deeds if isinstance(deed, Understand)] == ["t2"]


def test_what_it_records_holds_nothing_of_its_own_voice() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    kitchen.command()
    kitchen.frames(40)
    kitchen.says("For how long?")

    kitchen.command()

    command = [deed.command for deed in kitchen.deeds if isinstance(deed, Understand)][-1]
    assert command.lead.samples == b""


def test_when_nobody_speaks_it_ends_after_the_window_without_a_word() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    kitchen.command()
    kitchen.says("For how long?")

    kitchen.frames(95)
    open_still = kitchen.listens_on
    kitchen.frames(8)

    assert open_still
    assert not kitchen.listens_on
    assert (kitchen.last_end().outcome, kitchen.last_end().sentence) == ("nothing_heard", "")


def test_noise_that_is_no_words_ends_without_a_word_too() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    kitchen.command()
    kitchen.says("For how long?")
    kitchen.command()

    kitchen.do(kitchen.satellite.told("t2", Ended("nothing_heard", "nothing_heard", "I did not hear anything.")))

    assert kitchen.last_end().sentence == ""
    assert not kitchen.listens_on


def test_a_microphone_that_goes_away_in_the_window_is_no_complaint() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    kitchen.command()
    kitchen.says("For how long?")

    for _ in range(40):
        kitchen.clock.advance(0.1)
        kitchen.do(kitchen.satellite.tick())

    assert kitchen.last_end().outcome == "nothing_heard"


def test_a_talk_with_itself_ends_after_two_turns() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    answered = 0

    for _ in range(10):
        if not kitchen.listens_on:
            break
        kitchen.command()
        kitchen.says("Is that so?")
        answered += 1

    assert answered == 3, "the one that was asked for, and two"


def test_the_wake_word_begins_the_count_anew() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    for _ in range(3):
        kitchen.command()
        kitchen.says("Is that so?")
    kitchen.frames(20)

    kitchen.wake()
    kitchen.command()
    kitchen.says("Is that so?")

    assert kitchen.listens_on


def test_while_music_plays_it_does_not_listen_on() -> None:
    kitchen = Kitchen(noisy=lambda: True)
    kitchen.wake()
    kitchen.command()

    kitchen.says("For how long?")

    assert not kitchen.listens_on


def test_a_satellite_may_want_it_another_way() -> None:
    kitchen = Kitchen("never")
    kitchen.satellite.follow_up("always")
    kitchen.wake()
    kitchen.command()

    kitchen.says("It is noon.")

    assert kitchen.listens_on


def test_what_was_stopped_failed_or_typed_is_not_followed() -> None:
    kitchen = Kitchen()
    kitchen.wake()
    kitchen.command()
    kitchen.says("Sorry?", outcome="failed")
    after_failure = kitchen.listens_on
    kitchen.do(kitchen.satellite.ask(Said("hello"), aloud=True))
    kitchen.says("Hello?")

    assert (after_failure, kitchen.listens_on) == (False, False)


def test_a_microphone_that_is_off_stays_off() -> None:
    kitchen = Kitchen()
    kitchen.do(kitchen.satellite.listen("off"))
    kitchen.do(kitchen.satellite.listen("once"))
    kitchen.command()

    kitchen.says("For how long?")

    assert not kitchen.listens_on


@pytest.mark.parametrize(
    ("when", "events", "wanted"),
    [
        ("never", [Reply("For how long?")], False),
        ("question", [Reply("For how"), Reply(' long?" ')], True),
        ("question", [Reply("Is it late? No, it is noon.")], False),
        ("question", [Acted("x", {}, {"waiting": True}), Reply("Shall I? Say yes within 30 seconds.")], True),
        ("always", [Reply("It is noon.")], True),
        ("always", [Heard("stop"), Reply("Okay.")], False),
        ("always", [Heard("stop", final=False), Heard("stop the bus"), Reply("Okay.")], True),
    ],
)
def test_when_it_listens_on(when: When, events: list[TurnEvent], wanted: bool) -> None:
    follow_up = FollowUp(when, lambda text: text == "stop")
    follow_up.begun(on_purpose=True)

    for event in events:
        follow_up.note(event)

    assert follow_up.wanted is wanted
