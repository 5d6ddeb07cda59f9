"""Durations as people say them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from bmo.skills.durations import LONGEST, Duration, parse_duration, say_duration

MINUTE, HOUR = 60, 3600
DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)
ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"]
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
WORDS = [*ONES, "a", "an", "and", "half", "quarter", "hour", "minutes", "seconds", "1/2", "-3", "2.5", "to", "couple"]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("five minutes", 5 * MINUTE),
        ("5 minutes", 5 * MINUTE),
        ("5-minute", 5 * MINUTE),
        ("ten-minute", 10 * MINUTE),
        ("Forty-five Minutes", 45 * MINUTE),
        ("one minute", MINUTE),
        ("a minute", MINUTE),
        ("an hour", HOUR),
        ("ninety second", 90),
        ("90 seconds", 90),
        ("90s", 90),
        ("5 mins", 5 * MINUTE),
        ("5min", 5 * MINUTE),
        ("2 hrs", 2 * HOUR),
        ("1h30m", 90 * MINUTE),
        ("1h 30m 10s", 90 * MINUTE + 10),
        ("an hour and a half", 90 * MINUTE),
        ("one and a half hours", 90 * MINUTE),
        ("two and a half hours", 150 * MINUTE),
        ("a minute and a half", 90),
        ("an hour and a quarter", 75 * MINUTE),
        ("two hours and three quarters", 165 * MINUTE),
        ("half an hour", 30 * MINUTE),
        ("half a minute", 30),
        ("a half hour", 30 * MINUTE),
        ("a quarter of an hour", 15 * MINUTE),
        ("three quarters of an hour", 45 * MINUTE),
        ("an hour thirty", 90 * MINUTE),
        ("one minute thirty", 90),
        ("one hour thirty minutes", 90 * MINUTE),
        ("one hour, thirty minutes and five seconds", 90 * MINUTE + 5),
        ("an hour and five minutes", 65 * MINUTE),
        ("2.5 hours", 150 * MINUTE),
        ("two point five minutes", 150),
        ("1/2 hour", 30 * MINUTE),
        ("1 1/2 hours", 90 * MINUTE),
        ("1½ hours", 90 * MINUTE),
        ("½ hour", 30 * MINUTE),
        ("a couple of minutes", 2 * MINUTE),
        ("another two minutes", 2 * MINUTE),
        ("another minute", MINUTE),
        ("30 more seconds", 30),
        ("a hundred and twenty seconds", 120),
        ("1,000 seconds", 1000),
        ("zero minutes", 0),
        ("-5 minutes", -5 * MINUTE),
        ("minus five minutes", -5 * MINUTE),
        ("two days", 48 * HOUR),
        ("five minutes.", 5 * MINUTE),
        ("a million years", LONGEST.total_seconds()),
    ],
)
def test_spoken_durations_are_understood(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "five", "minutes", "pasta", "ten to fifteen minutes", "five or six minutes", "ten fifteen minutes",
        "five minutes ten minutes", "five minutes and two hours", "a few minutes", "five minutes tomorrow",
        "for five minutes", "five minutes please", "five light years", "1/0 hours", "nan minutes", "1e9 minutes",
        "and", "and a half", "half", "an hour and", "seconds seconds", "5:30", "--5 minutes", "9" * 40 + " seconds",
    ],
)  # fmt: skip
def test_anything_else_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match="a duration is said like"):
        parse_duration(text)


@given(st.integers(1, 10 * 86_400))
def test_what_bmo_says_means_what_was_set(seconds: int) -> None:
    duration = timedelta(seconds=seconds)

    assert parse_duration(say_duration(duration)) == duration


@given(st.integers(1, 99), st.sampled_from([("second", 1), ("minute", MINUTE), ("hour", HOUR)]), st.sampled_from("-_"))
def test_number_words_and_digits_mean_the_same(number: int, unit: tuple[str, int], gap: str) -> None:
    tens, ones = divmod(number, 10)
    if number <= len(ONES):
        words = ONES[number - 1]
    elif number < 20:
        words = ["fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"][number - 14]
    else:
        words = TENS[tens * 10] + (gap.replace("_", " ") + ONES[ones - 1] if ones else "")

    assert parse_duration(f"{words} {unit[0]}s") == timedelta(seconds=number * unit[1])
    assert parse_duration(f"{words}-{unit[0]}") == parse_duration(f"{number} {unit[0]}")


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)))
def test_no_text_breaks_the_parser(text: str) -> None:
    try:
        duration = parse_duration(text)
    except ValueError:
        return

    assert abs(duration) <= LONGEST


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("five minutes", 300), (90, 90), (0.5, 0.5), ({"amount": 5, "unit": "minutes"}, 300),
     ({"amount": "an", "unit": "hour"}, 3600), ({"amount": 1.5, "unit": "hours"}, 5400)],
)  # fmt: skip
def test_a_duration_field_takes_words_seconds_and_amount_with_unit(value: object, seconds: float) -> None:
    assert DURATION.validate_python(value) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "value",
    [True, None, [], {}, {"amount": 5}, {"amount": [5], "unit": "minutes"}, {"amount": 5, "unit": "minutes", "x": 1},
     float("nan"), float("inf"), {"amount": float("nan"), "unit": "minutes"}, "soon", {"amount": {}, "unit": {}}],
)  # fmt: skip
def test_a_duration_field_refuses_everything_else(value: object) -> None:
    with pytest.raises(ValidationError):
        DURATION.validate_python(value)


def test_models_are_asked_for_an_amount_and_a_unit() -> None:
    schema = DURATION.json_schema()

    assert schema["required"] == ["amount", "unit"]
    assert schema["properties"]["unit"]["enum"] == ["seconds", "minutes", "hours"]
