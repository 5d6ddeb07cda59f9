import json

import pytest

from bmo.bridges.openai import OpenAiChat
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, Message, Sampling, Tool, ToolCall, Words
from bmo.capabilities.media import Picture
from bmo.capabilities.provider import Patience
from bmo.core.errors import BmoError, Malformed, Refused, TimedOut, TooLarge, TurnedAway, Unreachable
from model_servers import ModelServer, delta, events, running

HELLO = (Message("user", "Hello?"),)


def answer(server: ModelServer, request: ChatRequest, key: str = "") -> list[ChatChunk]:
    with running(server):
        return list(OpenAiChat(f"{server.url}/v1/", "m", key).chat(request))


def test_words_come_as_they_are_written() -> None:
    usage = {"model": "real-model", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "cost": 0.1}}
    server = ModelServer(
        body=b": a comment\n\n" + events(delta(content="Hi"), delta(content="!"), delta("stop"), usage)
    )

    assert answer(server, ChatRequest(HELLO)) == [
        Words("Hi"),
        Words("!"),
        Finished("stop", "real-model", {"prompt_tokens": 3, "completion_tokens": 2}),
    ]


def test_the_request_is_what_the_api_wants() -> None:
    server = ModelServer(body=events(delta("stop")))
    schema, tool = {"type": "object"}, Tool("t", "d", {"type": "object"}, (("x", {}),))
    messages = (*HELLO, Message("assistant", "", (ToolCall("t", {"a": 1}, "7"),)), Message("tool", "done", (), "7"))
    answer(server, ChatRequest(messages, (tool,), schema, max_tokens=9, temperature=0.0), key="secret")

    asked = server.asked[0]
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert (asked["model"], asked["stream"], asked["max_tokens"], asked["temperature"]) == ("m", True, 9, 0.0)
    call = asked["messages"][1]["tool_calls"][0]
    assert (call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])) == ("7", "t", {"a": 1})
    assert asked["messages"][2] == {"role": "tool", "content": "done", "tool_call_id": "7"}
    assert asked["tools"] == [
        {"type": "function", "function": {"name": "t", "description": "d", "parameters": {"type": "object"}}}
    ]
    assert asked["response_format"]["json_schema"]["schema"] == schema


def test_a_tool_call_is_put_together_from_its_pieces() -> None:
    pieces = [
        delta(tool_calls=[{"index": 1, "id": "b", "function": {"name": "light.on", "arguments": ""}}]),
        delta(tool_calls=[{"index": 0, "id": "a", "function": {"name": "timer.set", "arguments": '{"dur'}}]),
        delta(tool_calls=[{"index": 0, "function": {"arguments": 'ation":"5 min"}'}}]),
        delta("tool_calls"),
    ]

    assert answer(ModelServer(body=events(*pieces)), ChatRequest(HELLO)) == [
        ToolCall("timer.set", {"duration": "5 min"}, "a"),
        ToolCall("light.on", {}, "b"),
        Finished("tool_calls", "m"),
    ]


def test_it_goes_on_from_what_was_said_without_saying_it_twice() -> None:
    server = ModelServer(body=events(delta(content="The sky is"), delta(content=" blue."), delta("stop")))
    chunks = answer(server, ChatRequest(HELLO, continue_from="The sky is"))

    assert "".join(chunk.text for chunk in chunks if isinstance(chunk, Words)) == " blue."
    assert server.asked[0]["messages"][-2] == {"role": "assistant", "content": "The sky is"}


@pytest.mark.parametrize(
    ("server", "kind"),
    [
        (ModelServer(body=events(delta(content="Half"))), Malformed),
        (ModelServer(body=events(delta(content="Half")), whole=False), Malformed),
        (ModelServer(body=events({"error": {"message": "out of memory"}})), Malformed),
        (ModelServer(body=b"data: {oops\n\n"), Malformed),
        (ModelServer(body=b"data: [1]\n\n"), Malformed),
        (ModelServer(body=b"<html>hello</html>"), Malformed),
        (
            ModelServer(body=events(delta("tool_calls", tool_calls=[{"index": 0, "function": {"arguments": "[1]"}}]))),
            Malformed,
        ),
        (ModelServer(400, b'{"error":{"message":"context too long"}}'), Refused),
        (ModelServer(413, b"too large"), TooLarge),
        (ModelServer(401, b'{"error":"bad key"}'), TurnedAway),
        (ModelServer(404, b""), TurnedAway),
        (ModelServer(500, b"\xff\xfe"), TurnedAway),
    ],
)
def test_every_fault_of_the_server_is_one_of_ours(server: ModelServer, kind: type[BmoError]) -> None:
    with pytest.raises(kind) as fault:
        answer(server, ChatRequest(HELLO))

    assert "openai" in fault.value.sentence


def test_what_the_server_says_is_in_the_sentence() -> None:
    with pytest.raises(Refused, match="context too long"):
        answer(ModelServer(400, b'{"error":{"message":"context too long"}}'), ChatRequest(HELLO))


def test_nobody_there_is_unreachable() -> None:
    with running(ModelServer()) as gone:
        pass

    with pytest.raises(Unreachable):
        list(OpenAiChat(gone.url, "m").chat(ChatRequest(HELLO)))


def test_a_server_that_hangs_is_given_up_in_time() -> None:
    class Hangs(ModelServer):
        def answer(self, asked: object) -> bytes:
            hold.wait(5)
            return b""

    import threading

    hold = threading.Event()
    with running(Hangs()) as server:
        with pytest.raises(TimedOut):
            list(OpenAiChat(server.url, "m").chat(ChatRequest(HELLO, patience=Patience(0.5, 0.1, 0.1))))
        hold.set()


def test_sampling_pictures_and_a_tool_that_must_be_called_go_with_it() -> None:
    server = ModelServer(body=events(delta("stop")))
    seen = Message("user", "What is this?", images=(Picture(b"\x89PNG..."),))
    sampling = Sampling(0.5, 40, 7, ("stop",), 0.5, -0.5)
    answer(server, ChatRequest((seen,), (Tool("t", "d", {}),), sampling=sampling, must_call=True))

    asked = server.asked[0]
    assert asked["tool_choice"] == "required"
    assert (asked["top_p"], asked["top_k"], asked["seed"], asked["stop"]) == (0.5, 40, 7, ["stop"])
    assert (asked["presence_penalty"], asked["frequency_penalty"]) == (0.5, -0.5)
    text, picture = asked["messages"][0]["content"]
    assert text == {"type": "text", "text": "What is this?"}
    assert picture["image_url"]["url"] == "data:image/png;base64,iVBORy4uLg=="


def test_what_a_request_leaves_open_is_left_to_the_server() -> None:
    server = ModelServer(body=events(delta("stop")))
    answer(server, ChatRequest(HELLO))

    assert set(server.asked[0]) == {"model", "messages", "stream", "stream_options", "max_tokens", "temperature"}
