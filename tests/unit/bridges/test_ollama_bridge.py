import json

import pytest

from bmo.bridges.ollama import OllamaChat
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, Message, Sampling, Tool, ToolCall, Words
from bmo.capabilities.media import Picture
from bmo.core.errors import BmoError, Malformed, TurnedAway
from model_servers import ModelServer, Ollama, running

HELLO = (Message("user", "Why is the sky blue?"),)
TIMER = Tool("timer.set", "Start a timer.", {"type": "object"})


def answer(server: ModelServer, request: ChatRequest) -> list[ChatChunk]:
    with running(server):
        return list(OllamaChat(server.url, "qwen").chat(request))


def text(chunks: list[ChatChunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Words))


def test_words_come_as_they_are_written() -> None:
    chunks = answer(Ollama(), ChatRequest(HELLO))

    assert text(chunks) == Ollama.TEXT
    assert chunks[-1] == Finished("stop", "qwen", {"prompt_tokens": 5, "completion_tokens": 11})


def test_it_goes_on_byte_for_byte_from_what_was_said() -> None:
    server = Ollama()
    said = Ollama.TEXT[:14]
    chunks = answer(server, ChatRequest(HELLO, tools=(TIMER,), continue_from=said))

    assert said + text(chunks) == Ollama.TEXT
    assert server.asked[0]["messages"][-1] == {"role": "assistant", "content": said}
    assert "tools" not in server.asked[0]


def test_tools_limits_and_schemas_are_handed_over() -> None:
    server = Ollama()
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    chunks = answer(server, ChatRequest(HELLO, (TIMER,), schema, max_tokens=50, temperature=0.2))

    asked = server.asked[0]
    assert server.paths == ["/api/chat"]
    assert asked["options"] == {"temperature": 0.2, "num_predict": 50}
    assert asked["tools"][0]["function"]["name"] == "timer.set"
    assert json.loads(text(chunks)) == {"a": "x"}


def test_a_tool_call_is_read() -> None:
    chunks = answer(Ollama(), ChatRequest((Message("user", "set a timer"),), (TIMER,)))

    assert chunks[0] == ToolCall("timer.set", {"duration": "five minutes"})
    assert isinstance(chunks[1], Finished)
    assert chunks[1].reason == "tool_calls"


def test_an_answer_cut_by_its_limit_says_so() -> None:
    end = answer(Ollama(), ChatRequest(HELLO, max_tokens=2))[-1]

    assert isinstance(end, Finished)
    assert end.reason == "length"


@pytest.mark.parametrize(
    ("server", "kind"),
    [
        (ModelServer(body=b'{"message":{"content":"Half"},"done":false}\n'), Malformed),
        (ModelServer(body=b'{"error":"model ran out of memory"}\n'), Malformed),
        (ModelServer(body=b"{oops\n"), Malformed),
        (ModelServer(body=b'{"message":{"tool_calls":[{"function":{"arguments":[]}}]}}\n'), Malformed),
        (ModelServer(404, b'{"error":"model \'qwen\' not found"}'), TurnedAway),
        (ModelServer(body=b'{"done":false}', whole=False), Malformed),
    ],
)
def test_every_fault_of_the_server_is_one_of_ours(server: ModelServer, kind: type[BmoError]) -> None:
    with pytest.raises(kind) as fault:
        answer(server, ChatRequest(HELLO))

    assert "ollama" in fault.value.sentence


def test_sampling_context_and_pictures_go_with_it() -> None:
    server = Ollama()
    seen = Message("user", "What is this?", images=(Picture(b"\x89PNG..."),))
    answer(server, ChatRequest((seen,), sampling=Sampling(0.5, 40, 7, ("stop",)), context=8_192))

    asked = server.asked[0]
    wanted = {"top_p": 0.5, "top_k": 40, "seed": 7, "stop": ["stop"], "num_ctx": 8_192}
    assert wanted.items() <= asked["options"].items()
    assert asked["messages"][0]["images"] == ["iVBORy4uLg=="]


def test_a_tools_result_goes_by_the_name_of_the_tool_that_was_called() -> None:
    server = Ollama()
    call = Message("assistant", "", (ToolCall("timer.set", {"duration": "five minutes"}, "7"),))
    answer(server, ChatRequest((*HELLO, call, Message("tool", "It runs.", tool_call_id="7"))))

    assert server.asked[0]["messages"][-1] == {"role": "tool", "content": "It runs.", "tool_name": "timer.set"}


def test_the_moment_stands_behind_the_last_words_and_the_context_is_sent() -> None:
    server = Ollama()
    answer(server, ChatRequest(HELLO, note="It is Monday.", context=4_096))
    (asked,) = server.asked

    assert asked["messages"][-1]["content"] == "Why is the sky blue?\n\n(It is Monday.)"
    assert asked["options"]["num_ctx"] == 4_096
