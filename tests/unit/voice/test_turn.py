import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bmo.capabilities.action import Asked
from bmo.capabilities.chain import SORRY, Attempt, Chain, Line
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Speak, Utterance
from bmo.capabilities.turn import (
    Acted,
    Ended,
    Failing,
    Heard,
    Reply,
    Said,
    Served,
    Showing,
    Sound,
    Tagged,
    Thought,
    Timed,
    TurnEvent,
)
from bmo.core.clock import SystemClock
from bmo.core.errors import BmoError, NobodyCould, NotFound, TimedOut, Unreachable
from bmo.core.events import Events
from bmo.core.stopping import go_on
from bmo.fakes.clock import ManualClock
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.voice.breath import LOUD, SENTENCE
from bmo.voice.chimes import chime
from bmo.voice.effects import effect
from bmo.voice.fixed import SENTENCES, Fixed
from bmo.voice.tag_desk import MOST_TAGS
from bmo.voice.turn import Turns

SPEECH = Pcm(b"\x01\x10" * 16_000, 16_000)
SILENCE = Pcm(bytes(32_000), 16_000)
NOBODY = NobodyCould("Nobody could chat just now.", [Unreachable("The cloud cannot be reached.")])


class FakeBrain:
    """Thinks what it is told to; an error among the thoughts is raised, an event waited for."""

    def __init__(self, *thoughts: Thought | BmoError | threading.Event) -> None:
        self._thoughts = thoughts
        self.said: list[Said] = []
        self.asked = threading.Event()
        self.closed = threading.Event()

    def whole(self, text: str, asked: Asked) -> bool:
        return True

    def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
        self.said.append(said)
        self.asked.set()
        try:
            for thought in self._thoughts:
                if isinstance(thought, BmoError):
                    raise thought
                if isinstance(thought, threading.Event):
                    while not thought.wait(0.01) and not stop.is_set():
                        pass
                else:
                    yield thought
        finally:
            self.closed.set()


class ChainedVoice:
    """What the wiring makes of several voices."""

    name = "chain"

    def __init__(self, events: Events, *voices: Speak) -> None:
        self._chain = Chain("speak", [Line(voice) for voice in voices], None, events.tell)

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        return self._chain.stream(lambda voice, patience: voice.speak(utterance))


class House:
    """Turns with everything replaceable."""

    def __init__(
        self, home: Path, brain: FakeBrain, *voices: Speak, heard: str = "hello", clock: ManualClock | None = None
    ) -> None:
        self.events = Events()
        self.stop = threading.Event()
        self.brain = brain
        self.fixed = Fixed(home, FakeSpeak("fixed", pitch=880.0))
        voice = ChainedVoice(self.events, *(voices or (FakeSpeak("here"),)))
        self.turns = Turns(FakeTranscribe(text=heard), brain, voice, clock or SystemClock(), self.events, self.fixed)

    def typed(self, aloud: bool = True) -> list[TurnEvent]:
        return list(self.turns.typed(Said("hello"), aloud, self.stop))


def of(kind: type, events: Sequence[TurnEvent]) -> list:
    return [event for event in events if isinstance(event, kind)]


def said(events: Sequence[TurnEvent]) -> str:
    return "".join(event.text for event in of(Reply, events))


def words(text: str) -> list[Reply]:
    return [Reply(word + " ") for word in text.split()]


def heard_clauses(events: Sequence[TurnEvent]) -> dict[int, bytes]:
    """What a page plays: a clause that restarts replaces what came of it."""
    clauses: dict[int, bytes] = {}
    for sound in of(Sound, events):
        before = b"" if sound.restart else clauses.get(sound.clause, b"")
        clauses[sound.clause] = before + sound.samples
    return clauses


def test_words_and_sound_come_and_one_end_is_last(tmp_path: Path) -> None:
    house = House(tmp_path, FakeBrain(*words("It is noon. The sun is high.")))

    events = house.typed()

    assert said(events) == "It is noon. The sun is high. "
    assert sorted(heard_clauses(events)) == [0, 1]
    assert events[-1] == Ended("done")
    assert len(of(Ended, events)) == 1


