"""What page and app say about routines: steps under a name, for the whole household."""

from pydantic import Field

from bmo.wire.ai import Wire


class RoutineStep(Wire):
    """One step, and what it would do now."""

    words: str
    """A sentence, or a tag such as `[LED:off]`."""
    says: str
    """What BMO makes of it, with its literal arguments; empty where it makes nothing of it."""
    problem: str
    """Why it would be left out; empty where it would be done."""
    asks: bool
    """Whether it needs a yes every time."""


class RoutineLine(Wire):
    """One routine."""

    id: int
    """0 for one that every house has: it can be run, and replaced by one of the same name."""
    name: str
    by: str
    """Who made it or changed it last; empty for one that every house has."""
    steps: tuple[RoutineStep, ...]


class RoutineList(Wire):
    """The body of GET /api/routines: the household's own first."""

    routines: tuple[RoutineLine, ...]
    may_change: bool
    """Whether whoever asks may make, change and delete them."""
    most_steps: int
    longest_step: int
    """Characters."""
    longest_name: int
    """Characters."""


class RoutineWords(Wire):
    """A routine as a person writes it."""

    name: str = Field(max_length=200)
    steps: tuple[str, ...] = Field(max_length=100)


class StepWords(Wire):
    """Sentences to be looked at, while somebody writes them."""

    steps: tuple[str, ...] = Field(max_length=100)


class CheckedSteps(Wire):
    """What each of them would do, in the same order."""

    steps: tuple[RoutineStep, ...]
