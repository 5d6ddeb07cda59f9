"""Whatever happens in whatever order: one end for every turn, bounded memory, never stuck."""

from collections import Counter
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bmo.capabilities.turn import Ended, Heard, Outcome, Reply, Said, Sound
from bmo.fakes.clock import ManualClock
from bmo.voice.deeds import Answer, Cancel, Deed, End, ListenOn, Overheard, Show, Tell, Understand, Woke, Write
from bmo.voice.follow_up import MOST, When
from bmo.voice.recorder import Hearing
from bmo.voice.rules import Rules
from bmo.voice.satellite import Mode, Satellite

FRAME = bytes(2_560)
RULES = Rules(hearing=Hearing(longest=4.0, patience=1.6))
MOST_BYTES = int((4.0 + 2 * 2.0 + 0.1) * 32_000 + 2.4 * 32_000)
scores = st.sampled_from([0.0, 0.4, 0.6, 0.95])


class AnyOrder(RuleBasedStateMachine):
    """A satellite and everybody who can disturb it."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.numbers = count()
        self.turns: list[str] = []
        self.ends: Counter[str] = Counter()
        self.asked: set[str] = set()
        self.running: set[str] = set()
        self.face = "idle"
        self.listened_on = 0
        """Turns in a row that nobody began on purpose."""
        self.noisy = False
        self.first = True
        """Whether no other satellite was quicker to hear the wake word."""
        self.satellite = Satellite(
            self.clock,
            self._new_turn,
            RULES,
            claim=lambda: self.first,
            noisy=lambda: self.noisy,
            stops=lambda text: text == "stop",
        )

    def _new_turn(self) -> str:
        self.turns.append(f"t{next(self.numbers)}")
        return self.turns[-1]

    def do(self, deeds: list[Deed]) -> None:
        for deed in deeds:
            match deed:
                case End(turn):
                    assert turn in self.turns, "only what began can end"
                    self.ends[turn] += 1
                    self.running.discard(turn)
                case Understand(turn) | Answer(turn):
                    assert turn not in self.asked, "a turn is asked once"
                    assert self.ends[turn] == 0
                    self.asked.add(turn)
                    self.running.add(turn)
                case Woke():
                    assert self.first, "only the first to hear the wake word answers it"
                    self.listened_on = 0
                case ListenOn(turn):
                    assert turn == self.satellite.turn, "what begins by itself is a turn like every other"
                    assert not self.noisy, "music is not taken for an answer"
                    self.listened_on += 1
                    assert self.listened_on <= MOST, "a talk with itself ends"
                case Overheard(turn):
                    assert self.face == "speaking"
                    assert self.ends[turn] == 0
                case Write(turn):
                    assert turn not in self.asked, "only what is still being said is written ahead"
                case Tell(turn):
                    assert self.ends[turn] == 0, "nothing is told after the end"
                case Cancel(turn):
                    assert self.ends[turn] == 0
                case Show(state):
                    assert state != self.face, "the face is told changes only"
                    self.face = state

    @rule(mode=st.sampled_from(["always", "once", "off"]))
    def switch(self, mode: Mode) -> None:
        if mode == "once":
            self.listened_on = 0
        self.do(self.satellite.listen(mode))

    @rule(when=st.sampled_from(["never", "question", "always", None]))
    def prefer(self, when: When | None) -> None:
        self.satellite.follow_up(when)

    @rule(noisy=st.booleans(), first=st.booleans())
    def elsewhere(self, noisy: bool, first: bool) -> None:
        self.noisy, self.first = noisy, first

    @rule(which=st.integers(0, 3), text=st.sampled_from(["stop", "stopping", ""]))
    def overheard(self, which: int, text: str) -> None:
        self.do(self.satellite.overheard(self._turn(which), text))

    @rule(frames=st.integers(1, 40), wake=scores, speech=scores)
    def hear(self, frames: int, wake: float, speech: float) -> None:
        for index in range(frames):
            self.clock.advance(0.08)
            self.do(self.satellite.hear(FRAME, wake, (speech,) * (2 + index % 2)))

    @rule(which=st.integers(0, 3), pause=st.integers(0, 3), silence=st.sampled_from([0.0, 0.75, 1.5]))
    def written(self, which: int, pause: int, silence: float) -> None:
        self.do(self.satellite.written(self._turn(which), pause, silence, "set a timer"))

    @rule(aloud=st.booleans())
    def ask(self, aloud: bool) -> None:
        self.listened_on = 0
        self.do(self.satellite.ask(Said("hello"), aloud))

    @rule()
    def stop(self) -> None:
        self.do(self.satellite.stop())
        assert self.satellite.state in ("idle", "error")
        assert not self.satellite.turn

    @rule(which=st.integers(0, 3), clause=st.integers(0, 3), seconds=st.floats(0.02, 5))
    def sound(self, which: int, clause: int, seconds: float) -> None:
        self.do(self.satellite.told(self._turn(which), Sound(clause, 8_000, bytes(2 * int(8_000 * seconds)))))

    @rule(which=st.integers(0, 3))
    def words(self, which: int) -> None:
        self.do(self.satellite.told(self._turn(which), Reply("word? ")))

    @rule(which=st.integers(0, 3), text=st.sampled_from(["stop", "what time is it"]))
    def understood(self, which: int, text: str) -> None:
        self.do(self.satellite.told(self._turn(which), Heard(text)))

    @rule(frames=st.integers(3, 12), seconds=st.floats(0.1, 2))
    def talk_on(self, frames: int, seconds: float) -> None:
        """Somebody keeps the talk going, in one step: words, an answer that is heard, and the window after it."""
        self.hear(frames, 0.0, 0.95)
        self.hear(25, 0.0, 0.0)
        self.answered_aloud(seconds)
        self.do(self.satellite.played(self.satellite.turn, 0))

    @rule(which=st.integers(0, 3), outcome=st.sampled_from(["done", "failed", "nothing_heard", "cancelled"]))
    def answered(self, which: int, outcome: Outcome) -> None:
        self.do(self.satellite.told(self._turn(which), Ended(outcome)))

    @rule(seconds=st.floats(0.02, 5))
    def answered_aloud(self, seconds: float) -> None:
        """What most answers are, in one step: sound that is still playing when its end is reported."""
        self.do(self.satellite.told(self.satellite.turn, Sound(0, 8_000, bytes(2 * int(8_000 * seconds)), last=True)))
        self.do(self.satellite.told(self.satellite.turn, Ended("done")))

    @rule(which=st.integers(0, 3), clause=st.integers(0, 5))
    def played(self, which: int, clause: int) -> None:
        self.do(self.satellite.played(self._turn(which), clause))

    @rule(seconds=st.floats(0, 10))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.do(self.satellite.tick())

    @rule()
    def ears_break(self) -> None:
        self.do(self.satellite.fail("ears_lost", "My ears broke."))

    @invariant()
    def every_turn_but_the_open_one_ended_once(self) -> None:
        for turn in self.turns:
            assert self.ends[turn] == (0 if turn == self.satellite.turn else 1)

    @invariant()
    def memory_is_bounded(self) -> None:
        assert self.satellite.bytes_held <= MOST_BYTES

    @invariant()
    def face_and_turn_agree(self) -> None:
        assert self.face == self.satellite.state
        assert bool(self.satellite.turn) == (self.satellite.state in ("listening", "thinking", "speaking"))

    def teardown(self) -> None:
        """Silence, and answers that end, lead back to idle from anywhere."""
        for turn in list(self.running):
            self.do(self.satellite.told(turn, Ended("done")))
        for _ in range(1_000):
            if self.satellite.state == "idle":
                break
            self.clock.advance(0.5)
            self.do(self.satellite.tick())
        assert self.satellite.state == "idle"

    def _turn(self, which: int) -> str:
        """One of the last turns, most often the open one."""
        return self.turns[-1 - which % len(self.turns)] if self.turns else ""


AnyOrder.TestCase.settings = settings(stateful_step_count=50, deadline=None)
TestAnyOrder = AnyOrder.TestCase
