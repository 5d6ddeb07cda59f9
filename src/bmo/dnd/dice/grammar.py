"""Reads dice expressions: the grammar that players know from Avrae's d20, by lark.

Nodes are made while the text is read, without recursion, and what could cost time is refused before: the length of the
text, the depth of its brackets and the digits of its numbers.
"""

import re
from functools import cache, lru_cache
from typing import Any, Literal, cast

from lark import Lark, Token, Transformer, UnexpectedInput, UnexpectedToken

from bmo.dnd.dice.errors import DiceError
from bmo.dnd.dice.nodes import (
    Annotated,
    Arithmetic,
    Category,
    Compared,
    Comparison,
    Dice,
    Group,
    Node,
    Number,
    Operation,
    Operator,
    Selector,
    Sign,
    Signed,
)

LONGEST = 500
"""Characters of an expression."""
DEEPEST = 20
"""Brackets inside brackets."""
MOST_SIGNS = 100
"""Signs in all: a tree of so many is walked by recursion."""
MOST_DIGITS = 6
"""Of one number: nobody owns a die with more sides."""

_GRAMMAR = r"""
?start: compared
?compared: sum
    | compared COMPARISON sum
?sum: product
    | sum SUM_SIGN product -> arithmetic
?product: signed
    | product PRODUCT_SIGN signed -> arithmetic
?signed: annotated
    | SUM_SIGN signed
annotated: value NOTE*
?value: INTEGER -> number
    | DECIMAL -> number
    | dice
    | group
dice: INTEGER? DIE (INTEGER | PERCENT) operation*
group: "(" (items COMMA?)? ")" operation*
items: compared
    | items COMMA compared
operation: OPERATOR selector
selector: CATEGORY? INTEGER

COMPARISON: "==" | "!=" | ">=" | "<=" | ">" | "<"
SUM_SIGN: "+" | "-"
PRODUCT_SIGN: "*" | "//" | "/" | "%"
NOTE: /\[[^\[\]]+\]/
DIE: "d"i
PERCENT: "%"
COMMA: ","
OPERATOR: "rr"i | "ro"i | "ra"i | "mi"i | "ma"i | "e"i | "k"i | "p"i
CATEGORY: "h"i | "l"i | ">" | "<"
DECIMAL: /[0-9]+\.[0-9]+/
INTEGER: /[0-9]+/
%ignore /\s+/
"""
KEPT = 512
"""Trees that were read: a table rolls the same few expressions again and again. Nodes never change."""
_TOO_MANY_DIGITS = re.compile(rf"\d{{{MOST_DIGITS + 1},}}")
_SIGNS = re.compile(r"[-+*/%<>=!]+")


@lru_cache(KEPT)
def parse(expression: str) -> Node:
    """The tree of an expression. Raises `DiceError` with a sentence for one that cannot be read, or is hostile."""
    _check(expression)
    try:
        return cast(Node, _parser().parse(expression))
    except UnexpectedInput as fault:
        raise DiceError(_told(expression, fault)) from fault


def _check(expression: str) -> None:
    if not expression.strip():
        raise DiceError("Say which dice to roll, such as 2d6+3.", code="no_dice")
    if len(expression) > LONGEST:
        raise DiceError(f"These dice take more than {LONGEST} characters to write.", code="too_long")
    if _TOO_MANY_DIGITS.search(expression):
        raise DiceError(f"A number here has more than {MOST_DIGITS} digits.", code="too_large")
    if len(_SIGNS.findall(expression)) > MOST_SIGNS or sum(map(expression.count, "+-")) > MOST_SIGNS:
        raise DiceError(f"These dice have more than {MOST_SIGNS} signs.", code="too_long")
    depth = deepest = 0
    for sign in expression:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise DiceError(f"These dice have more than {DEEPEST} brackets inside each other.", code="too_deep")


def _told(expression: str, fault: UnexpectedInput) -> str:
    at = fault.pos_in_stream or 0
    if isinstance(fault, UnexpectedToken) and fault.token.type == "$END":
        return f"Something is missing at the end of {expression.strip()[-40:]!r}."
    return f"I cannot read {expression[at : at + 12]!r} in these dice. They are written like 2d6+3 or 4d6kh3."


class _Reader(Transformer[Token, Node]):
    """Called by the parser for each rule as soon as it is complete."""

    def number(self, parts: list[Any]) -> Node:
        return Number(str(parts[0]))

    def selector(self, parts: list[Any]) -> Selector:
        category = parts[0].lower() if len(parts) == 2 else ""
        return Selector(cast(Category, category), int(parts[-1]))

    def operation(self, parts: list[Any]) -> Operation:
        return Operation(cast(Operator, parts[0].lower()), parts[1])

    def dice(self, parts: list[Any]) -> Node:
        count = 1 if parts[0].type == "DIE" else int(parts.pop(0))
        sides = 100 if parts[1].type == "PERCENT" else int(parts[1])
        if sides < 1:
            raise DiceError("A die has at least one side.", code="no_sides")
        return Dice(count, sides, tuple(parts[2:]))

    def items(self, parts: list[Any]) -> list[Node]:
        return [*parts[0], parts[2]] if len(parts) == 3 else parts

    def group(self, parts: list[Any]) -> Node:
        operations = tuple(part for part in parts if isinstance(part, Operation))
        if any(operation.operator not in ("k", "p") for operation in operations):
            raise DiceError("Of what stands in brackets some can be kept (k) or dropped (p), no more.", code="bad_set")
        items = next((part for part in parts if isinstance(part, list)), [])
        comma = len(items) != 1 or any(isinstance(part, Token) for part in parts)
        return Group(tuple(items), operations, comma)

    def annotated(self, parts: list[Any]) -> Node:
        of, *notes = parts
        return Annotated(of, tuple(str(note)[1:-1].strip() for note in notes)) if notes else cast(Node, of)

    def signed(self, parts: list[Any]) -> Node:
        return Signed(cast(Literal["+", "-"], str(parts[0])), parts[1])

    def arithmetic(self, parts: list[Any]) -> Node:
        return Arithmetic(parts[0], cast(Sign, str(parts[1])), parts[2])

    def compared(self, parts: list[Any]) -> Node:
        return Compared(parts[0], cast(Comparison, str(parts[1])), parts[2])


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Reader(), maybe_placeholders=False)
