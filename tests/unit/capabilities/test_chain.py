from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from bmo.capabilities.chain import Attempt, Chain, Line, Outlook
from bmo.capabilities.chat import ChainedChat, Chat, ChatRequest, Finished, Message, Words
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience, Stream
from bmo.capabilities.speak import ChainedSpeak, Utterance
from bmo.capabilities.transcribe import ChainedTranscribe, Recording
from bmo.core.errors import NobodyCould, NotFound, Refused, Skipped, TimedOut, Unavailable, Unreachable
from bmo.core.trace import set_trace
from bmo.fakes.chat import FakeChat
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe

PATIENCE = Patience(connect=0.5, first=3.0)
ASK = ChatRequest((Message("user", "hi"),))


@dataclass
class FakeGate:
    """Says what it was told to, and keeps what it hears."""

    skipped: Skipped | None = None
    back: bool = False
    heard: list[str] = field(default_factory=list)

    def refusal(self) -> Skipped | None:
        return self.skipped

    def succeeded(self) -> None:
        self.heard.append("succeeded")

    def failed(self, cause: Unavailable) -> None:
        self.heard.append(cause.code)

    def wait_until_back(self, cause: Unavailable) -> bool:
        self.heard.append("waited")
        return self.back


@dataclass
class Bench:
    """A chain of fake chats with gates and a witness that can be looked at."""

    chats: Sequence[FakeChat]
    gates: Sequence[FakeGate]
    seen: list[Attempt] = field(default_factory=list)
    started: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        lines: list[Line[Chat]] = [Line(chat, gate) for chat, gate in zip(self.chats, self.gates, strict=True)]
        self.chain = Chain("chat", lines, PATIENCE, self.seen.append)

    def text(self, request: ChatRequest = ASK) -> str:
        chunks = ChainedChat(self.chain).chat(request)
        return "".join(chunk.text for chunk in chunks if isinstance(chunk, Words))


def bench(*chats: FakeChat) -> Bench:
    return Bench(chats, [FakeGate() for _ in chats])


def test_first_provider_that_can_answers() -> None:
    both = bench(FakeChat("cloud", "Cloud."), FakeChat("here", "Here."))

    assert both.text() == "Cloud."
    assert both.chats[1].requests == []
    assert both.gates[0].heard == ["succeeded"]


def test_unavailable_moves_on_to_the_next() -> None:
    both = bench(FakeChat("cloud", failure=Unreachable("refused")), FakeChat("here", "Here."))

    assert both.text() == "Here."
    assert both.gates[0].heard == ["unreachable"]


def test_refused_stops_the_chain_and_is_no_failure_of_the_server() -> None:
    both = bench(FakeChat("cloud", failure=Refused("too long")), FakeChat("here"))

    with pytest.raises(Refused, match="too long"):
        both.text()
    assert both.chats[1].requests == []
    assert both.gates[0].heard == ["succeeded"]


def test_foreign_error_is_a_bug_and_goes_up() -> None:
    both = bench(FakeChat("cloud"), FakeChat("here"))

    with pytest.raises(ZeroDivisionError):
        both.chain.ask(lambda chat, patience: 1 / 0)


def test_when_all_fail_every_cause_is_told_also_of_those_not_asked() -> None:
    all_down = bench(
        FakeChat("one", failure=Unreachable("one refused")),
        FakeChat("two"),
        FakeChat("three", failure=TimedOut("three slept")),
    )
    all_down.gates[1].skipped = Skipped("two drains")

    with pytest.raises(NobodyCould) as caught:
        all_down.text()

    assert [str(cause) for cause in caught.value.causes] == ["one refused", "two drains", "three slept"]
    assert caught.value.sentence == "I cannot think just now. Try again in a moment."
    assert [type(attempt.failure) for attempt in all_down.seen] == [Unreachable, Skipped, TimedOut]


def test_gate_keeps_a_provider_from_being_asked_and_the_witness_hears_why() -> None:
    both = bench(FakeChat("cloud"), FakeChat("here", "Here."))
    both.gates[0].skipped = Skipped("the cloud drains")
    set_trace("turn-7")

    assert both.text() == "Here."
    assert both.chats[0].requests == []
    assert both.gates[0].heard == []
    assert [(seen.provider, seen.skipped, seen.trace) for seen in both.seen] == [
        ("cloud", True, "turn-7"),
        ("here", False, "turn-7"),
    ]


def test_last_line_is_asked_whatever_its_gate_says() -> None:
    both = bench(FakeChat("cloud", failure=Unreachable("refused")), FakeChat("here", "Here."))
    both.gates[1].skipped = Skipped("its breaker is open")

    assert both.text() == "Here."


def test_patience_binds_every_line_but_the_last() -> None:
    both = bench(FakeChat("cloud", failure=Unreachable("refused")), FakeChat("here", "Here."))

    both.text()

    assert both.chats[0].requests[0].patience == PATIENCE
    assert both.chats[1].requests[0].patience is None


