"""An expression as a tree. `str(node)` writes it so that it is read as the same tree again."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["k", "p", "rr", "ro", "ra", "e", "mi", "ma"]
"""Keep, drop, reroll until it does not match, reroll once, reroll once and add, explode, at least, at most."""
Category: TypeAlias = Literal["", "h", "l", ">", "<"]
"""A face itself, the highest, the lowest, above, below."""
Sign: TypeAlias = Literal["+", "-", "*", "/", "//", "%"]
Comparison: TypeAlias = Literal["==", "!=", ">=", "<=", ">", "<"]


@dataclass(frozen=True, slots=True)
class Selector:
    """Which dice of a throw are meant."""

    category: Category
    number: int

    def __str__(self) -> str:
        return f"{self.category}{self.number}"


@dataclass(frozen=True, slots=True)
class Operation:
    """What happens to those dice."""

    operator: Operator
    selector: Selector

    def __str__(self) -> str:
        return f"{self.operator}{self.selector}"


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number or a decimal, as it was written."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Dice:
    """`count` dice with as many sides, such as 4d6kh3; sides 100 for d%."""

    count: int
    sides: int
    operations: tuple[Operation, ...] = ()

    def __str__(self) -> str:
        return f"{self.count}d{self.sides}{''.join(map(str, self.operations))}"


@dataclass(frozen=True, slots=True)
class Group:
    """A single node in brackets, or a set of them, such as (1d20, 1d20+5)kh1; a set is worth what is kept of it."""

    items: tuple["Node", ...]
    operations: tuple[Operation, ...] = ()
    """Only `k` and `p`."""
    comma: bool = False
    """Whether it was written as a set, with a comma."""

    def __str__(self) -> str:
        inside = ", ".join(map(str, self.items)) + ("," if self.comma and len(self.items) == 1 else "")
        return f"({inside}){''.join(map(str, self.operations))}"


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign before something."""

    sign: Literal["+", "-"]
    of: "Node"

    def __str__(self) -> str:
        return f"{self.sign}{self.of}"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two sides and a sign between them."""

    left: "Node"
    sign: Sign
    right: "Node"

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True, slots=True)
class Compared:
    """Worth 1 where it holds and 0 where not."""

    left: "Node"
    comparison: Comparison
    right: "Node"

    def __str__(self) -> str:
        return f"{self.left} {self.comparison} {self.right}"


@dataclass(frozen=True, slots=True)
class Annotated:
    """What something is for, such as the type of damage: 2d6[fire]."""

    of: "Node"
    notes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.of}{''.join(f'[{note}]' for note in self.notes)}"


Node: TypeAlias = Number | Dice | Group | Signed | Arithmetic | Compared | Annotated
