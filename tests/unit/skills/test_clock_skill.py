"""Time and date as BMO says them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bmo.capabilities.action import Asked, Done
from bmo.core.errors import NotFound
from bmo.fakes.clock import ManualClock
from bmo.skills.clock.skill import clock_skill


def ask(name: str, at: str = "2026-03-01T23:07:00+00:00", zone: str = "Europe/Berlin", **arguments: str) -> Done:
    skill = clock_skill(ManualClock(datetime.fromisoformat(at)), ZoneInfo(zone))
    action = next(action for action in skill.actions if action.name == name)
    return action.run(action.arguments.model_validate(arguments), Asked())


def test_the_time_is_the_houses_own() -> None:
    done = ask("time.now")

    assert done.sentence == "It is 12:07 AM."
    assert done.data["time"] == "2026-03-02T00:07:00+01:00"


@pytest.mark.parametrize(
    ("at", "sentence"),
    [("2026-01-01T00:00:00+00:00", "It is 12:00 AM."), ("2026-01-01T12:05:00+00:00", "It is 12:05 PM."),
     ("2026-01-01T15:30:00+00:00", "It is 3:30 PM.")],
)  # fmt: skip
def test_the_time_is_said_as_people_say_it(at: str, sentence: str) -> None:
    assert ask("time.now", at, "UTC").sentence == sentence


def test_the_time_of_a_city_is_known_and_of_a_land_of_dreams_not() -> None:
    assert ask("time.now", place="Tokyo").sentence == "It is 8:07 AM in Tokyo."
    assert ask("time.now", place="new york").sentence == "It is 6:07 PM in New York."
    with pytest.raises(NotFound, match="I don't know what time it is in Ooo"):
        ask("time.now", place="Ooo")
    with pytest.raises(NotFound):
        ask("time.now", place="../../etc/passwd")


@pytest.mark.parametrize(
    ("day", "sentence"),
    [("today", "Today is Monday, March 2nd, 2026."), ("tomorrow", "Tomorrow is Tuesday, March 3rd, 2026."),
     ("yesterday", "Yesterday was Sunday, March 1st, 2026.")],
)  # fmt: skip
def test_the_date_is_the_houses_own(day: str, sentence: str) -> None:
    assert ask("time.date", day=day).sentence == sentence


def test_dates_end_as_they_should() -> None:
    said = [
        ask("time.date", f"2026-01-{day:02}T12:00:00+00:00").sentence for day in (1, 2, 3, 4, 11, 12, 13, 21, 22, 23)
    ]

    assert [sentence.split()[4] for sentence in said] == [
        "1st,", "2nd,", "3rd,", "4th,", "11th,", "12th,", "13th,", "21st,", "22nd,", "23rd,",
    ]  # fmt: skip


def test_the_clock_follows_daylight_saving() -> None:
    assert ask("time.now", datetime(2026, 7, 1, 12, tzinfo=UTC).isoformat()).sentence == "It is 2:00 PM."