def test_every_clause_ends_with_a_piece_marked_last_and_none_is_empty(tmp_path: Path) -> None:
    events = House(tmp_path, FakeBrain(*words("It is noon. The sun is high."))).typed()

    assert [sound.clause for sound in of(Sound, events) if sound.last] == [0, 1]
    assert all(sound.samples for sound in of(Sound, events))


def test_nothing_is_spoken_when_nobody_listens(tmp_path: Path) -> None:
    voice = FakeSpeak()

    events = House(tmp_path, FakeBrain(*words("It is noon.")), voice).typed(aloud=False)

    assert of(Sound, events) == []
    assert voice.spoken == []
    assert events[-1] == Ended("done")


def test_the_first_clause_is_heard_while_the_model_still_writes(tmp_path: Path) -> None:
    more = threading.Event()
    house = House(tmp_path, FakeBrain(*words("It is noon. The"), more, *words("sun is high.")))
    stream = house.turns.typed(Said("hello"), True, house.stop)

    first = next(event for event in stream if isinstance(event, Sound))
    more.set()
    rest = list(stream)

    assert first.clause == 0
    assert said(rest) == "sun is high. "


def test_a_tag_is_the_mood_of_the_clauses_that_follow_until_the_next(tmp_path: Path) -> None:
    thoughts = [*words("It is noon."), Tagged("happy"), *words("We eat."), Reply("Oh. "), Tagged("sad"), *words("No.")]
    voice = FakeSpeak()

    House(tmp_path, FakeBrain(*thoughts), voice).typed()

    spoken = [(utterance.text, utterance.mood) for utterance in voice.utterances]
    assert spoken == [("It is noon.", "neutral"), ("We eat.", "happy"), ("Oh.", "happy"), ("No.", "sad")]


def test_a_tag_in_mid_sentence_does_not_cut_it(tmp_path: Path) -> None:
    voice = FakeSpeak()

    House(tmp_path, FakeBrain(*words("It is"), Tagged("sad"), *words("late.")), voice).typed()

    assert [(utterance.text, utterance.mood) for utterance in voice.utterances] == [("It is late.", "sad")]


def test_a_sound_is_a_clause_between_those_that_are_spoken(tmp_path: Path) -> None:
    voice = FakeSpeak()
    thoughts = (*words("Hear me."), Tagged("horn", "sound"), Tagged("combat", "face"), *words("Fight!"))

    events = House(tmp_path, FakeBrain(*thoughts), voice).typed()

    heard = heard_clauses(events)
    assert voice.spoken == ["Hear me.", "Fight!"]
    assert [heard[number] == effect("horn").samples for number in sorted(heard)] == [False, True, False]
    assert [(tagged.tag, tagged.clause) for tagged in of(Tagged, events)] == [("horn", 1), ("combat", 2)]


def test_tags_without_a_voice_are_for_the_eyes_at_once(tmp_path: Path) -> None:
    events = House(tmp_path, FakeBrain(Tagged("combat", "face"), Tagged("horn", "sound"), *words("Hm."))).typed(False)

    assert [tagged.clause for tagged in of(Tagged, events)] == [-1, -1]
    assert of(Sound, events) == []


def test_an_answer_that_is_nothing_but_tags_ends_and_makes_no_racket(tmp_path: Path) -> None:
    events = House(tmp_path, FakeBrain(*[Tagged("horn", "sound")] * (MOST_TAGS + 50))).typed()

    assert len(heard_clauses(events)) == MOST_TAGS
    assert events[-1] == Ended("done")


def test_what_went_wrong_is_said_without_the_mood_of_the_answer(tmp_path: Path) -> None:
    voice = FakeSpeak()

    House(tmp_path, FakeBrain(Tagged("laugh"), *words("Ha ha."), NOBODY), voice).typed()

    assert [utterance.mood for utterance in voice.utterances] == ["laugh", "neutral"]