def test_stream_is_never_taken_over_once_it_began() -> None:
    both = bench(FakeChat("cloud", "One two three.", failure=Unreachable("cut"), after=2), FakeChat("here"))
    said: list[str] = []

    with pytest.raises(Unreachable, match="cut"):
        said.extend(chunk.text for chunk in ChainedChat(both.chain).chat(ASK) if isinstance(chunk, Words))

    assert both.chats[1].requests == []
    assert both.gates[0].heard == ["succeeded", "unreachable"]
    assert [seen.failure and seen.failure.code for seen in both.seen] == [None, "unreachable"]


def test_nobody_is_asked_before_the_first_chunk_is_wanted() -> None:
    one = bench(FakeChat("cloud"))

    stream = ChainedChat(one.chain).chat(ASK)
    stream.close()

    assert one.chats[0].requests == []


def test_closing_the_stream_closes_the_provider_and_is_no_failure() -> None:
    closed: list[str] = []

    def talk() -> Stream[str]:
        try:
            yield "one"
            yield "two"
        finally:
            closed.append("provider")

    one = bench(FakeChat("cloud"))

    stream = one.chain.stream(lambda chat, patience: talk())
    assert next(stream) == "one"
    stream.close()

    assert closed == ["provider"]
    assert one.gates[0].heard == ["succeeded"]


def test_last_line_gets_one_more_chance_when_its_gate_waited_for_it() -> None:
    both = bench(
        FakeChat("cloud", failure=Unreachable("refused")),
        FakeChat("here", "Here.", failure=Unreachable("killed"), times=1),
    )
    both.gates[1].back = True

    assert both.text() == "Here."
    assert both.gates[1].heard == ["unreachable", "waited", "succeeded"]


def test_second_chance_is_the_last() -> None:
    one = bench(FakeChat("here", failure=Unreachable("killed")))
    one.gates[0].back = True

    with pytest.raises(NobodyCould) as caught:
        one.text()
    assert [str(cause) for cause in caught.value.causes] == ["killed", "killed"]


def test_nobody_waits_for_a_line_that_has_others_behind_it() -> None:
    both = bench(FakeChat("cloud", failure=Unreachable("refused")), FakeChat("here", "Here."))
    both.gates[0].back = True

    both.text()

    assert "waited" not in both.gates[0].heard


def test_pin_puts_a_provider_first_and_keeps_the_others() -> None:
    both = bench(FakeChat("cloud", "Cloud."), FakeChat("here", "Here.", failure=Unreachable("no"), after=0, times=1))

    both.chain.pin("here")

    assert both.text() == "Cloud."
    assert both.text() == "Here."
    assert both.chain.pinned == "here"
    both.chain.pin(None)
    assert both.text() == "Cloud."


def test_unknown_pin_is_refused_with_the_choices() -> None:
    both = bench(FakeChat("cloud"), FakeChat("here"))

    with pytest.raises(NotFound, match="cloud, here"):
        both.chain.pin("moon")


def test_outlook_names_who_would_serve_and_why_not_the_first() -> None:
    both = bench(FakeChat("cloud"), FakeChat("here"))

    assert both.chain.outlook() == Outlook("cloud")
    both.gates[0].skipped = Skipped("The cloud drains.")
    assert both.chain.outlook() == Outlook("here", "The cloud drains.")


def test_chain_needs_providers_with_names_of_their_own() -> None:
    with pytest.raises(ValueError, match="no provider"):
        bench()
    with pytest.raises(ValueError, match="two providers"):
        bench(FakeChat("cloud"), FakeChat("cloud"))


def test_long_recording_is_waited_for_longer() -> None:
    ears = [FakeTranscribe("cloud", failure=Unreachable("no")), FakeTranscribe("here", "yes")]
    chain = Chain("transcribe", [Line(ear) for ear in ears], Patience(0.5, 2.0), lambda seen: None)

    heard = ChainedTranscribe(chain, per_second=0.5).transcribe(Recording(Pcm(b"\1\0" * 64_000, 16_000)))

    assert heard.text == "yes"
    assert ears[0].recordings[0].patience == Patience(0.5, 4.0)
    assert ears[1].recordings[0].patience is None


def test_voices_look_like_one() -> None:
    voices = [FakeSpeak("cloud", failure=Unreachable("no")), FakeSpeak("here", rate=16_000)]
    chain = Chain("speak", [Line(voice) for voice in voices], Patience(0.5, 1.5), lambda seen: None)

    pieces = list(ChainedSpeak(chain).speak(Utterance("one two")))

    assert [piece.rate for piece in pieces] == [16_000, 16_000]


def test_finished_alone_is_an_answer() -> None:
    one = bench(FakeChat("cloud", ""))

    assert [type(chunk) for chunk in ChainedChat(one.chain).chat(ASK)] == [Finished]
