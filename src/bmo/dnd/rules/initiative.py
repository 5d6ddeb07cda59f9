"""Who acts when. SRD 5.1 "The Order of Combat"."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bmo.dnd.dice import Luck, Roll
from bmo.dnd.rules.checks import advantage_of, d20
from bmo.dnd.rules.conditions import exhausted, on_initiative
from bmo.dnd.rules.terms import Condition, Edition


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody in a fight."""

    name: str
    total: int
    """Of the initiative roll."""
    dexterity: int = 10
    """Breaks ties: the higher score first."""


def initiative(
    modifier: int,
    luck: Luck,
    *,
    surprised: bool = False,
    advantage: bool = False,
    conditions: Collection[Condition] = (),
    exhaustion: int = 0,
    edition: Edition = Edition.SRD_5_1,
) -> Roll:
    """A Dexterity check, with all that conditions do to those; `advantage` is for features.

    In SRD 5.2.1 surprise is disadvantage on it, as being incapacitated is; being invisible is advantage. In 5.1
    surprise costs the first turn instead. SRD 5.1 "Initiative", SRD 5.2.1 "Incapacitated", "Invisible".
    """
    found = on_initiative(conditions, exhaustion, edition)
    better = [*found.advantage, *(["feature"] if advantage else [])]
    worse = [*found.disadvantage, *(["surprised"] if surprised and edition is Edition.SRD_5_2 else [])]
    worn = exhausted(exhaustion, edition).d20_penalty
    return d20(modifier - worn, luck, advantage_of(better, worse))


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

    Whoever hides has to beat the score: a tie leaves them in sight. SRD 5.1 "Surprise", "Contests".
    """
    rolls = list(stealth)
    return bool(rolls) and all(one > passive_perception for one in rolls)
