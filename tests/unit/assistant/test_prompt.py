"""The end of the prompt, and what a server says that it read."""

from datetime import UTC, datetime

from bmo.assistant.prompt import CONTEXT, Evaluated, estimated, note_of
from bmo.capabilities.action import Asked
from bmo.capabilities.chat import ChatRequest, Finished, Message, noted

NOW = datetime(2026, 11, 22, 18, 5, tzinfo=UTC)
LONG = ChatRequest((Message("system", "word " * 800), Message("user", "Why?")))


def test_the_moment_is_told_in_one_line() -> None:
    assert note_of(Asked(room="kitchen", person="Anna"), NOW, "Anna likes tea.") == (
        "It is Sunday, November 22, 2026, 18:05. Said in: kitchen. Said by: Anna. Anna likes tea."
    )
    assert note_of(Asked(), NOW) == "It is Sunday, November 22, 2026, 18:05."


def test_the_note_goes_after_the_persons_last_words() -> None:
    messages = (Message("system", "S"), Message("user", "one"), Message("assistant", "two"), Message("user", "three"))
    result = Message("tool", "found")

    assert noted((*messages, result), "now") == (*messages[:3], Message("user", "three\n\n(now)"), result)
    assert noted(messages, "") == messages
    assert noted((Message("system", "S"),), "now") == (Message("system", "S"),)


def test_a_server_that_read_far_less_than_was_sent_is_named_until_it_reads_all() -> None:
    evaluated = Evaluated()
    evaluated.check(LONG, Finished("stop", "qwen", {"prompt_tokens": 512}))
    assert str(CONTEXT) in evaluated.notice

    evaluated.check(LONG, Finished("stop", "qwen", {"prompt_tokens": estimated(LONG)}))
    assert evaluated.notice == ""


def test_what_was_left_out_on_purpose_was_not_cut() -> None:
    evaluated = Evaluated()
    evaluated.check(LONG, Finished("stop", "qwen", {"prompt_tokens": 200, "left_out_tokens": 800}))

    assert evaluated.notice == ""


def test_a_server_that_counts_nothing_and_a_short_prompt_are_believed() -> None:
    evaluated = Evaluated()
    evaluated.check(LONG, Finished("stop", "qwen"))
    evaluated.check(ChatRequest((Message("user", "Hi"),)), Finished("stop", "qwen", {"prompt_tokens": 1}))

    assert evaluated.notice == ""
