"""The schema that the page's types are made from."""

from typing import get_args

from bmo.wire.page import TurnLine
from bmo.wire.schema import MESSAGES, page_schema


def test_every_line_of_a_turn_and_every_message_has_a_type() -> None:
    lines = get_args(get_args(TurnLine)[0])
    known = page_schema()["$defs"]

    assert {line.__name__ for line in lines} <= set(known)
    assert {message.__name__ for message in MESSAGES} <= set(known)


def test_nothing_on_the_wire_may_carry_unknown_fields() -> None:
    objects = {name: made for name, made in page_schema()["$defs"].items() if made.get("type") == "object"}

    assert [name for name, made in objects.items() if made["additionalProperties"] is not False] == []