def test_a_sentence_that_was_cut_to_begin_sooner_is_heard_without_a_hole(tmp_path: Path) -> None:
    class Padded(FakeSpeak):
        def speak(self, utterance: Utterance) -> Stream[Pcm]:
            yield Pcm(bytes(2 * 7_200), 24_000)
            yield from super().speak(utterance)
            yield Pcm(bytes(2 * 10_800), 24_000)

    house = House(tmp_path, FakeBrain(*words("I would love to tell you about the moon. It is round.")), Padded())

    heard = heard_clauses(house.typed())

    assert len(heard) == 3
    assert _silence(heard[0])[0] < 0.08  # nobody waits for silence
    assert _silence(heard[0])[1] + _silence(heard[1])[0] < 0.16
    assert 0.3 < _silence(heard[1])[1] + _silence(heard[2])[0] < 0.5


def _silence(samples: bytes) -> tuple[float, float]:
    """Seconds before and after the sound, at 24 kHz."""
    loud = [abs(value) >= LOUD for value in memoryview(samples).cast("h")]
    return loud.index(True) / 24_000, loud[::-1].index(True) / 24_000


def test_a_recording_is_understood_first(tmp_path: Path) -> None:
    house = House(tmp_path, FakeBrain(*words("Hello to you.")), heard="hi there")

    events = list(house.turns.spoken(SPEECH, Asked(room="kitchen"), house.stop))

    assert of(Heard, events) == [Heard("hi there")]
    assert house.brain.said == [Said("hi there", Asked(room="kitchen", language="en"), sound=SPEECH)]
    assert events[-1].outcome == "done"


def test_silence_is_nothing_heard_and_the_brain_is_left_alone(tmp_path: Path) -> None:
    house = House(tmp_path, FakeBrain(*words("Hello.")))

    events = list(house.turns.spoken(SILENCE, Asked(), house.stop))

    assert events[-1].outcome == "nothing_heard"
    assert house.brain.said == []


def test_timings_count_from_the_end_of_speech(tmp_path: Path) -> None:
    house = House(tmp_path, FakeBrain(*words("Hello to you.")))

    events = list(house.turns.spoken(SPEECH, Asked(), house.stop, silence=0.8))

    [timed] = of(Timed, events)
    order = ["endpoint", "transcript", "first_word", "first_clause", "first_audio", "end"]
    assert sorted(timed.stages, key=order.index) == order
    assert timed.stages["endpoint"] == 800.0
    assert [timed.stages[stage] for stage in order] == sorted(timed.stages.values())


def test_a_voice_that_breaks_in_mid_clause_is_replaced_and_the_clause_begins_again(tmp_path: Path) -> None:
    cloud = FakeSpeak("cloud", rate=16_000, failure=Unreachable("The cloud is gone."), after=2)
    here = FakeSpeak("here")
    house = House(tmp_path, FakeBrain(*words("It is exactly noon now. The sun is high.")))
    house.turns = Turns(FakeTranscribe(), house.brain, Breaking(cloud, here, house.events), SystemClock(),
                        house.events, house.fixed)  # fmt: skip

    events = house.typed()

    assert here.spoken == ["It is exactly noon now.", "The sun is high."]
    assert len([sound for sound in of(Sound, events) if sound.restart]) == 1
    whole = {clause: len(pcm) for clause, pcm in heard_clauses(events).items()}
    rest = int(SENTENCE * 24_000) * 2
    assert whole == {0: 5 * 9_600 + rest, 1: 4 * 9_600 + rest}
    assert Served("speak", "here", "The cloud is gone.") in events


class Breaking:
    """The cloud's voice until it breaks, then the one here: a chain whose breaker opened."""

    name = "chain"

    def __init__(self, cloud: FakeSpeak, here: FakeSpeak, events: Events) -> None:
        self._both = ChainedVoice(events, cloud, here)
        self._here = ChainedVoice(events, here)
        self._cloud = cloud

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        return (self._here if self._cloud.spoken else self._both).speak(utterance)


def test_without_any_voice_the_text_is_there_and_the_fixed_sentence_tells(tmp_path: Path) -> None:
    dumb = FakeSpeak("here", failure=Unreachable("The voice here does not answer."))
    house = House(tmp_path, FakeBrain(*words("It is noon.")), dumb)
    house.fixed.render()

    events = house.typed()

    assert said(events) == "It is noon. "
    assert Served("speak", "nobody", "The voice here does not answer.") in events
    no_voice = house.fixed.get("no_voice")
    assert no_voice is not None
    assert heard_clauses(events) == {0: no_voice.samples}
    assert events[-1] == Ended("done")


