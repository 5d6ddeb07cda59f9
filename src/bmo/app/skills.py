"""The one list of what BMO can do: the app carries it out, and a dry run only understands it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, cast

from bmo.app.game.throwing import throw
from bmo.app.remembering import Remembering
from bmo.capabilities.action import Action, Asked, Skill
from bmo.core.clock import Clock
from bmo.skills.announce.skill import announce_skill
from bmo.skills.clock.skill import clock_skill
from bmo.skills.dice.skill import Throw, dice_skill
from bmo.skills.documents.papers import Papers
from bmo.skills.documents.skill import documents_skill
from bmo.skills.memory.skill import memory_skill
from bmo.skills.people.skill import people_skill
from bmo.skills.routines.skill import routines_skill
from bmo.skills.routines.store import Routines
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.timers import Timers
from bmo.skills.voices.skill import voices_skill


@dataclass(frozen=True, slots=True)
class Household:
    """What the skills act on."""

    clock: Clock
    zone: tzinfo
    """Where the house stands."""
    timers: Timers
    announce: Callable[[str, Asked], int]
    """Says a text in all rooms, and tells how many loudspeakers will."""
    learn: Callable[[str, Asked], str]
    """Begins to learn somebody's voice, and tells what BMO says first."""
    actions: Callable[[], Sequence[Action]]
    """Everything that can be done, with the roles that this house asks for."""
    remembering: Remembering | None = None
    """What BMO remembers; None where nothing is done."""
    papers: Papers | None = None
    """The documents of the household; None where none are kept."""
    routines: Routines | None = None
    """The routines of the household; None where nothing is done."""
    throw: Throw = throw
    """Throws dice."""


def skills_of(household: Household) -> tuple[Skill, ...]:
    """Every skill; another one is another line here."""
    return (
        timers_skill(household.timers),
        clock_skill(household.clock, household.zone),
        voices_skill(household.learn),
        announce_skill(household.announce),
        _memory(household.remembering),
        people_skill(household.actions),
        documents_skill(household.papers),
        dice_skill(household.throw),
        routines_skill(cast(Routines, household.routines)),
    )


def _memory(remembering: Remembering | None) -> Skill:
    if remembering is None:
        nothing: Any = None
        return memory_skill(nothing, nothing, nothing)
    return memory_skill(remembering.memory, remembering.forgetting.known, remembering.forgetting.forget)


def dry_skills(clock: Clock, zone: tzinfo) -> tuple[Skill, ...]:
    """The same skills with nothing behind them: what is asked of them can be understood, but not be done."""
    nothing: Any = None
    return skills_of(Household(clock, zone, timers=nothing, announce=nothing, learn=nothing, actions=nothing))
