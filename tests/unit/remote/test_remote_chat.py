import json

import pytest

from bmo.capabilities.chat import ChatRequest, Finished, Message, Tool, ToolCall, Words
from bmo.core.errors import Malformed, Refused, TooLarge, Unavailable
from bmo.remote.chat import _body, read_chunk
from bmo.wire.ai import ChatAsk


def test_request_travels_whole() -> None:
    call = ToolCall("timer.set", {"seconds": 300}, "call-1")
    request = ChatRequest(
        messages=(
            Message("user", "set a timer"),
            Message("assistant", "", (call,)),
            Message("tool", "done", tool_call_id="call-1"),
        ),
        tools=(Tool("timer.set", "Sets a timer", {"type": "object"}, (("five minutes", {"seconds": 300}),)),),
        schema={"type": "object"},
        continue_from="Já řekl «tak» 🤖 ",
        max_tokens=7,
        temperature=0.1,
    )

    ask = ChatAsk.model_validate_json(_body(request))

    assert ask.continue_from == request.continue_from
    assert ask.messages[1].tool_calls[0].arguments == {"seconds": 300}
    assert ask.messages[2].tool_call_id == "call-1"
    assert ask.tools[0].parameters == {"type": "object"}
    assert ask.tools[0].examples == (("five minutes", {"seconds": 300}),)
    assert (ask.answer_schema, ask.max_tokens, ask.temperature) == ({"type": "object"}, 7, 0.1)


def test_conversation_that_cannot_be_sent_is_refused() -> None:
    with pytest.raises(Refused):
        _body(ChatRequest(()))
    with pytest.raises(TooLarge):
        _body(ChatRequest((Message("user", "x" * 200_001),)))


@pytest.mark.parametrize(
    ("line", "chunk"),
    [
        ({"type": "words", "text": " hi"}, Words(" hi")),
        ({"type": "words", "text": ""}, None),
        ({"type": "wait"}, None),
        ({"type": "tool_call", "name": "a", "arguments": {"b": 1}, "id": "c"}, ToolCall("a", {"b": 1}, "c")),
        ({"type": "finished", "reason": "stop"}, Finished("stop")),
        (
            {"type": "finished", "reason": "length", "model": "m", "usage": {"prompt_tokens": 3}},
            Finished("length", "m", {"prompt_tokens": 3}),
        ),
    ],
)
def test_lines_become_chunks(line: object, chunk: object) -> None:
    assert read_chunk(json.dumps(line).encode(), "cloud") == chunk


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"words"',
        b"{}",
        b'{"type":"words"}',
        b'{"type":"words","text":5}',
        b'{"type":"words","text":"a","extra":1}',
        b'{"type":"finished","reason":"because"}',
        b'{"type":"surprise"}',
        rb'{"type":"words","text":"half a \ud800 sign"}',
        b"[" * 100_000,
    ],
)
def test_lines_that_make_no_sense_are_malformed(line: bytes) -> None:
    with pytest.raises(Malformed, match="cloud"):
        read_chunk(line, "cloud")


def test_problem_line_says_whether_somebody_else_may_be_asked() -> None:
    with pytest.raises(Unavailable, match="out of memory") as caught:
        read_chunk(b'{"type":"problem","code":"oom","sentence":"out of memory","retry":true}', "cloud")
    assert caught.value.code == "oom"
    with pytest.raises(Refused, match="too long"):
        read_chunk(b'{"type":"problem","code":"too_large","sentence":"too long","retry":false}', "cloud")
