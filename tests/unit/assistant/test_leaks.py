"""Calls and thoughts that a model leaves in its text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.assistant.leaks import Leaks, read_calls
from bmo.capabilities.chat import ToolCall

CALL = ToolCall("timer.set", {"duration": "five minutes"})
PLAIN = '{"name": "timer.set", "arguments": {"duration": "five minutes"}}'


def through(*pieces: str) -> tuple[str, list[ToolCall]]:
    """The words that are said and the calls that are made."""
    leaks = Leaks()
    found = [one for piece in pieces for one in leaks.feed(piece)]
    found += leaks.finish()
    return "".join(one for one in found if isinstance(one, str)), [one for one in found if isinstance(one, ToolCall)]


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"```json\n{PLAIN}\n```",
        f"```\n{PLAIN}\n```",
        f"<tool_call>\n{PLAIN}\n</tool_call>",
        f"<tool_call>{PLAIN}",
        f"[{PLAIN}]",
        "{'name': 'timer.set', 'arguments': {'duration': 'five minutes',},}",
        '{"tool": "timer.set", "arguments": {"duration": "five minutes"}}',
        '{"function": {"name": "timer.set", "arguments": "{\\"duration\\": \\"five minutes\\"}"}}',
        '{"name": "timer.set", "parameters": {"duration": "five minutes"}',
        f"<think>The person wants a timer. {{'name': 'lamp.on', 'arguments': {{}}}}</think>{PLAIN}",
    ],
)
def test_a_call_in_the_text_is_a_call_and_is_not_spoken(text: str) -> None:
    for pieces in ([text], list(text)):
        said, calls = through(*pieces)

        assert said.strip() == ""
        assert calls == [CALL]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello there.", "Hello there."),
        ("[happy] Hi!", "[happy] Hi!"),
        ("a < b and c > d", "a < b and c > d"),
        ("<think>They are sad.</think>Oh no!", "Oh no!"),
        ("<thinking>They are sad", ""),
        ("I thought so.</think> Yes.", "I thought so. Yes."),
        ("Use {braces} like that.", "Use {braces} like that."),
        ("Write `x` and ```print(1)``` there.", "Write `x` and ```print(1)``` there."),
        ("<tool_call>nonsense</tool_call>Well.", "Well."),
        (f"Sure. {PLAIN} Done.", "Sure.  Done."),
    ],
)
def test_words_are_said_and_thoughts_are_not(text: str, said: str) -> None:
    assert through(text)[0] == said
    assert through(*text)[0] == said


@given(st.text(alphabet="ab <>{}[]`'\"/think:,\\tool_call", max_size=200), st.integers(1, 7))
def test_how_the_text_is_cut_into_pieces_changes_nothing(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]

    assert through(*pieces) == through(text)


def test_a_block_without_an_end_is_bounded_and_never_spoken() -> None:
    said, calls = through("Hi. <think>", *["hm " * 1000] * 100, "</think>Yes.")

    assert (said, calls) == ("Hi. Yes.", [])


@pytest.mark.parametrize("text", ["{" * 10_000, '{"a":' * 5_000, "[]", "{}", '{"name": "x"}', "null", '{"name": 1}'])
def test_what_is_no_call_is_none(text: str) -> None:
    assert read_calls(text) == []
