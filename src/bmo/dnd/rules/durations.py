"""How long something lasts: until a moment of the table's clock, or until a save ends it.

The clock counts rounds of 6 seconds. SRD 5.1 "The Order of Combat", "Time", "Duration".
"""

from dataclasses import dataclass
from enum import StrEnum

from bmo.core.errors import Refused
from bmo.dnd.dice import Advantage, Luck
from bmo.dnd.rules.checks import Tested, save
from bmo.dnd.rules.terms import Ability


class Unit(StrEnum):
    """What durations are told in."""

    ROUND = "round"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def rounds(self) -> int:
        """How many rounds one has."""
        return {"round": 1, "minute": 10, "hour": 600, "day": 14_400}[self.value]


class Moment(StrEnum):
    """Of somebody's turn."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Until:
    """Ends by itself at a moment of `whose` turn in `round`; without `whose`, as that round begins."""

    round: int
    whose: str | None = None
    when: Moment = Moment.END

    def over(self, round: int, whose: str | None = None, when: Moment = Moment.START) -> bool:
        """Whether it has ended once the clock stands at a moment of a turn in `round`.

        Somebody who left the order never has that turn: it ends when the round after begins.
        """
        if self.whose is None:
            return round >= self.round
        here = whose == self.whose and (self.when is Moment.START or when is Moment.END)
        return round > self.round or (round == self.round and here)


@dataclass(frozen=True, slots=True)
class SaveEnds:
    """The bearer throws a save at the end of each of its turns; a success ends it."""

    ability: Ability
    difficulty: int

    def tried(self, bonus: int, luck: Luck, advantage: Advantage = Advantage.NONE, *, fails: bool = False) -> Tested:
        """One of those saves; `fails` for those that fail by themselves."""
        return save(bonus, self.difficulty, luck, advantage, fails=fails)


def rounds(amount: int, unit: Unit = Unit.ROUND) -> int:
    """So long in rounds. Raises `Refused` below 1."""
    if amount < 1:
        raise Refused("Something that lasts does so for a round at least.", code="bad_duration")
    return amount * unit.rounds


def for_rounds(number: int, now: int, whose: str | None = None, when: Moment = Moment.START) -> Until:
    """From a moment of `whose` turn in round `now`: a spell of 1 minute ends when its caster's turn begins ten rounds
    later."""
    return Until(now + number, whose, when)


def next_turn(whose: str, when: Moment, now: int, *, acting: bool, acted: bool) -> Until:
    """Until the start or end of somebody's next turn. `acting`: it is their turn in round `now`; `acted`: they had it.
    Their "next turn" is never the one that goes on."""
    return Until(now + 1 if acting or acted else now, whose, when)
