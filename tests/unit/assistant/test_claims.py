"""Deeds that a model claims and never did."""

import pytest

from bmo.assistant.claims import claims_a_deed


@pytest.mark.parametrize(
    "text",
    [
        "Timer set for 20 minutes.", "Timer removed.", "The timer is now set.", "Your timer has been cancelled.",
        "I've set a timer for you!", "I have just started the timer.", "I set it.", "Sure! I'll remind you soon.",
        "Okay, done!", "Done.", "It's done.", "Setting a timer for five minutes.", "Sure, setting the timer now.",
        "I will set a timer for 5 minutes.", "Your timers are cleared.", "It is running.", "I’ve cancelled it.",
    ],
)  # fmt: skip
def test_a_claim_is_seen(text: str) -> None:
    assert claims_a_deed(text)


@pytest.mark.parametrize(
    "text",
    [
        "A timer is a device that allows you to set a specific time for a task.", "Do you want to set a timer?",
        "You can say: set a timer for five minutes.", "I like timers too.", "How long should it run?",
        "I cannot do that.", "Timers were invented long ago.", "I'm sorry you hate timers.", "Which timer do you mean?",
        "People set timers to cook eggs.",
    ],
)  # fmt: skip
def test_talk_is_no_claim(text: str) -> None:
    assert not claims_a_deed(text)
