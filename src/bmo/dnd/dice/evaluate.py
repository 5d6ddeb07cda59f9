"""From a tree to faces and numbers."""

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from bmo.dnd.dice.errors import DiceError
from bmo.dnd.dice.nodes import (
    Annotated,
    Arithmetic,
    Compared,
    Comparison,
    Dice,
    Group,
    Node,
    Number,
    Sign,
    Signed,
)
from bmo.dnd.dice.throwing import Cup, Die, choose, operate

HIGHEST = 10**12
"""No number of the game is larger, either way."""

_SIGNS: dict[Sign, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": lambda left, right: Fraction(left // right),
    "%": operator.mod,
}
_COMPARISONS: dict[Comparison, Callable[[Fraction, Fraction], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


@dataclass(slots=True)
class Rolled:
    """A node with what was thrown for it."""

    node: Node
    value: Fraction
    text: str
    dice: tuple[Die, ...] = ()
    parts: tuple["Rolled", ...] = ()
    kept: bool = True
    """False for what a set dropped."""

    @property
    def number(self) -> float:
        """What it is worth, to be compared in a set."""
        return float(self.value)


class Evaluation:
    """Rolls one tree, from left to right."""

    def __init__(self, cup: Cup) -> None:
        self._cup = cup

    def of(self, node: Node) -> Rolled:
        """What came of it. Raises `DiceError`."""
        match node:
            case Number(text):
                return Rolled(node, Fraction(text), text)
            case Dice():
                return self._dice(node)
            case Group():
                return self._group(node)
            case Signed(sign, of):
                inner = self.of(of)
                value = -inner.value if sign == "-" else inner.value
                return Rolled(node, value, f"{sign}{inner.text}", inner.dice, (inner,))
            case Annotated(of, notes):
                inner = self.of(of)
                text = f"{inner.text} {''.join(f'[{note}]' for note in notes)}"
                return Rolled(node, inner.value, text, inner.dice, (inner,))
            case Arithmetic(left, sign, right):
                return self._sides(node, left, right, sign, lambda one, other: _computed(one, sign, other))
            case Compared(left, comparison, right):
                holds = _COMPARISONS[comparison]
                return self._sides(node, left, right, comparison, lambda one, other: Fraction(holds(one, other)))

    def _dice(self, node: Dice) -> Rolled:
        dice = self._cup.dice(node.count, node.sides)
        operate(dice, node.operations, self._cup)
        value = Fraction(sum(die.number for die in dice if die.kept))
        return Rolled(node, value, f"{node} ({', '.join(map(str, dice))})", tuple(dice))

    def _group(self, node: Group) -> Rolled:
        parts = tuple(self.of(item) for item in node.items)
        choose(parts, node.operations)
        value = sum((part.value for part in parts if part.kept), Fraction(0))
        inside = ", ".join(part.text if part.kept else f"~~{part.text.replace('~~', '')}~~" for part in parts)
        text = f"({inside}){''.join(map(str, node.operations))}"
        return Rolled(node, value, text, tuple(die for part in parts for die in part.dice), parts)

    def _sides(
        self, node: Node, left: Node, right: Node, sign: str, join: Callable[[Fraction, Fraction], Fraction]
    ) -> Rolled:
        one, other = self.of(left), self.of(right)
        value = join(one.value, other.value)
        if abs(value) > HIGHEST:
            raise DiceError("These dice come to more than any game needs.", code="too_large")
        return Rolled(node, value, f"{one.text} {sign} {other.text}", one.dice + other.dice, (one, other))


def by_type(rolled: Rolled) -> dict[str, Fraction]:
    """The terms of a sum by their annotation, in lower case; see `Roll.by_type`."""
    terms = list(_terms(rolled, 1))
    notes = [note for note, _ in terms]
    found: dict[str, Fraction] = {}
    for number, (note, value) in enumerate(terms):
        after = next((later for later in notes[number + 1 :] if later), "")
        before = next((earlier for earlier in reversed(notes[:number]) if earlier), "")
        kind = note or after or before
        found[kind] = found.get(kind, Fraction(0)) + value
    return found


def _terms(rolled: Rolled, sign: int) -> Iterator[tuple[str, Fraction]]:
    match rolled.node:
        case Arithmetic(sign="+" | "-" as between):
            yield from _terms(rolled.parts[0], sign)
            yield from _terms(rolled.parts[1], sign if between == "+" else -sign)
        case Annotated(notes=notes):
            yield notes[0].casefold(), sign * rolled.value
        case Group(items=(_,), operations=()):
            yield from _terms(rolled.parts[0], sign)
        case _:
            yield "", sign * rolled.value


def _computed(left: Fraction, sign: Sign, right: Fraction) -> Fraction:
    if not right and sign in ("/", "//", "%"):
        raise DiceError("Nothing can be divided by zero.", code="zero_division")
    return _SIGNS[sign](left, right)
