"""What a row of the rules' tables is: a rule named in the issue, the section of the SRD that it comes from, a call, and
what has to come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bmo.dnd.rules.terms import Edition

OLD, NEW = Edition.SRD_5_1, Edition.SRD_5_2

RULES = (
    "ability and skill checks", "saves", "attacks", "damage with resistance, vulnerability, immunity",
    "conditions with durations", "concentration", "death saves", "massive damage", "short and long rest", "spell slots",
    "spell save DC", "exhaustion", "cover", "ranged in melee", "opportunity attacks", "grapple and prone",
    "area effects", "initiative", "encounter difficulty", "XP and level-up", "treasure",
)  # fmt: skip
"""Every rule that was promised. `MORE` came along."""
MORE = ("moving", "hiding and light", "casting", "helping and waiting", "air")


@dataclass(frozen=True)
class Refusal:
    """The code of the error that is to be raised."""

    code: str


@dataclass(frozen=True)
class Case:
    """What comes of a call with these arguments."""

    expected: Any
    args: tuple[Any, ...]
    named: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    rule: str
    edition: Edition
    section: str
    call: Callable[..., Any]
    case: Case

    def __str__(self) -> str:
        told = ", ".join([*map(str, self.case.args), *(f"{key}={value}" for key, value in self.case.named.items())])
        return f"{self.edition} {self.section}: {self.call.__name__}({told})"


def case(expected: Any, *args: Any, **named: Any) -> Case:
    """A line: what is expected, then the arguments."""
    return Case(expected, args, named)


def table(rule: str, edition: Edition, section: str, call: Callable[..., Any], *cases: Case) -> list[Row]:
    """Lines of one section for one function."""
    assert rule in RULES or rule in MORE, rule
    return [Row(rule, edition, section, call, one) for one in cases]
