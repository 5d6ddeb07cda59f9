"""Who acts when. SRD 5.1 "The Order of Combat"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bmo.dnd.dice import Advantage, Luck, Roll
from bmo.dnd.rules.checks import d20
from bmo.dnd.rules.terms import Edition


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody in a fight."""

    name: str
    total: int
    """Of the initiative roll."""
    dexterity: int = 10
    """Breaks ties: the higher score first."""


def initiative(
    modifier: int, luck: Luck, *, surprised: bool = False, advantage: bool = False, edition: Edition = Edition.SRD_5_1
) -> Roll:
    """A Dexterity check. In SRD 5.2.1 surprise is disadvantage on it; in 5.1 it costs the first turn instead."""
    hindered = surprised and edition is Edition.SRD_5_2
    if hindered == advantage:
        return d20(modifier, luck)
    return d20(modifier, luck, Advantage.ADVANTAGE if advantage else Advantage.DISADVANTAGE)


def loses_first_turn(*, surprised: bool, edition: Edition = Edition.SRD_5_1) -> bool:
    """SRD 5.1 "Surprise": no move and no action on the first turn, no reaction until it ends."""
    return surprised and edition is Edition.SRD_5_1


def order(entrants: Iterable[Entrant]) -> tuple[str, ...]:
    """The highest first; ties by Dexterity score, then by name, so that it is the same for everybody."""
    return tuple(one.name for one in sorted(entrants, key=lambda one: (-one.total, -one.dexterity, one.name)))


def following(names: Sequence[str], current: str, gone: Iterable[str] = ()) -> tuple[str, bool]:
    """Who acts after `current`, and whether a new round begins with them.

    `gone` are those who act no more. Nobody's turn is skipped when somebody is taken out: the order is kept, not
    positions. Raises ValueError when nobody is left, or `current` is not in it.
    """
    out = set(gone)
    start = names.index(current)
    for step in range(1, len(names) + 1):
        at = start + step
        if names[at % len(names)] not in out:
            return names[at % len(names)], at >= len(names)
    raise ValueError("nobody is left in the order")


def surprised(stealth: Iterable[int], passive_perception: int) -> bool:
    """Whether somebody notices nobody: surprised when every hidden enemy's Stealth beats their passive Perception.

    SRD 5.1 "Surprise".
    """
    rolls = list(stealth)
    return bool(rolls) and all(one > passive_perception for one in rolls)
