import pytest

from bmo.capabilities.chat import ChatRequest, Finished, Message, ToolCall, Words
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording
from bmo.core.errors import Unreachable
from bmo.fakes.chat import FakeChat, split_words
from bmo.fakes.clock import ManualClock
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe

ASK = ChatRequest((Message("user", "hi"),))
CUT = Unreachable("cut")


def said(chat: FakeChat, continue_from: str = "") -> str:
    request = ChatRequest(ASK.messages, continue_from=continue_from)
    return "".join(chunk.text for chunk in chat.chat(request) if isinstance(chunk, Words))


def test_fake_chat_says_its_text_word_by_word_and_finishes() -> None:
    chunks = list(FakeChat("fake", "One two.").chat(ASK))

    assert chunks[:2] == [Words("One "), Words("two.")]
    assert isinstance(chunks[2], Finished)


def test_fake_chat_goes_on_with_its_own_text() -> None:
    assert said(FakeChat("fake", "One two."), "Somebody else said ") == "One two."
    assert said(FakeChat("fake", "One two."), "Somebody else said One ") == "two."


def test_fake_chat_fails_where_and_as_often_as_it_was_told() -> None:
    chat = FakeChat("fake", "One two.", failure=CUT, after=1, times=1)
    stream = chat.chat(ASK)

    assert next(stream) == Words("One ")
    with pytest.raises(Unreachable):
        next(stream)
    assert said(chat) == "One two."


def test_fake_chat_asks_for_tools_until_it_has_their_results() -> None:
    call = ToolCall("timer.set", {})
    chat = FakeChat("fake", "Done.", calls=(call,))

    assert [type(chunk) for chunk in chat.chat(ASK)] == [ToolCall, Finished]
    after = ChatRequest((*ASK.messages, Message("tool", "it is set")))
    assert [type(chunk) for chunk in chat.chat(after)] == [Words, Finished]


def test_words_joined_are_the_text_again() -> None:
    text = "  One\ttwo,\n\nthree  "

    assert "".join(split_words(text)) == text


def test_fake_transcriber_hears_nothing_in_silence() -> None:
    ears = FakeTranscribe(text="hello")

    assert ears.transcribe(Recording(Pcm(b"\1\0" * 10, 16_000))).text == "hello"
    assert ears.transcribe(Recording(Pcm(bytes(20), 16_000))).no_speech == 1.0


def test_fake_voice_hums_a_piece_for_each_word() -> None:
    pieces = list(FakeSpeak(rate=16_000).speak(Utterance("one two three")))

    assert [piece.seconds for piece in pieces] == [0.2] * 3
    assert any(pieces[0].samples)


def test_fake_voice_fails_in_mid_clause() -> None:
    stream = FakeSpeak(failure=CUT, after=1).speak(Utterance("one two"))

    next(stream)
    with pytest.raises(Unreachable):
        next(stream)


def test_manual_clock_moves_by_hand_only() -> None:
    clock = ManualClock()
    began = clock.now()

    clock.advance(90)

    assert clock.monotonic() == 90
    assert (clock.now() - began).total_seconds() == 90
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)
