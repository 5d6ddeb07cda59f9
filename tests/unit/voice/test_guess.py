"""What is written while the person may still go on, and how long its words are waited after."""

import threading

import pytest

from bmo.capabilities.action import Asked
from bmo.capabilities.chain import Chain, Line
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import ChainedTranscribe, Recording, Transcript
from bmo.core.errors import NobodyCould, Unreachable
from bmo.core.events import Events
from bmo.core.trace import set_trace
from bmo.fakes.transcribe import FakeTranscribe
from bmo.voice.guess import HELD, Guess, Judge

SPEECH = Pcm(b"\x01\x02" * 8_000, 16_000)
NEVER = threading.Event()
COMMANDS = {"Set a timer for five minutes.", "stop"}


def voice(first: int, last: int) -> Pcm:
    """A second at one loudness, and the end at another."""
    return Pcm(b"".join(one.to_bytes(2, "little") * length for one, length in ((first, 16_000), (last, 4_800))), 16_000)


FALLING = voice(3_000, 1_500)


def judged(text: str) -> float:
    judge = Judge(lambda said, _: said in COMMANDS, sentence=0.75, longest=1.5)
    return judge.silence(Transcript(text), FALLING, Asked())


@pytest.mark.parametrize("text", sorted(COMMANDS))
def test_a_whole_command_needs_no_more_silence(text: str) -> None:
    assert judged(text) == 0.0


@pytest.mark.parametrize("text", ["What is the capital of France?", "Tell me a story.", "I like pancakes!"])
def test_a_finished_sentence_needs_a_little(text: str) -> None:
    assert judged(text) == 0.75


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Set a timer for",
        "Turn on the lights and.",
        "What is the",
        "Remind me to...",
        "First,",
        "BMO",
        "Well then.",
        "Can you tell me?",
        "Could you please.",
    ],
)
def test_what_sounds_unfinished_is_waited_for(text: str) -> None:
    assert judged(text) == 1.5


@pytest.mark.parametrize("text", ["Can you tell me how far away the moon is?", "Do you know? What their names are?"])
def test_a_question_inside_another_ends_on_what_no_other_sentence_does(text: str) -> None:
    assert judged(text) == 0.75


def test_a_voice_that_is_held_at_the_end_of_a_command_gets_time_for_an_afterthought() -> None:
    judge = Judge(lambda *_: True, sentence=0.75, longest=1.5)

    assert judge.silence(Transcript("Set a timer for five minutes"), voice(3_000, 3_000), Asked()) == HELD
    assert judge.silence(Transcript("Set a timer for five minutes"), voice(3_000, 1_500), Asked()) == 0.0


def test_an_afterthought_is_never_waited_for_longer_than_anything_else() -> None:
    judge = Judge(lambda *_: True, sentence=0.2, longest=0.5)

    assert judge.silence(Transcript("Set a timer for five minutes"), voice(3_000, 3_000), Asked()) == 0.5


def test_please_is_no_more_to_come() -> None:
    judge = Judge(lambda *_: True, sentence=0.75, longest=1.5)

    assert judge.silence(Transcript("Set a timer for five minutes, please."), FALLING, Asked()) == 0.0


def test_words_that_nobody_ends_on_keep_even_a_command_open() -> None:
    judge = Judge(lambda *_: True, sentence=0.75, longest=1.5)

    assert judge.silence(Transcript("Set a timer for five minutes and"), FALLING, Asked()) == 1.5


def test_a_guess_tells_its_words_and_keeps_them_for_the_turn() -> None:
    told: list[Transcript] = []
    guess = Guess(FakeTranscribe(text="stop"), SPEECH, "t1", Events())

    guess.start(told.append)

    written = guess.transcript(NEVER)
    assert written is not None
    assert written.text == "stop"
    assert told == [written]


def test_a_guess_that_fails_tells_nothing_until_it_is_asked() -> None:
    told: list[Transcript] = []
    guess = Guess(FakeTranscribe(failure=NobodyCould("Nobody hears.", [])), SPEECH, "t1", Events())

    guess.start(told.append)

    with pytest.raises(NobodyCould, match="Nobody hears"):
        guess.transcript(NEVER)
    assert told == []


def test_nobody_waits_for_a_guess_of_a_turn_that_is_over() -> None:
    going = threading.Event()

    class Slow:
        name = "slow"

        def transcribe(self, recording: Recording) -> Transcript:
            going.wait(10)
            return Transcript("late")

    halt = threading.Event()
    guess = Guess(Slow(), SPEECH, "t1", Events())
    guess.start(lambda _: None)
    halt.set()

    assert guess.transcript(halt) is None
    going.set()


def test_a_guess_remembers_who_was_asked_for_it_and_nobody_else() -> None:
    events = Events()
    lines = [
        Line(FakeTranscribe("cloud", failure=Unreachable("The cloud is away."))),
        Line(FakeTranscribe("here")),
    ]
    chain = ChainedTranscribe(Chain("transcribe", lines, None, events.tell))
    guess = Guess(chain, SPEECH, "t1", events)

    guess.start(lambda _: None)
    guess.transcript(NEVER)
    set_trace("another")
    chain.transcribe(Recording(SPEECH))

    assert [(attempt.provider, attempt.trace) for attempt in guess.attempts] == [("cloud", "t1"), ("here", "t1")]