def test_when_no_voice_ever_ran_a_chime_is_played(tmp_path: Path) -> None:
    house = House(tmp_path, FakeBrain(*words("It is noon.")), FakeSpeak(failure=Unreachable("Gone.")))

    assert heard_clauses(house.typed()) == {0: chime("sorry").samples}


def test_with_everything_down_the_apology_is_heard_within_a_second(tmp_path: Path) -> None:
    """The voice does not even refuse: it hangs."""
    gone = threading.Event()
    house = House(tmp_path, FakeBrain(NOBODY), HangingVoice(gone))
    house.fixed.render()
    clock = SystemClock()
    begun = clock.monotonic()

    events = house.typed()
    gone.set()

    apology = house.fixed.get("apology")
    assert apology is not None
    assert heard_clauses(events) == {0: apology.samples}
    assert events[-1] == Ended("failed", "nobody_could", "Nobody could chat just now.")
    stages = of(Timed, events)[0].stages
    assert stages["end"] < 1_000, "measured where the last event is made"
    assert clock.monotonic() - begun < 2.0


def test_without_ears_and_voice_the_person_is_told_to_type(tmp_path: Path) -> None:
    house = House(tmp_path, FakeBrain(), FakeSpeak(failure=Unreachable("Gone.")))
    house.fixed.render()
    deaf = FakeTranscribe(failure=NobodyCould(SORRY["transcribe"], [Unreachable("The cloud cannot be reached.")]))
    turns = Turns(deaf, house.brain, FakeSpeak(failure=NOBODY), SystemClock(), house.events, house.fixed)

    events = list(turns.spoken(SPEECH, Asked(), house.stop))

    ahead = house.fixed.get("cannot_hear")
    assert ahead is not None
    assert heard_clauses(events) == {0: ahead.samples}
    assert events[-1] == Ended("failed", "cannot_hear", SENTENCES["cannot_hear"])
    assert "Type it" in SENTENCES["cannot_hear"]


class HangingVoice:
    """Accepts and says nothing."""

    name = "hanging"

    def __init__(self, gone: threading.Event) -> None:
        self._gone = gone

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        self._gone.wait(10)
        raise TimedOut("The voice did not answer.")
        yield


def test_a_refusal_is_spoken_and_ends_the_turn(tmp_path: Path) -> None:
    voice = FakeSpeak("here")
    house = House(tmp_path, FakeBrain(NotFound("There is no pasta timer.")), voice)

    events = house.typed()

    assert voice.spoken == ["There is no pasta timer."]
    kinds = [type(event) for event in events]
    assert kinds.index(Failing) < kinds.index(Sound), "to be read while it is said, not after"
    assert events[-1] == Ended("failed", "not_found", "There is no pasta timer.")


def test_a_fault_of_our_own_ends_the_turn_too(tmp_path: Path) -> None:
    class Buggy:
        def whole(self, text: str, asked: Asked) -> bool:
            return True

        def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
            raise RuntimeError("a bug")
            yield

    house = House(tmp_path, FakeBrain())
    turns = Turns(FakeTranscribe(), Buggy(), FakeSpeak(), SystemClock(), house.events, house.fixed)

    events = list(turns.typed(Said("hello"), True, house.stop))

    assert events[-1].outcome == "failed"
    assert "bug" not in events[-1].sentence


def test_stop_ends_the_turn_and_closes_the_model_stream(tmp_path: Path) -> None:
    never = threading.Event()
    house = House(tmp_path, FakeBrain(*words("It is noon. And"), never, *words("so on.")))
    events = []

    for event in house.turns.typed(Said("hello"), True, house.stop):
        events.append(event)
        if isinstance(event, Sound):
            house.stop.set()

    assert events[-1].outcome == "cancelled"
    assert house.brain.closed.wait(5)


