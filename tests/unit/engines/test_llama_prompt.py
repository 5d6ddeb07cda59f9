from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.chat import ChatRequest, Message
from bmo.engines.llama_prompt import MOST_NEW, known_first, plain

RULES = Message("system", "You are BMO.")


def talk(turns: int, length: int = 100) -> list[Message]:
    """Turns of twice that many characters."""
    pairs = [(Message("user", f"{n:{length}}"), Message("assistant", f"-{n:{length - 1}}")) for n in range(turns)]
    return [message for pair in pairs for message in pair]


def test_a_short_talk_is_read_whole_behind_the_rules_and_the_examples() -> None:
    request = ChatRequest((RULES, *talk(1), Message("user", "Why?")), examples=(("Hi", "Hello!"),))

    shown = (Message("user", "Hi"), Message("assistant", "Hello!"))
    assert known_first(request, ()) == (RULES, *shown, *talk(1), Message("user", "Why?"))


def test_of_a_long_talk_that_another_server_had_only_the_newest_turns_are_read() -> None:
    request = ChatRequest((RULES, *talk(8), Message("user", "Why?")))

    kept = known_first(request, (RULES,))

    assert kept == (RULES, *talk(8)[-4:], Message("user", "Why?"))


def test_a_long_talk_that_it_led_itself_stays_whole() -> None:
    read = (RULES, *talk(8))

    kept = known_first(ChatRequest((RULES, *talk(8), Message("user", "Why?"))), read)

    assert kept == (RULES, *talk(8), Message("user", "Why?"))


def test_a_talk_that_was_shortened_stays_so_and_is_not_read_again() -> None:
    first = known_first(ChatRequest((RULES, *talk(8), Message("user", "Why?"))), (RULES,))
    answer = Message("assistant", "[happy] Because.")
    remembered = Message("assistant", "Because.")

    later = (RULES, *talk(8), Message("user", "Why?"), remembered, Message("user", "And then?"))
    kept = known_first(ChatRequest(later), (*first, answer))

    assert kept == (*first, remembered, Message("user", "And then?"))


def test_words_that_have_to_be_gone_on_with_take_their_share() -> None:
    request = ChatRequest((RULES, *talk(8), Message("user", "Why?")), continue_from="x" * 400)

    assert known_first(request, (RULES,)) == (RULES, Message("user", "Why?"))


@given(st.integers(0, 12), st.integers(1, 300), st.integers(1, 2_000))
def test_the_last_words_are_always_read_and_old_turns_only_where_they_are_cheap(
    turns: int, length: int, question: int
) -> None:
    asked = Message("user", "?" * question)

    kept = known_first(ChatRequest((RULES, *talk(turns, length), asked)), (RULES,))

    assert kept[0] == RULES
    assert kept[-1] == asked
    assert len(kept) == 2 or sum(len(message.text) for message in kept[1:]) <= MOST_NEW


def test_a_tools_result_says_no_more_than_it_does() -> None:
    (line,) = plain([Message("tool", "Nothing was done. There is no tool 'x'.")])

    assert line["role"] == "user"
    assert "is done" not in line["content"]
