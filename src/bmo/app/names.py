"""What is kept under somebody's name follows them when they are renamed, and goes when their account does."""

from collections.abc import Callable, Sequence

from bmo.capabilities.people import PersonRemoved, PersonRenamed
from bmo.core.events import Events


def follow_people(
    events: Events, renames: Sequence[Callable[[str, str], None]], forgets: Sequence[Callable[[str], object]]
) -> None:
    """`renames` are called with the old and the new name, `forgets` with the name of somebody who is gone.

    Each listens for itself: one that fails is logged, and the others do their part.
    """
    for rename in renames:
        events.on(PersonRenamed, lambda told, rename=rename: rename(told.old, told.new))
    for forget in forgets:
        events.on(PersonRemoved, lambda told, forget=forget: forget(told.name))
