"""Roll an expression: every die, what was kept of it, and the total."""

from dataclasses import dataclass, replace
from enum import StrEnum
from math import floor

from bmo.dnd.dice.errors import DiceError
from bmo.dnd.dice.evaluate import Evaluation, Rolled, by_type
from bmo.dnd.dice.grammar import parse
from bmo.dnd.dice.luck import Luck
from bmo.dnd.dice.nodes import Annotated, Arithmetic, Compared, Dice, Group, Node, Operation, Selector, Signed
from bmo.dnd.dice.throwing import Cup, Die

MOST_DICE = 1_000
"""Throws of one roll, rerolls and explosions included."""


class Advantage(StrEnum):
    """Two d20 instead of one, of which the higher or the lower counts (SRD 5.1 "Advantage and Disadvantage")."""

    NONE = "none"
    ADVANTAGE = "advantage"
    DISADVANTAGE = "disadvantage"


class Critical(StrEnum):
    """What the d20 that leads the expression shows."""

    NONE = "none"
    HIT = "hit"
    """A natural 20."""
    MISS = "miss"
    """A natural 1."""


@dataclass(frozen=True, slots=True)
class Roll:
    """What came of an expression."""

    expression: str
    """As it was rolled: with advantage, or with the dice of a critical hit doubled."""
    total: int
    """Fractions are rounded down (SRD 5.1 "Round Down")."""
    dice: tuple[Die, ...]
    """In the order in which they lie on the table, dropped ones included."""
    text: str
    """With every face, as Avrae writes it: 2d6 (3, **6**) + 5 = `14`."""
    critical: Critical
    by_type: dict[str, int]
    """Damage by annotation, in lower case; what carries none belongs to the annotation after it, else to the one before
    it, else to ""."""


def roll(
    expression: str,
    luck: Luck,
    *,
    advantage: Advantage = Advantage.NONE,
    critical_hit: bool = False,
    budget: int = MOST_DICE,
) -> Roll:
    """Roll these dice. Raises `DiceError` with a sentence for what cannot be read, or takes more than `budget` throws.

    `critical_hit` doubles the number of all dice (SRD 5.1 "Critical Hits").
    """
    node = parse(expression)
    if advantage is not Advantage.NONE:
        node = _twice(node, advantage)
    if critical_hit:
        node = _doubled(node)
    rolled = Evaluation(Cup(luck, budget)).of(node)
    total = floor(rolled.value)
    types = {note: floor(value) for note, value in by_type(rolled).items()}
    return Roll(str(node), total, rolled.dice, f"{rolled.text} = `{total}`", _critical(rolled), types)


def _twice(node: Node, advantage: Advantage) -> Node:
    """The d20 at the very left becomes two."""
    match node:
        case Dice(1, 20, ()):
            kept = Selector("h" if advantage is Advantage.ADVANTAGE else "l", 1)
            return Dice(2, 20, (Operation("k", kept),))
        case Annotated() | Signed():
            return replace(node, of=_twice(node.of, advantage))
        case Arithmetic() | Compared():
            return replace(node, left=_twice(node.left, advantage))
        case Group(items=(first, *rest)):
            return replace(node, items=(_twice(first, advantage), *rest))
    raise DiceError(f"There is no {advantage} without a d20 at the begin: 1d20+5.", code="no_d20")


def _doubled(node: Node) -> Node:
    match node:
        case Dice():
            return replace(node, count=2 * node.count)
        case Annotated() | Signed():
            return replace(node, of=_doubled(node.of))
        case Arithmetic() | Compared():
            return replace(node, left=_doubled(node.left), right=_doubled(node.right))
        case Group():
            return replace(node, items=tuple(map(_doubled, node.items)))
    return node


def _critical(rolled: Rolled) -> Critical:
    """Of the leftmost dice, when they are d20 of which one counts."""
    while rolled.parts:
        rolled = rolled.parts[0]
    counted = [die for die in rolled.dice if die.kept]
    if not isinstance(rolled.node, Dice) or rolled.node.sides != 20 or len(counted) != 1:
        return Critical.NONE
    return {1: Critical.MISS, 20: Critical.HIT}.get(counted[0].faces[-1], Critical.NONE)
