"""What time and what day it is: here, and in the cities that have a time zone named after them."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import spoken
from bmo.capabilities.wording import Told
from bmo.core.clock import Clock
from bmo.core.errors import NotFound

DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


def _place(value: str) -> str:
    """A city; two of them, or half a sentence, are none."""
    words = value.casefold().split()
    if len(words) > 4 or {"in", "at", "my", "what", "tell", "is", "was", "when", "i", "he", "she"} & set(words):
        raise ValueError("this is no place")
    return value


class TellTime(BaseModel):
    """Arguments of `time.now`."""

    model_config = ConfigDict(extra="forbid")

    place: Annotated[str, AfterValidator(_place), Field(max_length=60, description="a city, or empty for here")] = ""


class TellDate(BaseModel):
    """Arguments of `time.date`."""

    model_config = ConfigDict(extra="forbid")

    day: Annotated[str, Field(pattern="^(yesterday|today|tomorrow)$")] = "today"


SAID = spoken(__package__)


def clock_skill(clock: Clock, zone: tzinfo) -> Skill:
    """Time and date by this clock, in the time zone of the house."""
    return Skill("clock", (_time(clock, zone), _date(clock, zone)))


def _time(clock: Clock, zone: tzinfo) -> Action:
    def run(wanted: TellTime, _asked: Asked) -> Done:
        place = " ".join(wanted.place.split())
        there = _zone_of(place) if place and place.casefold() not in {"here", "my house", "hier"} else zone
        now = clock.now().astimezone(there)
        template = "It is {time} in {place}." if there is not zone else "It is {time}."
        return Done(
            Told(template, time=_spoken_time(now), place=place.title()), {"time": now.isoformat(timespec="seconds")}
        )

    return Action(
        "time.now",
        "Say what time it is.",
        Effect.READS,
        TellTime,
        run,
        SAID["time.now"],
        examples=(("what time is it", {}), ("what time is it in Tokyo", {"place": "Tokyo"})),
        cues=("what time", "the time", "current time", "how late", "late is it", "my watch", "clock say", "clock show"),
    )


def _date(clock: Clock, zone: tzinfo) -> Action:
    def run(wanted: TellDate, _asked: Asked) -> Done:
        day = (clock.now().astimezone(zone) + timedelta(days=DAYS[wanted.day])).date()
        verb = "was" if wanted.day == "yesterday" else "is"
        template = f"{wanted.day.capitalize()} {verb} {{weekday}}, {{month}} {{ordinal}}, {{year}}."
        parts = {"weekday": Told(f"{day:%A}"), "month": Told(f"{day:%B}"), "ordinal": _ordinal(day.day)}
        return Done(Told(template, **parts, day=day.day, year=day.year), {"date": day.isoformat()})

    return Action(
        "time.date",
        "Say what day it is.",
        Effect.READS,
        TellDate,
        run,
        SAID["time.date"],
        examples=(("what day is it today", {}), ("what is tomorrow's date", {"day": "tomorrow"})),
        cues=(
            "what day",
            "which day",
            "the date",
            "date today",
            "what date",
            "what month",
            "what year",
            "day of week",
            "weekday",
            "date tomorrow",
            "date yesterday",
            "which date",
            "a date on",
            "calendar say",
        ),
    )


def _spoken_time(now: datetime) -> Told:
    """ "3:07 PM", as English speakers say it."""
    half = "AM" if now.hour < 12 else "PM"
    return Told("{hour12}:{minute} {half}", hour12=now.hour % 12 or 12, minute=f"{now:%M}", half=half, hour=now.hour)


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _zone_of(place: str) -> tzinfo:
    name = place.casefold().removeprefix("the ")
    key = _cities().get(_other_names().get(name, name).replace(" ", "_"))
    if key is None:
        told = Told("I don't know what time it is in {place}. I know big cities.", place=place)
        raise NotFound(told, code="unknown_place")
    return ZoneInfo(key)


@cache
def _other_names() -> Mapping[str, str]:
    """What cities are called in other languages: "wien" -> "vienna"."""
    told = yaml.safe_load(files(__package__).joinpath("places", "de.yaml").read_text(encoding="utf-8"))
    return {name.casefold(): city.casefold() for name, city in told.items()}


@cache
def _cities() -> dict[str, str]:
    """ "tokyo" -> "Asia/Tokyo"; a name found twice means the shorter key."""
    keys = sorted(available_timezones(), key=len, reverse=True)
    return {key.rsplit("/", 1)[-1].casefold(): key for key in keys if not key.startswith(("Etc/", "SystemV/"))}
