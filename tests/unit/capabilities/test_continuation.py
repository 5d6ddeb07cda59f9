from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.chain import Chain, Line
from bmo.capabilities.chat import ChainedChat, Chat, ChatChunk, ChatRequest, Finished, Message, ToolCall, Words
from bmo.capabilities.continuation import ContinuedChat, trim_overlap
from bmo.capabilities.provider import Patience, Stream
from bmo.core.errors import Malformed, NobodyCould, Refused, Unreachable
from bmo.fakes.chat import FakeChat, split_words

ASK = ChatRequest((Message("user", "tell me"),))
CUT = Unreachable("cut")
CLOUD = "Once upon a time there was a robot. It lived in a treehouse with a dog and a boy."
HERE = "THE END CAME SOON. EVERYBODY WENT HOME AND SLEPT."


def continued(*chats: FakeChat, attempts: int = 4) -> ContinuedChat:
    lines: list[Line[Chat]] = [Line(chat) for chat in chats]
    return ContinuedChat(ChainedChat(Chain("chat", lines, Patience(0.5, 3.0), lambda seen: None)), attempts)


def text(chunks: list[ChatChunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Words))


@given(cut=st.integers(1, len(split_words(CLOUD))), before=st.sampled_from(["", "Já řekl: ", "« naïve » 🤖 "]))
def test_words_so_far_are_handed_over_byte_for_byte(cut: int, before: str) -> None:
    cloud = FakeChat("cloud", CLOUD, failure=CUT, after=cut, times=1)
    here = FakeChat("here", HERE)
    said = before + "".join(split_words(CLOUD)[:cut])
    cloud_gone = continued(SwitchedOff(cloud), here)

    chunks = list(cloud_gone.chat(replace(ASK, continue_from=before)))

    assert here.requests[0].continue_from.encode() == said.encode()
    assert (before + text(chunks)).encode() == (said + HERE).encode()
    assert [type(chunk) for chunk in chunks].count(Finished) == 1
    assert isinstance(chunks[-1], Finished)


class SwitchedOff(FakeChat):
    """Answers once, and refuses from then on."""

    def __init__(self, chat: FakeChat) -> None:
        super().__init__(chat.name)
        self._chat = chat

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        if self._chat.requests:
            raise Unreachable("gone")
        yield from self._chat.chat(request)


@given(first=st.integers(1, 10), second=st.integers(1, 8))
def test_second_death_hands_over_both_parts(first: int, second: int) -> None:
    cloud = FakeChat("cloud", CLOUD, failure=CUT, after=first)
    near = FakeChat("near", HERE, failure=CUT, after=second)
    here = FakeChat("here", "1234 5678.")
    chats = iter([cloud, near, here])

    class InTurn(FakeChat):
        def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
            return next(chats).chat(request)

    whole = text(list(ContinuedChat(InTurn("chat")).chat(ASK)))

    said = "".join(split_words(CLOUD)[:first]) + "".join(split_words(HERE)[:second])
    assert here.requests[0].continue_from == said
    assert whole == said + "1234 5678."


def test_same_provider_goes_on_where_it_was_cut() -> None:
    flaky = FakeChat("here", CLOUD, failure=CUT, after=5, times=2)

    assert text(list(continued(flaky).chat(ASK))) == CLOUD


def test_answer_that_just_stops_counts_as_cut() -> None:
    class Stops(FakeChat):
        def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
            self.requests.append(request)
            yield Words("Half a ")
            if len(self.requests) > 1:
                yield Finished("stop")

    assert text(list(ContinuedChat(Stops()).chat(ASK))) == "Half a Half a "


def test_tool_call_before_the_cut_is_handed_out_once_and_ends_the_answer() -> None:
    call = ToolCall("timer.set", {"seconds": 300})
    cloud = FakeChat("cloud", calls=(call,), failure=CUT, after=1)
    here = FakeChat("here", HERE)

    chunks = list(continued(cloud, here).chat(ASK))

    assert chunks == [call, Finished("tool_calls")]
    assert here.requests == []


