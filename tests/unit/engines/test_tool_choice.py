import json
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from bmo.capabilities.chat import Tool, ToolCall
from bmo.core.errors import Refused
from bmo.engines import tool_choice


class Room(StrEnum):
    KITCHEN = "kitchen"
    HALL = "hall"


class SetTimer(BaseModel):
    duration: str = Field(json_schema_extra={"format": "duration", "pattern": "^P"})
    room: Room | None = None
    names: list[str] = []


TIMER = Tool(
    "timer.set", "Start a timer.", SetTimer.model_json_schema(), (("a minute please", {"duration": "a minute"}),)
)
TIME = Tool("clock.time", "Tell the time.", {"type": "object", "properties": {}})


def test_every_tool_and_none_can_be_chosen() -> None:
    choices = tool_choice.schema((TIMER, TIME))["anyOf"]

    assert [choice["properties"]["tool"]["const"] for choice in choices] == ["none", "timer.set", "clock.time"]


def test_arguments_are_written_as_people_say_them() -> None:
    duration = tool_choice.schema((TIMER,))["anyOf"][1]["properties"]["arguments"]["properties"]["duration"]

    assert duration == {"type": "string", "maxLength": 200}


def test_every_reference_points_into_the_shared_definitions() -> None:
    schema = tool_choice.schema((TIME, TIMER, TIMER))
    references = set(_references(schema))

    assert references == {"#/$defs/t1.Room", "#/$defs/t2.Room"}
    assert {reference.removeprefix("#/$defs/") for reference in references} == set(schema["$defs"])


def test_the_prefix_depends_on_the_tools_only() -> None:
    first = tool_choice.messages((TIMER, TIME), "set a timer")
    second = tool_choice.messages((TIMER, TIME), "what time is it")

    assert first[:-1] == second[:-1]
    assert 'User: a minute please\nAnswer: {"tool":"timer.set","arguments":{"duration":"a minute"}}' in first[0].text


def test_a_choice_becomes_a_call() -> None:
    text = '{"tool": "timer.set", "arguments": {"duration": "five minutes"}}'

    assert tool_choice.parse(text, (TIMER,)) == ToolCall("timer.set", {"duration": "five minutes"})


def test_none_and_tools_nobody_offered_are_no_call() -> None:
    for text in ('{"tool":"none"}', '{"tool":"door.open","arguments":{}}', '{"tool":["timer.set"]', "[]", "null", ""):
        assert tool_choice.parse(text, (TIMER,)) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_no_output_of_a_model_is_an_accident(output: Any) -> None:
    for text in (json.dumps(output), str(output), json.dumps({"tool": output, "arguments": output})):
        tool_choice.parse(text, (TIMER,))


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for value in part.values() for found in _references(value)]
    return [found for value in part for found in _references(value)] if isinstance(part, list) else []


@pytest.mark.parametrize(
    "parameters",
    [
        {"properties": 5},
        {"properties": {"a": 7}},
        {"anyOf": 3},
        {"$defs": []},
        {"required": 1},
        {"type": "array", "items": {"anyOf": [3]}},
    ],
)
def test_parameters_that_are_no_schema_are_refused(parameters: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="no JSON schema"):
        tool_choice.schema([Tool("t", "d", parameters)])


def test_a_field_that_may_be_anything_may_be_anything() -> None:
    parameters = {"type": "object", "properties": {"a": True, "b": {"type": "string", "maxLength": "x"}}}

    fields = tool_choice.schema([Tool("t", "d", parameters)])["anyOf"][1]["properties"]["arguments"]["properties"]
    assert fields["a"] == {}
    assert fields["b"]["maxLength"] == 200


def test_where_a_tool_must_be_called_none_is_no_choice() -> None:
    choices = tool_choice.schema([Tool("t", "d", {})], must_call=True)["anyOf"]

    assert [choice["properties"]["tool"] for choice in choices] == [{"const": "t"}]
