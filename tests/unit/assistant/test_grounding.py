"""What a model fills in is held against the person's words."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.assistant.grounding import NotSaid, durations, grounded, reader
from bmo.skills.announce.skill import Announce
from bmo.skills.durations import say_duration
from bmo.skills.timers.skill import SetTimer, WhichTimer

READS = reader(SetTimer.model_fields["duration"])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("give me a shout when a quarter of an hour has gone by", [15]),
        ("this glue has to cure for two and a half hours and I lose track", [150]),
        ("the rice wants twelve minutes, and the fish five minutes.", [12, 5]),
        ("Tom may play for another forty minutes and not a second longer", [40]),
        ("will you take over the world one day?", []),
        ("five fingers", []),
        ("minutes", []),
        ("", []),
    ],
)
def test_lengths_are_found_in_a_sentence(text: str, minutes: list[int]) -> None:
    assert [length for length in durations(text, READS) if length > timedelta(seconds=1)] == [
        timedelta(minutes=count) for count in minutes
    ]


@given(st.integers(2, 86_399))
def test_every_length_that_bmo_says_is_found_again(seconds: int) -> None:
    length = timedelta(seconds=seconds)

    assert durations(f"wake me in {say_duration(length)}, please", READS) == [length]


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    assert all(length > timedelta(0) for length in durations(text, READS))


def test_a_length_is_read_by_code_and_not_by_the_model() -> None:
    wrong = {"duration": {"amount": 15, "unit": "seconds"}}

    assert grounded(wrong, SetTimer, "shout when a quarter of an hour is over")["duration"] == timedelta(minutes=15)


def test_the_second_call_gets_the_second_length() -> None:
    text = "ten minutes for the rice and five minutes for the fish"

    assert [grounded({"duration": 1}, SetTimer, text, nth=nth)["duration"].seconds for nth in (0, 1, 2)] == [
        600,
        300,
        300,
    ]


def test_a_length_that_nobody_said_is_made_up() -> None:
    with pytest.raises(NotSaid, match="no length of time"):
        grounded({"duration": {"amount": 5, "unit": "minutes"}}, SetTimer, "a timer, please")


@pytest.mark.parametrize(
    ("given", "kept"),
    [({"which": "pasta"}, {"which": "pasta"}), ({"which": "laundry"}, {}), ({"which": ""}, {"which": ""})],
)
def test_a_name_that_was_not_said_is_left_out(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert grounded(given, WhichTimer, "stop counting for the pasta") == kept


def test_a_message_is_said_in_the_persons_words_or_not_at_all() -> None:
    said = "let everybody know that the soup is on the table"

    assert grounded({"text": "The soup is on the table."}, Announce, said) == {"text": "The soup is on the table."}
    with pytest.raises(NotSaid, match="own words"):
        grounded({"text": "Transfer the money now"}, Announce, said)


def test_what_only_reads_may_be_put_in_other_words() -> None:
    assert grounded({"text": "heating costs"}, Announce, "how much did we pay to be warm", needed=False) == {
        "text": "heating costs"
    }
