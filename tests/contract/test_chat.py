"""What every chat promises: the fake, the remote through the real Flask server, the bridges and the engine."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from ai_servers import room_of, served
from bmo.bridges.ollama import OllamaChat
from bmo.bridges.openai import OpenAiChat
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest, Finished, Message, Sampling, Tool, ToolCall, Words
from bmo.capabilities.media import Picture
from bmo.core.errors import Refused
from bmo.engines.llama_cpp import LlamaCpp
from bmo.fakes.chat import FakeChat
from bmo.remote.chat import RemoteChat
from model_servers import Ollama, running
from models import LLM, model_path
from pictures import encoded, made

SYSTEM = Message("system", "You are BMO, a small friendly robot. Answer in one short sentence.")
QUESTION = (SYSTEM, Message("user", "Why is the sky blue?"))
TIMER = Tool(
    "timer.set",
    "Start a timer.",
    {"type": "object", "properties": {"duration": {"type": "string"}}, "required": ["duration"]},
    (("set a timer for ten minutes", {"duration": "ten minutes"}),),
)
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
REAL = pytest.mark.real
PICTURE = encoded(made(), "PNG")


@pytest.fixture(scope="module")
def engine() -> Iterator[LlamaCpp]:
    model = LlamaCpp(model_path(LLM) / "model.gguf")
    yield model
    model.close()


@pytest.fixture(
    params=[
        "fake",
        "remote of fake",
        "ollama",
        *(pytest.param(name, marks=REAL) for name in ("engine", "remote", "openai")),
    ]
)
def chat(request: pytest.FixtureRequest) -> Iterator[Chat]:
    match request.param:
        case "fake":
            yield FakeChat()
        case "remote of fake":
            with served(room_of(FakeChat())) as server:
                yield RemoteChat(server)
        case "ollama":  # a stand-in that speaks its documented API; no Ollama was there
            with running(Ollama()) as ollama:
                yield OllamaChat(ollama.url, "qwen")
        case "engine":
            yield request.getfixturevalue("engine")
        case "remote":
            with served(room_of(request.getfixturevalue("engine"))) as server:
                yield RemoteChat(server)
        case "openai":  # llama.cpp's own server, as the engine runs it
            process = request.getfixturevalue("engine")._process
            yield OpenAiChat(f"http://{process._host}:{process._port}/v1", "m", process._key)


def ask(chat: Chat, request: ChatRequest) -> list[ChatChunk]:
    return list(chat.chat(request))


def text(chunks: list[ChatChunk]) -> str:
    return "".join(chunk.text for chunk in chunks if isinstance(chunk, Words))


def test_words_come_and_then_exactly_one_end(chat: Chat) -> None:
    chunks = ask(chat, ChatRequest(QUESTION, max_tokens=40))

    assert text(chunks).strip()
    assert [isinstance(chunk, Finished) for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert all(chunk.text for chunk in chunks if isinstance(chunk, Words))


def test_the_end_names_the_model_and_counts(chat: Chat) -> None:
    end = ask(chat, ChatRequest(QUESTION, max_tokens=40))[-1]

    assert isinstance(end, Finished)
    assert end.model
    assert end.usage["completion_tokens"] > 0


def test_what_was_said_already_is_not_said_again(chat: Chat) -> None:
    said = "The sky is blue because"
    went_on = text(ask(chat, ChatRequest(QUESTION, continue_from=said, max_tokens=40, temperature=0.0)))

    assert went_on.strip()
    assert not went_on.strip().startswith(said)


def test_everything_of_a_request_arrives() -> None:
    model = FakeChat()
    asked = ChatRequest(
        (Message("user", "What is this?", images=(Picture(PICTURE),)),),
        (TIMER,),
        max_tokens=7,
        temperature=0.1,
        sampling=Sampling(0.5, 40, 7, ("stop",), 0.5, -0.5),
        context=1_024,
        model="bmo",
        must_call=True,
        likely_call=True,
        note="It is Monday.",
    )
    with served(room_of(model)) as server:
        ask(RemoteChat(server), asked)

    assert model.requests == [asked]


def test_closing_early_leaves_it_fit_for_the_next(chat: Chat) -> None:
    with closing(chat.chat(ChatRequest(QUESTION, max_tokens=200))) as chunks:
        next(chunks)

    assert isinstance(ask(chat, ChatRequest(QUESTION, max_tokens=10))[-1], Finished)


@pytest.mark.real
@pytest.mark.parametrize("who", ["engine", "remote"])
def test_a_small_model_goes_on_byte_for_byte_wherever_it_was_cut(who: str, engine: LlamaCpp) -> None:
    whole = text(ask(engine, ChatRequest(QUESTION, max_tokens=40, temperature=0.0)))
    with served(room_of(engine)) as server:
        chat: Chat = engine if who == "engine" else RemoteChat(server)
        for cut in (1, len(whole) // 2, len(whole) - 2):
            went_on = text(ask(chat, ChatRequest(QUESTION, continue_from=whole[:cut], max_tokens=40, temperature=0.0)))

            last = whole[:cut].split()[-1]
            assert (last + went_on).split()[0] == whole[cut - len(last) :].split()[0]


@pytest.mark.real
@pytest.mark.parametrize("said", ["Ends with a space ", "  ", 'Odd "quotes" \\ {x} ünï 🎉 a', "Line one.\n\nLine"])
def test_whatever_was_said_can_be_gone_on_with(said: str, engine: LlamaCpp) -> None:
    assert isinstance(ask(engine, ChatRequest(QUESTION, continue_from=said, max_tokens=8))[-1], Finished)


@pytest.mark.real
def test_an_answer_cut_by_its_limit_says_so(engine: LlamaCpp) -> None:
    end = ask(engine, ChatRequest((Message("user", "Tell me a long story about the sea."),), max_tokens=3))[-1]

    assert isinstance(end, Finished)
    assert end.reason == "length"


@pytest.mark.real
@pytest.mark.parametrize("schema", [{"not": {}}, {"pattern": "(?=a)"}, {"$ref": "https://x.example/"}, {"enum": []}])
def test_a_schema_that_a_model_cannot_be_held_to_is_refused_at_once(
    engine: LlamaCpp, schema: dict[str, object]
) -> None:
    with pytest.raises(Refused, match="cannot be held to this schema"):
        next(engine.chat(ChatRequest(QUESTION, schema=schema)))


@pytest.mark.real
def test_an_answer_keeps_to_its_schema(engine: LlamaCpp) -> None:
    asked = (SYSTEM, Message("user", "Describe Ann, who is seven, as JSON."))
    with served(room_of(engine)) as server:
        process = engine._process
        openai = OpenAiChat(f"http://{process._host}:{process._port}/v1", "m", process._key)
        for chat in (engine, RemoteChat(server), openai):
            answer = json.loads(text(ask(chat, ChatRequest(asked, schema=SCHEMA, temperature=0.0))))

            assert set(answer) == {"name", "age"}


@pytest.mark.real
def test_a_command_becomes_a_tool_call_and_a_question_an_answer(engine: LlamaCpp) -> None:
    with served(room_of(engine)) as server:
        for chat in (engine, RemoteChat(server)):
            command = (SYSTEM, Message("user", "set a timer for five minutes"))
            chunks = ask(chat, ChatRequest(command, (TIMER,)))

            assert isinstance(chunks[0], ToolCall)
            assert chunks[0].name == "timer.set"
            assert "five" in str(chunks[0].arguments["duration"]).lower()
            assert chunks[1:] == [Finished("tool_calls", LLM)]
            question = (SYSTEM, Message("user", "who painted the Mona Lisa"))
            assert text(ask(chat, ChatRequest(question, (TIMER,), max_tokens=40)))


@pytest.mark.real
def test_after_a_tools_result_it_talks_and_calls_nothing(engine: LlamaCpp) -> None:
    call = ToolCall("timer.set", {"duration": "five minutes"}, "1")
    messages = (
        SYSTEM,
        Message("user", "set a timer for five minutes"),
        Message("assistant", "", (call,)),
        Message("tool", "The timer is set for five minutes.", (), "1"),
    )
    chunks = ask(engine, ChatRequest(messages, (TIMER,), max_tokens=40))

    assert text(chunks).strip()
    assert not any(isinstance(chunk, ToolCall) for chunk in chunks)


@pytest.mark.real
@pytest.mark.parametrize("who", ["engine", "openai"])
def test_an_answer_stops_where_it_is_told_to_and_a_seed_repeats_it(who: str, engine: LlamaCpp) -> None:
    process = engine._process
    other = OpenAiChat(f"http://{process._host}:{process._port}/v1", "m", process._key)
    chat: Chat = engine if who == "engine" else other
    story = (SYSTEM, Message("user", "Count from one to ten in digits, with spaces between."))
    sampling = Sampling(top_p=0.9, top_k=20, seed=11, stop=("5",))
    first, again = (ask(chat, ChatRequest(story, max_tokens=30, temperature=0.9, sampling=sampling)) for _ in "12")

    assert "5" not in text(first)
    assert text(first) == text(again)


@pytest.mark.real
def test_a_model_without_eyes_says_so(engine: LlamaCpp) -> None:
    with pytest.raises(Refused, match="cannot see") as refused:
        ask(engine, ChatRequest((Message("user", "What is this?", images=(Picture(PICTURE),)),)))
    assert refused.value.code == "cannot_see"


@pytest.mark.real
def test_a_tool_that_must_be_called_is_called(engine: LlamaCpp) -> None:
    question = (SYSTEM, Message("user", "who painted the Mona Lisa"))
    chunks = ask(engine, ChatRequest(question, (TIMER,), must_call=True))

    assert isinstance(chunks[0], ToolCall)
    assert chunks[0].name == "timer.set"


@pytest.mark.real
def test_a_conversation_that_is_too_long_is_refused_in_a_sentence(engine: LlamaCpp) -> None:
    with pytest.raises(Refused, match="too long"):
        ask(engine, ChatRequest((Message("user", "word " * 10_000),)))
