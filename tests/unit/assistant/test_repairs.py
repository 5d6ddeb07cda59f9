"""Corrections, and texts that go on with what was said before, through the skills of the app and no model."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bmo.app.ask_batch import DryRun, Line
from bmo.assistant.language import language
from bmo.assistant.repairs import correction_in, goes_on, is_withdrawn, repaired

ENGLISH = language("en")
RUN = DryRun(datetime(2026, 5, 1, 18, tzinfo=UTC))


def understood(text: str, said: str = "") -> list[tuple[str, dict[str, Any]]]:
    return [(told["tool"], told["arguments"]) for told in RUN.understood(Line(0, text, said))]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("set a timer for five, no, ten minutes", [("timer.set", {"duration": 600})]),
        ("set a timer for five minutes no wait ten minutes", [("timer.set", {"duration": 600})]),
        ("set a timer for five, no, six, no, seven minutes", [("timer.set", {"duration": 420})]),
        ("set a pasta timer for ten minutes, scratch that, what time is it", [("time.now", {})]),
        ("cancel the egg timer, I mean the rice timer", [("timer.cancel", {"which": "rice"})]),
        ("add five minutes to the bread timer, no, the pizza timer",
         [("timer.add", {"duration": 300, "which": "pizza"})]),
        ("what time is it in Paris, sorry, in Rome", [("time.now", {"place": "Rome"})]),
        ("tell everyone there is no school tomorrow", [("announce.say", {"text": "There is no school tomorrow"})]),
        ("tell everyone lunch is ready, sorry it's late",
         [("announce.say", {"text": "Lunch is ready, sorry it's late"})]),
        ("tell everyone no one leaves the house", [("announce.say", {"text": "No one leaves the house"})]),
        ("set a timer for ten minutes, no, never mind", []),
        ("cancel the pasta timer, wait, don't", []),
    ],
)  # fmt: skip
def test_what_was_corrected_counts(text: str, meant: list[tuple[str, dict[str, Any]]]) -> None:
    assert understood(text) == meant


@pytest.mark.parametrize(
    ("said", "text", "meant"),
    [
        ("what time is it in London", "and New York?", [("time.now", {"place": "New York"})]),
        ("set a pasta timer for ten minutes", "cancel it", [("timer.cancel", {"which": "pasta"})]),
        ("set a timer for ten minutes", "and for five", [("timer.set", {"duration": 300})]),
        ("set a timer for ten minutes", "and another one", []),
        ("set a timer for ten minutes", "and then he went", []),
        ("set a timer for ten minutes", "I like pasta", []),
        ("set a timer for ten minutes", "ten minutes later he came back", []),
        ("set a timer", "I don't know", []),
        ("tell everyone dinner is ready", "and the cat is on the sofa", []),
        ("what time is it", "in my opinion it is late", []),
        ("what time is it", "and in my opinion that is late", []),
        ("nothing much", "and in Tokyo?", []),
        ("the weather is nice", "cancel it", []),
    ],
)
def test_a_text_goes_on_with_a_command(said: str, text: str, meant: list[tuple[str, dict[str, Any]]]) -> None:
    assert understood(text, said) == meant


def test_a_correction_is_found_and_its_meanings_come_the_likeliest_first() -> None:
    correction = correction_in("look for car insurance, no, house insurance", ENGLISH)

    assert correction is not None
    assert correction.sure
    assert [meant.text for meant in repaired(correction, ENGLISH)][:2] == [
        "house insurance",
        "look for house insurance",
    ]
    assert correction_in("look for insurance", ENGLISH) is None


def test_what_is_taken_back_is_taken_back() -> None:
    correction = correction_in("set a timer for, actually no, never mind, don't", ENGLISH)

    assert correction is not None
    assert is_withdrawn(correction, ENGLISH)


def test_only_short_texts_with_a_sign_of_it_go_on() -> None:
    assert goes_on("and in Tokyo?", ENGLISH)
    assert goes_on("the rice one", ENGLISH)
    assert not goes_on("what is the capital of France", ENGLISH)
    assert not goes_on("and then we all went to the sea and swam there", ENGLISH)
