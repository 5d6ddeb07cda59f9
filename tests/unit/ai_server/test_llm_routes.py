"""/llm/chat and /llm/generate beyond plain words: pictures, sampling, named models, whole answers."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from ai_servers import KEY, room_of
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.capabilities.chat import Chat, Message, NamedChats, Sampling, ToolCall
from bmo.core.errors import Malformed
from bmo.fakes.chat import FakeChat
from bmo.wire.ai import ChatAnswer
from bmo.wire.problem import Problem
from pictures import encoded, made

BEARER = {"Authorization": f"Bearer {KEY}"}
WHOLE = {**BEARER, "Accept": "application/json"}
ASK = {"messages": [{"role": "user", "text": "Hello?"}]}
PICTURE = encoded(made(), "PNG")


def client(chat: Chat) -> FlaskClient:
    return create(room_of(chat), Keys({"app": KEY})).test_client()


def test_a_whole_answer_comes_at_once_to_whoever_wants_json() -> None:
    model = FakeChat("m", "Hello there.", calls=())
    response = client(model).post("/llm/chat", json=ASK, headers=WHOLE)
    called = client(FakeChat(calls=(ToolCall("t", {"a": 1}, "7"),))).post("/llm/chat", json=ASK, headers=WHOLE)

    told = ChatAnswer.model_validate_json(response.data)
    assert (told.text, told.reason, told.model) == ("Hello there.", "stop", "m")
    assert told.usage == {"prompt_tokens": 1, "completion_tokens": 2}
    assert ChatAnswer.model_validate_json(called.data).tool_calls[0].arguments == {"a": 1}


def test_a_whole_answer_that_breaks_is_a_status() -> None:
    room = room_of(FakeChat(failure=Malformed("Cut."), after=1))
    response = create(room, Keys({"app": KEY})).test_client().post("/llm/chat", json=ASK, headers=WHOLE)

    assert response.status_code == 503
    assert Problem.model_validate_json(response.data).sentence == "Cut."
    assert room.idle()


def test_a_prompt_is_a_conversation_of_one() -> None:
    model = FakeChat()
    ask = {
        "prompt": "What is this?",
        "system": "Be kind.",
        "images": [base64.b64encode(PICTURE).decode()],
        "sampling": {"top_p": 0.5, "seed": 7, "stop": ["x"]},
        "context": 1_024,
        "continue_from": "It is",
    }
    response = client(model).post("/llm/generate", json=ask, headers=BEARER)

    asked = model.requests[0]
    assert response.mimetype == "application/x-ndjson"
    assert asked.messages[0] == Message("system", "Be kind.")
    assert asked.messages[1].images[0].data == PICTURE
    assert asked.sampling == Sampling(top_p=0.5, seed=7, stop=("x",))
    assert (asked.context, asked.continue_from) == (1_024, "It is")


@pytest.mark.parametrize(
    "images", [["!"], [base64.b64encode(b"text").decode()], [base64.b64encode(PICTURE[:40]).decode()]]
)
def test_what_is_no_picture_is_refused(images: list[str]) -> None:
    ask = {"messages": [{"role": "user", "text": "What is this?", "images": images}]}

    assert client(FakeChat()).post("/llm/chat", json=ask, headers=BEARER).status_code in (400, 415)


def test_a_model_is_asked_by_its_name() -> None:
    one, two = FakeChat("one"), FakeChat("two")
    asked = client(NamedChats({"one": one, "two": two}))
    for name in ("", "bmo", "two"):
        asked.post("/llm/chat", json={**ASK, "model": name}, headers=BEARER)
    unknown = asked.post("/llm/chat", json={**ASK, "model": "three"}, headers=BEARER)

    assert (len(one.requests), len(two.requests)) == (2, 1)
    assert unknown.status_code == 404
    assert Problem.model_validate_json(unknown.data).code == "model_not_found"


def test_letting_go_of_named_models_lets_go_of_each() -> None:
    closed: list[str] = []

    class Held(FakeChat):
        def close(self) -> None:
            closed.append(self.name)

    chats: dict[str, Any] = {"one": Held("one"), "bridge": FakeChat("bridge"), "two": Held("two")}
    NamedChats(chats).close()

    assert closed == ["one", "two"]
