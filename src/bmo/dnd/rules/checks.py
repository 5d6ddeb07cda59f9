"""A d20 against a number: ability checks, saving throws, contests; advantage and passive scores."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from bmo.core.errors import Refused
from bmo.dnd.dice import Advantage, Luck, Roll, ScriptedLuck, roll


class Difficulty(IntEnum):
    """SRD 5.1 "Typical Difficulty Classes"."""

    VERY_EASY = 5
    EASY = 10
    MEDIUM = 15
    HARD = 20
    VERY_HARD = 25
    NEARLY_IMPOSSIBLE = 30


LOWEST_SCORE, HIGHEST_SCORE = 1, 30


def modifier(score: int) -> int:
    """What an ability score adds: (score - 10) / 2, rounded down. SRD 5.1 "Ability Scores and Modifiers".

    Raises `Refused` for a score that is not 1 to 30.
    """
    if not LOWEST_SCORE <= score <= HIGHEST_SCORE:
        raise Refused(f"An ability score is {LOWEST_SCORE} to {HIGHEST_SCORE}, not {score}.", code="bad_score")
    return (score - 10) // 2


def proficiency_bonus(level: float) -> int:
    """Of a character's level, or a monster's challenge rating: 2, and one more every four. SRD 5.1 "Proficiency Bonus".

    Raises `Refused` below 0 and above 30.
    """
    if not 0 <= level <= 30:
        raise Refused(f"A level or challenge rating is 0 to 30, not {level:g}.", code="bad_level")
    return 2 + max(0, (int(level) - 1)) // 4


def advantage_of(reasons_for: Collection[object], reasons_against: Collection[object]) -> Advantage:
    """Any number of reasons count once, and one of each cancel out. SRD 5.1 "Advantage and Disadvantage"."""
    if bool(reasons_for) == bool(reasons_against):
        return Advantage.NONE
    return Advantage.ADVANTAGE if reasons_for else Advantage.DISADVANTAGE


def passive(bonus: int, advantage: Advantage = Advantage.NONE) -> int:
    """10 and the bonus, 5 more with advantage and 5 less with disadvantage. SRD 5.1 "Passive Checks"."""
    return 10 + bonus + {Advantage.NONE: 0, Advantage.ADVANTAGE: 5, Advantage.DISADVANTAGE: -5}[advantage]


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a d20 test."""

    roll: Roll
    difficulty: int
    success: bool

    @property
    def margin(self) -> int:
        """By how much; below zero for a failure."""
        return self.roll.total - self.difficulty


def d20(bonus: int, luck: Luck, advantage: Advantage = Advantage.NONE) -> Roll:
    """A d20 with a bonus."""
    return roll(f"1d20{bonus:+d}", luck, advantage=advantage)


def check(bonus: int, difficulty: int, luck: Luck, advantage: Advantage = Advantage.NONE) -> Tested:
    """An ability check: it succeeds when it reaches the DC. A natural 20 or 1 is nothing special here.

    SRD 5.1 "Ability Checks".
    """
    rolled = d20(bonus, luck, advantage)
    return Tested(rolled, difficulty, rolled.total >= difficulty)


def save(
    bonus: int, difficulty: int, luck: Luck, advantage: Advantage = Advantage.NONE, *, fails: bool = False
) -> Tested:
    """A saving throw, as a check. SRD 5.1 "Saving Throws". `fails` is for conditions that let it fail by themselves:
    the die is thrown all the same, so that the log shows it."""
    tested = check(bonus, difficulty, luck, advantage)
    return Tested(tested.roll, difficulty, False) if fails else tested


def bonus(
    modifier: int, proficiency: int, *, proficient: bool = False, expert: bool = False, half: bool = False
) -> int:
    """What is added to a d20: the ability, and the proficiency bonus once, doubled for an expert, halved (rounded down)
    by features such as Jack of All Trades for those who lack it. SRD 5.1 "Proficiency Bonus"."""
    if proficient:
        return modifier + (2 if expert else 1) * proficiency
    return modifier + (proficiency // 2 if half else 0)


def rerolled(before: Roll, luck: Luck, *, worst: bool = True) -> Roll:
    """The same roll with one d20 thrown again, the lowest or the highest; the new face counts.

    For SRD 5.2.1 "Heroic Inspiration" and the luck of halflings: of two dice only one is thrown again (SRD 5.1
    "Advantage and Disadvantage"). In SRD 5.1 inspiration is one more reason for advantage instead.
    """
    faces = [die.faces[-1] for die in before.dice]
    twenties = [at for at, die in enumerate(before.dice) if die.sides == 20]
    if not twenties:
        raise Refused("There is no d20 here to throw again.", code="no_d20")
    chosen = (min if worst else max)(twenties, key=lambda at: faces[at])
    faces[chosen] = luck.roll(20)
    return roll(before.expression, ScriptedLuck(faces))


@dataclass(frozen=True, slots=True)
class Contested:
    """What came of a contest."""

    attempt: Roll
    resistance: Roll

    @property
    def success(self) -> bool:
        """Whether whoever tried it won; a tie leaves everything as it was. SRD 5.1 "Contests"."""
        return self.attempt.total > self.resistance.total


def contest(
    attempt: int,
    resistance: int,
    luck: Luck,
    attempt_advantage: Advantage = Advantage.NONE,
    resistance_advantage: Advantage = Advantage.NONE,
) -> Contested:
    """Two checks against each other; the arguments are the bonuses."""
    return Contested(d20(attempt, luck, attempt_advantage), d20(resistance, luck, resistance_advantage))