def test_cut_before_any_tool_call_lets_the_next_call_it() -> None:
    call = ToolCall("timer.set", {"seconds": 300})
    cloud = FakeChat("cloud", calls=(call,), failure=CUT, after=0)
    here = FakeChat("here", calls=(call,))

    chunks = list(continued(cloud, here).chat(ASK))

    assert [chunk for chunk in chunks if isinstance(chunk, ToolCall)] == [call]


def test_answer_that_breaks_too_often_is_given_up() -> None:
    flaky = FakeChat("here", CLOUD, failure=CUT, after=1)

    with pytest.raises(Unreachable):
        list(continued(flaky, attempts=3).chat(ASK))
    assert len(flaky.requests) == 3


def test_nobody_who_can_begin_is_asked_once_each() -> None:
    chats = [FakeChat("cloud", failure=CUT), FakeChat("here", failure=CUT)]

    with pytest.raises(NobodyCould):
        list(continued(*chats).chat(ASK))
    assert [len(chat.requests) for chat in chats] == [1, 1]


def test_refusal_is_not_continued() -> None:
    cloud = FakeChat("cloud", CLOUD, failure=Refused("too long"), after=2)

    with pytest.raises(Refused):
        list(continued(cloud, FakeChat("here")).chat(ASK))


def test_closing_the_answer_closes_the_provider() -> None:
    closed: list[bool] = []

    class Closes(FakeChat):
        def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
            try:
                yield from super().chat(request)
            finally:
                closed.append(True)

    stream = continued(Closes("cloud", CLOUD)).chat(ASK)
    next(stream)
    stream.close()

    assert closed == [True]


def trimmed(said: str, *words: str) -> str:
    def chunks() -> Stream[ChatChunk]:
        yield from map(Words, words)
        yield Finished("stop")

    out = list(trim_overlap(said, chunks()))
    assert isinstance(out[-1], Finished)
    return text(out)


@pytest.mark.parametrize(
    ("said", "answer", "rest"),
    [
        ("I like the", "I like the big dog", " big dog"),
        ("One. I like the", "I like the big dog", " big dog"),
        ("One. I like the", "the big dog", " big dog"),
        ("One. I like the ", " the big dog", "big dog"),
        ("I like the", " big dog", " big dog"),
        ("I like the", "big dog", " big dog"),
        ("I have a", "apple", " apple"),
        ("I have a", "a", ""),
        ("It lives in a tree", "lives in a treehouse", "house"),
        ("Go to", "onward", " onward"),
        ("Go. ", "Stop.", "Stop."),
        ("Say it", ", please", ", please"),
        ("", "Hello", "Hello"),
        ("Hello", "", ""),
        ("I don't", "t-shirts", " t-shirts"),
    ],
)
def test_repeats_are_trimmed_and_words_kept(said: str, answer: str, rest: str) -> None:
    assert trimmed(said, *split_words(answer)) == rest
    assert trimmed(said, *answer) == rest


@given(cut=st.integers(1, len(CLOUD) - 1), back=st.integers(0, 6), rest=st.sampled_from([" AND SO", ", HE", ""]))
def test_answer_that_begins_again_at_any_word_is_never_heard_twice(cut: int, back: int, rest: str) -> None:
    said = CLOUD[:cut].rstrip()
    begins_again = "".join(split_words(said)[-back - 2 :])

    assert said + trimmed(said, *split_words(begins_again + rest)) == said + rest


def test_words_are_passed_on_as_soon_as_they_cannot_be_a_repeat() -> None:
    def chunks() -> Stream[ChatChunk]:
        yield Words("Quite ")
        raise Malformed("nobody should have asked for more")

    assert next(trim_overlap("I like the ", chunks())) == Words("Quite ")


def test_tool_calls_pass_untouched() -> None:
    call = ToolCall("timer.set", {})

    def chunks() -> Stream[ChatChunk]:
        yield Words("the")
        yield call
        yield Finished("tool_calls")

    assert list(trim_overlap("I like the", chunks())) == [call, Finished("tool_calls")]
