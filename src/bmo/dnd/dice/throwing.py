"""A handful of dice: thrown, and what operations do to them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bmo.dnd.dice.errors import DiceError
from bmo.dnd.dice.luck import Luck
from bmo.dnd.dice.nodes import Operation, Operator, Selector


@dataclass(slots=True)
class Die:
    """One die on the table."""

    sides: int
    faces: list[int]
    """Everything it showed, the last of which counts; the others were rerolled."""
    kept: bool = True
    exploded: bool = False
    """Another one was thrown because of it."""
    forced: int | None = None
    """What `mi` or `ma` made of it."""

    @property
    def number(self) -> int:
        """What it is worth."""
        return self.faces[-1] if self.forced is None else self.forced

    def __str__(self) -> str:
        """As Avrae writes it: ~~rerolled or dropped~~, **lowest or highest face**, exploded!"""
        shown = [f"~~{face}~~" for face in self.faces[:-1]] + [self._last()]
        text = " -> ".join(shown) + ("!" if self.exploded else "")
        return text if self.kept else f"~~{text.replace('~~', '')}~~"

    def _last(self) -> str:
        face = self.faces[-1]
        text = f"**{face}**" if self.kept and self.sides > 1 and face in (1, self.sides) else str(face)
        return text if self.forced is None else f"{text} -> {self.forced}"


class Worth(Protocol):
    """A die, or a whole expression in a set."""

    kept: bool

    @property
    def number(self) -> float:
        """What it is worth."""


@dataclass
class Cup:
    """Throws dice until the budget of one roll is spent."""

    luck: Luck
    budget: int
    thrown: int = field(default=0, init=False)

    def throw(self, sides: int) -> int:
        """A face. Raises `DiceError` when these dice would never end."""
        if self.thrown >= self.budget:
            raise DiceError(f"That would take more than {self.budget:,} throws.", code="too_many_dice")
        self.thrown += 1
        return self.luck.roll(sides)

    def dice(self, count: int, sides: int) -> list[Die]:
        """So many dice of a kind. Raises `DiceError` before the first when there are too many."""
        if count > self.budget - self.thrown:
            raise DiceError(f"That would take more than {self.budget:,} throws.", code="too_many_dice")
        return [Die(sides, [self.throw(sides)]) for _ in range(count)]


def choose(items: Sequence[Worth], operations: Sequence[Operation]) -> None:
    """`k` and `p`: which of these items count. Several in a row are one choice: k1k2 keeps ones and twos."""
    for operator, selectors in _in_a_row(operations):
        meant = {id(item) for selector in selectors for item in selected(items, selector)}
        for item in items:
            if item.kept and (id(item) in meant) is (operator == "p"):
                item.kept = False


def operate(dice: list[Die], operations: Sequence[Operation], cup: Cup) -> None:
    """Do these operations, one after the other; dice may join. Raises `DiceError`."""
    for operator, selectors in _in_a_row(operations):
        if operator in ("k", "p"):
            choose(dice, [Operation(operator, selector) for selector in selectors])
            continue
        for selector in selectors:
            _DEEDS[operator](dice, selector, cup)


def selected(items: Sequence[Worth], selector: Selector) -> list[Worth]:
    """Those of the kept items that a selector means."""
    kept = [item for item in items if item.kept]
    number = selector.number
    match selector.category:
        case "h":
            return sorted(kept, key=lambda item: item.number, reverse=True)[:number]
        case "l":
            return sorted(kept, key=lambda item: item.number)[:number]
        case ">":
            return [item for item in kept if item.number > number]
        case "<":
            return [item for item in kept if item.number < number]
        case "":
            return [item for item in kept if item.number == number]


def _in_a_row(operations: Sequence[Operation]) -> Iterator[tuple[Operator, list[Selector]]]:
    row: list[Selector] = []
    for number, operation in enumerate(operations):
        row.append(operation.selector)
        following = operations[number + 1 : number + 2]
        if operation.operator not in ("k", "p") or not following or following[0].operator != operation.operator:
            yield operation.operator, row
            row = []


def _meant(dice: list[Die], selector: Selector) -> list[Die]:
    return [die for die in selected(dice, selector) if isinstance(die, Die)]


def _reroll_until(dice: list[Die], selector: Selector, cup: Cup) -> None:
    while meant := _meant(dice, selector):
        for die in meant:
            die.faces.append(cup.throw(die.sides))


def _reroll_once(dice: list[Die], selector: Selector, cup: Cup) -> None:
    for die in _meant(dice, selector):
        die.faces.append(cup.throw(die.sides))


def _reroll_and_add(dice: list[Die], selector: Selector, cup: Cup) -> None:
    for die in _meant(dice, selector)[:1]:
        _another(dice, die, cup)


def _explode(dice: list[Die], selector: Selector, cup: Cup) -> None:
    meant = _meant(dice, selector)
    while meant:
        thrown = [_another(dice, die, cup) for die in meant]
        # Of new dice none is "the highest": those explode once.
        meant = [] if selector.category in ("h", "l") else _meant(thrown, selector)


def _another(dice: list[Die], die: Die, cup: Cup) -> Die:
    die.exploded = True
    dice.append(Die(die.sides, [cup.throw(die.sides)]))
    return dice[-1]


def _at_least(dice: list[Die], selector: Selector, _cup: Cup) -> None:
    for die in dice:
        if die.number < _plain(selector):
            die.forced = selector.number


def _at_most(dice: list[Die], selector: Selector, _cup: Cup) -> None:
    for die in dice:
        if die.number > _plain(selector):
            die.forced = selector.number


def _plain(selector: Selector) -> int:
    if selector.category:
        raise DiceError(f"mi and ma take a plain number, not {selector}.", code="bad_selector")
    return selector.number


_DEEDS: dict[Operator, Callable[[list[Die], Selector, Cup], None]] = {
    "rr": _reroll_until,
    "ro": _reroll_once,
    "ra": _reroll_and_add,
    "e": _explode,
    "mi": _at_least,
    "ma": _at_most,
}
