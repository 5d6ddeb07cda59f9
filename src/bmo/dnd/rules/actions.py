"""Helping and waiting for the moment: what these actions ask for. SRD 5.1 "Help", "Ready", "Reactions"."""

from bmo.core.errors import Refused
from bmo.dnd.rules.casting import CastingTime
from bmo.dnd.rules.terms import Edition

HELP_REACH = 5
"""Feet between who helps in an attack and the one attacked."""


def check_help_attack(distance: float) -> None:
    """Raises `Refused` where an enemy `distance` feet away cannot be distracted. SRD 5.1 "Help"."""
    if distance > HELP_REACH:
        raise Refused(f"Helping in an attack takes an enemy within {HELP_REACH} feet.", code="too_far_to_help")


def check_help_task(*, could_alone: bool, proficient: bool, edition: Edition = Edition.SRD_5_1) -> None:
    """Raises `Refused` for who is no help in a task: in SRD 5.1 who could not try it alone, in 5.2.1 who lacks the
    proficiency. SRD 5.1 "Working Together"."""
    if not (proficient if edition is Edition.SRD_5_2 else could_alone):
        raise Refused("Only somebody who knows how to do it can help with it.", code="no_help")


def check_ready_spell(time: CastingTime) -> None:
    """Raises `Refused` for a spell that cannot be held for a trigger: only those of one action can. Its slot is spent
    and it takes concentration until it is let go. SRD 5.1 "Ready"."""
    if time != "action":
        raise Refused("Only a spell with a casting time of one action can be readied.", code="not_ready")
