"""The sets of sentences that must act, and of those that must not, through the skills of the app and no model.

They were written by people who had not seen the templates.
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.app.ask_batch import DryRun, Line, read
from bmo.assistant.intents import Intents
from bmo.capabilities.action import Action

SETS = Path(__file__).parents[2] / "sets"
LIMIT = 0.5
"""Seconds of CPU for a text, on a loaded machine; the share of 95 in 100 is far below a tenth of it."""
RUN = DryRun(datetime(2026, 5, 1, 18, tzinfo=UTC))


def lines(name: str) -> list[Any]:
    rows = (SETS / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(row, id=json.loads(row)["id"]) for row in rows]


@pytest.mark.parametrize("row", lines("commands.jsonl"))
def test_a_command_of_the_set_acts_rightly(row: str) -> None:
    wanted = plain(json.loads(row)["actions"])

    assert plain(RUN.understood(read(row, 1))) == wanted


@pytest.mark.parametrize("row", lines("silent.jsonl"))
def test_a_sentence_of_the_silent_set_does_nothing(row: str) -> None:
    assert RUN.understood(read(row, 1)) == []


@pytest.mark.parametrize(
    "before", ["Don't {}", "never {}", "I didn't say {}", "why did you {}", "he told me to {}", "should I {}"]
)
def test_nothing_changes_by_what_is_denied_asked_or_told(before: str) -> None:
    rows = [json.loads(row) for row in (SETS / "commands.jsonl").read_text(encoding="utf-8").splitlines()]
    changed = []
    for row in rows:
        text = row["text"][:1].lower() + row["text"][1:]
        actions = RUN.understood(Line(0, before.format(text)))
        # what follows a full stop, or a correction, is said for itself
        changed += [text for action in actions if action["changes"] and not set(",.:?") & set(text.rstrip(".?"))]

    assert changed == []


@pytest.mark.parametrize(
    "said", ["forget about him", "remember remember the fifth of november", "announce yourself",
             "Do you know anything about whales"]
)  # fmt: skip
def test_a_near_miss_does_nothing(said: str) -> None:
    assert RUN.understood(Line(0, said)) == []


def test_what_is_said_twice_is_done_once_unless_it_changes_something() -> None:
    stopped = RUN.understood(Line(0, "Okay, that's enough. Stop talking now."))
    timers = RUN.understood(Line(0, "set a timer for five minutes and set a timer for five minutes"))

    assert [action["tool"] for action in stopped] == ["bmo.stop"]
    assert [action["tool"] for action in timers] == ["timer.set", "timer.set"]


def test_each_command_is_understood_in_a_moment() -> None:
    rows = [read(row.values[0], 1) for row in (*lines("commands.jsonl"), *lines("silent.jsonl"))]  # type: ignore[arg-type]
    taken = []
    for row in rows:
        began = time.thread_time()
        RUN.understood(row)
        taken.append(time.thread_time() - began)

    assert sorted(taken)[int(len(taken) * 0.95)] < 0.1


INTENTS = Intents(RUN.actions)
EXAMPLES = [(action, said, told) for action in RUN.actions if action.sentences for said, told in action.examples]


@pytest.mark.parametrize(("action", "said", "told"), EXAMPLES, ids=lambda value: getattr(value, "name", None))
def test_each_example_of_an_action_asks_for_that_action(action: Action, said: str, told: Mapping[str, Any]) -> None:
    ((reading, *_),) = INTENTS.understand(said)

    assert reading.action is action
    assert reading.arguments == action.arguments.model_validate(dict(told))


WORDS = (
    "set|a|timer|for|five|no|ten|minutes|wait|i mean|and|one|more|the|pasta|it|cancel|tell everyone|,|.|?|in|tokyo|"
    "what time is|remember that|my|like|uh|sorry|scratch that|too|about|to|of|then|stop|search|documents"
)
TEXT = st.one_of(st.text(max_size=120), st.lists(st.sampled_from(WORDS.split("|")), max_size=40).map(" ".join))


@given(TEXT, TEXT)
def test_no_text_breaks_the_matcher_or_holds_it_up(text: str, said: str) -> None:
    began = time.thread_time()
    commands = INTENTS.understand(text, said)

    assert time.thread_time() - began < LIMIT
    assert all(readings for readings in commands)


def plain(actions: Sequence[Mapping[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Free text counts without case and end punctuation."""
    return [
        (
            action["tool"],
            {
                name: value.casefold().rstrip(" .!?") if isinstance(value, str) else value
                for name, value in action["arguments"].items()
            },
        )
        for action in actions
    ]
