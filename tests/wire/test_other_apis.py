"""The messages of other people's APIs: what they take from everybody, they take."""

import inspect

import pytest
from pydantic import BaseModel

from bmo.wire import ollama, openai

MESSAGES = [
    pytest.param(kind, id=f"{module.__name__}.{name}")
    for module, base in ((openai, openai.Foreign), (ollama, ollama.OllamaPart))
    for name, kind in inspect.getmembers(module, inspect.isclass)
    if issubclass(kind, base)
]


@pytest.mark.parametrize("kind", MESSAGES)
def test_what_is_not_known_is_passed_over(kind: type[BaseModel]) -> None:
    assert kind.__doc__
    assert kind.model_config.get("extra") == "ignore"


def test_a_request_with_everything_left_out_or_null_is_one() -> None:
    message = {"role": "user", "content": "Hello?"}
    for kind in (openai.ChatCompletionAsk, ollama.OllamaChatAsk):
        given = {"model": "m", "messages": [message]}
        nulls = {
            name: None for name, field in kind.model_fields.items() if not field.is_required() and name not in given
        }

        assert kind.model_validate(given | nulls).model_dump() == kind.model_validate(given).model_dump()
