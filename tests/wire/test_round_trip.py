"""A message that nobody tested cannot exist: this walks the wire package."""

import inspect
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bmo.wire import ai, dnd, page, problem, rag, routines, satellites, speakers, speech, vision, voices, wakes

MESSAGES = sorted(
    {
        kind
        for module in (ai, dnd, page, problem, rag, routines, satellites, speakers, speech, vision, voices, wakes)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, BaseModel) and kind not in (BaseModel, ai.Wire)
    },
    key=lambda kind: kind.__name__,
)

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4)
OBJECT = st.dictionaries(st.text(), JSON, max_size=3)
for _kind in MESSAGES:
    objects = (dict[str, Any], dict[str, Any] | None)
    free = {name: OBJECT for name, field in _kind.model_fields.items() if field.annotation in objects}
    if _kind is ai.ToolPart:
        free["examples"] = st.lists(st.tuples(st.text(), OBJECT), max_size=2).map(tuple)
    if free:
        st.register_type_strategy(_kind, st.builds(_kind, **dict.fromkeys(_kind.model_fields, ...) | free))


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_every_message_says_what_it_is_for(kind: type[BaseModel]) -> None:
    assert kind.__doc__
    assert kind.__doc__ != BaseModel.__doc__


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_every_message_survives_the_wire(kind: type[BaseModel], data: st.DataObject) -> None:
    message = data.draw(st.from_type(kind).filter(_is_text))

    assert kind.model_validate_json(message.model_dump_json()) == message


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.__name__)
def test_an_unknown_key_is_an_error(kind: type[BaseModel]) -> None:
    with pytest.raises(ValueError, match="surprise"):
        kind.model_validate({"surprise": 1})


def _is_text(message: Any) -> bool:
    """JSON carries text and finite numbers; other messages (raw sound) travel as binary attachments."""
    try:
        message.model_dump_json()
    except ValueError:
        return False
    return not re.search(r"\b(nan|inf)\b", repr(message))
