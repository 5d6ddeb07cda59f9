"""A timer, what is told about it, and which one is meant: by number, name, length, or because it is the only one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Literal

from bmo.capabilities.action import Asked
from bmo.capabilities.wording import Told, listed
from bmo.core.errors import NotFound, Refused
from bmo.skills.durations import parse_duration, say_duration

SHORTEST = timedelta(seconds=1)
LONGEST = timedelta(hours=24)
MOST = 50
"""Timers at a time."""
NAME_LENGTH = 40
"""Characters."""
ALL = {"all", "timers", "all of them", "every", "everything", "both", "every one", "each"}
ALIKE = 0.72
"""How alike a misheard name must be ("paster" for "pasta" is 0.727), by difflib's ratio."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer at the moment it was looked at."""

    id: int
    name: str
    """What it is for; empty for none."""
    seconds: float
    """How long it was set for."""
    left: float
    """Seconds until it rings; 0 when it rings."""
    state: Literal["running", "ringing"]
    due: datetime
    """Wall time, UTC."""
    asked: Asked
    """Who set it, and where: it rings there."""

    @property
    def title(self) -> Told:
        """ "pasta timer" or "5 minute timer"."""
        if self.name:
            return Told("{name} timer", name=self.name)
        length = say_duration(timedelta(seconds=self.seconds))
        short = " ".join(word.removesuffix("s") for word in length.replace(" and ", " ").split())
        return Told("{short} timer", short=short, length=length)


@dataclass(frozen=True, slots=True)
class TimersChanged:
    """A timer was set, changed, rang or went away; ask `all()` for how they are now."""


@dataclass(frozen=True, slots=True)
class TimerRang:
    """A timer rings now."""

    timer: Timer
    sentence: str
    late: float
    """Seconds since it was due, when BMO was off at that time; else 0."""


def check_length(duration: timedelta) -> None:
    """Raises `Refused` when no timer can run for this long."""
    if not SHORTEST <= duration <= LONGEST:
        raise Refused("A timer can run for 1 second to 24 hours.", code="bad_duration")


def chosen(timers: Sequence[Timer], which: int | str, *, only_one: bool = False) -> tuple[Timer, ...]:
    """The timers meant: one, or all of them for "all" unless `only_one`.

    Raises `NotFound` when none is meant and `Refused` when it could be several.
    """
    if isinstance(which, int) or re.fullmatch(r"\s*\d{1,12}\s*", which):
        found = tuple(timer for timer in timers if timer.id == int(which))
        if not found:
            raise NotFound(Told("There is no timer with the number {which}.", which=which), code="unknown_timer")
        return found
    words = _plain(which)
    if not timers:
        raise NotFound("No timer is running.", code="unknown_timer")
    if words in ALL and not only_one:
        return tuple(timers)
    meant = _by_name(timers, words) if words else _unnamed(timers)
    if not meant:
        raise NotFound(
            Told("There is no {name} timer. {there}", name=words[:60], there=_there_are(timers)), code="unknown_timer"
        )
    if len(meant) > 1:
        raise Refused(Told("Which one do you mean? {there}", there=_there_are(meant)), code="which_timer")
    return tuple(meant)


def _plain(which: str) -> str:
    words = re.sub(r"[^\w\s.'-]", " ", which.casefold())
    if words.strip() in ALL:
        return words.strip()
    words = re.sub(r"^\s*((the|my|our|a|an|this|that)\s+)+", "", words)
    return " ".join(re.sub(r"\b(timers?|alarms?)\s*$", "", words).split())


def _unnamed(timers: Sequence[Timer]) -> list[Timer]:
    """ "The timer": the one that rings, else any."""
    return [timer for timer in timers if timer.state == "ringing"] or list(timers)


def _by_name(timers: Sequence[Timer], words: str) -> list[Timer]:
    named = [timer for timer in timers if timer.name.casefold() == words]
    if named:
        return named
    try:
        length = parse_duration(words)
    except ValueError:
        close = get_close_matches(words, [timer.name.casefold() for timer in timers if timer.name], 1, ALIKE)
        return [timer for timer in timers if timer.name.casefold() in close]
    return [timer for timer in timers if timedelta(seconds=timer.seconds) == length]


def _there_are(timers: Sequence[Timer]) -> Told:
    titles = list(dict.fromkeys(Told("the {timer}", timer=timer.title) for timer in timers))[:5]
    if len(titles) < len(timers):
        return Told("There are {count}: {listed}.", count=len(timers), listed=listed(titles))
    return Told("There is {one}.", one=titles[0]) if len(titles) == 1 else Told("There are {all}.", all=listed(titles))