def test_stop_reaches_a_brain_and_a_voice_that_wait_for_a_silent_server(tmp_path: Path) -> None:
    def silence() -> None:
        while True:
            go_on()
            threading.Event().wait(0.01)

    class Waiting:
        name = "waiting"

        def whole(self, text: str, asked: Asked) -> bool:
            return True

        def answer(self, said: Said, stop: threading.Event) -> Stream[Thought]:
            yield Reply("One thing. And ")
            silence()

        def speak(self, utterance: Utterance) -> Stream[Pcm]:
            silence()
            yield SPEECH

    house = House(tmp_path, FakeBrain())
    turns = Turns(FakeTranscribe(), Waiting(), Waiting(), SystemClock(), house.events, house.fixed)
    stream = turns.typed(Said("hello"), True, house.stop)
    next(stream)
    house.stop.set()

    assert list(stream)[-1].outcome == "cancelled"
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("turn ")]


def test_closing_the_stream_closes_everything(tmp_path: Path) -> None:
    never = threading.Event()
    house = House(tmp_path, FakeBrain(*words("It is noon. And"), never))
    stream = house.turns.typed(Said("hello"), True, house.stop)
    next(stream)

    stream.close()

    assert house.brain.closed.wait(5)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("turn ")]


def test_who_served_is_told_once_and_other_turns_do_not_count(tmp_path: Path) -> None:
    house = House(tmp_path, FakeBrain(*words("One thing. Two things. Three things.")), FakeSpeak("here"))
    stream = house.turns.typed(Said("hello"), True, house.stop)
    first = next(stream)
    house.events.tell(Attempt("chat", "cloud", None, "another turn"))

    events = [first, *stream]

    assert of(Served, events) == [Served("speak", "here")]


def test_why_it_was_not_the_first_choice_is_a_sentence(tmp_path: Path) -> None:
    cloud = FakeSpeak("cloud", failure=Unreachable("The cloud cannot be reached."))

    events = House(tmp_path, FakeBrain(*words("Hello to you.")), cloud, FakeSpeak("here")).typed()

    assert of(Served, events) == [Served("speak", "here", "The cloud cannot be reached.")]


def test_a_second_of_silence_shows_that_it_thinks_and_four_say_one_moment(tmp_path: Path) -> None:
    clock, more = ManualClock(), threading.Event()
    house = House(tmp_path, FakeBrain(more, *words("It is noon.")), clock=clock)
    house.fixed.render()
    stream = house.turns.typed(Said("hello"), True, house.stop)
    feeder = Feeder(stream)
    assert house.brain.asked.wait(10)

    clock.advance(1.1)
    assert feeder.until(lambda events: Showing("thinking") in events)
    clock.advance(3.0)
    assert feeder.until(lambda events: bool(of(Sound, events)))
    more.set()
    events = feeder.rest()

    moment = house.fixed.get("one_moment")
    assert moment is not None
    assert heard_clauses(events)[0] == moment.samples
    assert sorted(heard_clauses(events)) == [0, 1]
    assert of(Showing, events) == [Showing("thinking"), Showing("speaking")]


class Feeder:
    """Reads a stream in a thread of its own."""

    def __init__(self, stream: Stream[TurnEvent]) -> None:
        self.events: list[TurnEvent] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, args=(stream,))
        self._thread.start()

    def until(self, condition: Callable[[list[TurnEvent]], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: condition(self.events), timeout=10)

    def rest(self) -> list[TurnEvent]:
        self._thread.join(20)
        return self.events

    def _read(self, stream: Stream[TurnEvent]) -> None:
        for event in stream:
            with self._changed:
                self.events.append(event)
                self._changed.notify_all()


def test_a_quick_answer_does_not_flicker_through_thinking(tmp_path: Path) -> None:
    acted = Acted("timer.set", {}, {"sentence": "Five minutes."})

    events = House(tmp_path, FakeBrain(acted, Reply("Five minutes."))).typed()

    assert of(Showing, events) == [Showing("speaking")]
    assert acted in events


@pytest.mark.parametrize("aloud", [True, False])
def test_an_answer_without_words_ends(tmp_path: Path, aloud: bool) -> None:
    assert House(tmp_path, FakeBrain()).typed(aloud)[-1] == Ended("done")
