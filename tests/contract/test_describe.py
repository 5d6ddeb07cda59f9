"""What every describer promises. No vision model is to be had here, so the bridge is held to what Ollama's and OpenAI's
APIs document, on servers that speak them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ai_servers import room_of, served
from bmo.bridges.ollama import OllamaChat
from bmo.bridges.openai import OpenAiChat
from bmo.bridges.vision import DescribeByChat
from bmo.capabilities.describe import Describe, Question
from bmo.capabilities.media import Picture
from bmo.core.errors import BmoError, Malformed, Refused, Unavailable
from bmo.fakes.chat import FakeChat
from bmo.fakes.describe import FakeDescribe
from bmo.remote.describe import RemoteDescribe
from model_servers import ModelServer, Ollama, delta, events, running
from pictures import encoded, made

JPEG = encoded(made())
PNG = encoded(made(), "PNG")


@contextmanager
def by_ollama() -> Iterator[tuple[Describe, Ollama]]:
    with running(Ollama()) as server:
        yield DescribeByChat(OllamaChat(server.url, "gemma3:4b")), server


@contextmanager
def by_openai() -> Iterator[tuple[Describe, ModelServer]]:
    body = events(delta(content=" A robot"), delta(content=" in a garden. "), delta(finish="stop"))
    with running(ModelServer(body=body)) as server:
        yield DescribeByChat(OpenAiChat(f"{server.url}/v1", "llava")), server


@pytest.fixture
def eyes(request: pytest.FixtureRequest) -> Iterator[Describe]:
    match request.param:
        case "fake":
            yield FakeDescribe()
        case "remote of fake":
            with served(room_of(describe=FakeDescribe())) as server:
                yield RemoteDescribe(server)
        case "ollama":
            with by_ollama() as (bridge, _):
                yield bridge
        case "openai":
            with by_openai() as (bridge, _):
                yield bridge
        case "remote of ollama":
            with by_ollama() as (bridge, _), served(room_of(describe=bridge)) as server:
                yield RemoteDescribe(server)


KINDS = ["fake", "remote of fake", "ollama", "openai", "remote of ollama"]
everybody = pytest.mark.parametrize("eyes", KINDS, indirect=True)


@everybody
def test_a_picture_is_described_and_the_model_named(eyes: Describe) -> None:
    for data in (JPEG, PNG, encoded(made(), "WEBP")):
        description = eyes.describe(Question(Picture(data)))

        assert description.text == description.text.strip() != ""
        assert description.model


@everybody
def test_what_is_no_picture_is_refused(eyes: Describe) -> None:
    for data in (b"", b"no picture", JPEG[:-20], JPEG + b"PK\3\4", encoded(made(), "GIF")):
        with pytest.raises(Refused):
            eyes.describe(Question(Picture(data)))


def test_question_and_picture_go_to_ollama_as_it_documents_them() -> None:
    with by_ollama() as (eyes, server):
        eyes.describe(Question(Picture(JPEG), "Is there a cat?", 40))

    asked = server.asked[0]
    assert server.paths == ["/api/chat"]
    assert asked["model"] == "gemma3:4b"
    assert asked["messages"] == [
        {"role": "user", "content": "Is there a cat?", "images": [base64.b64encode(JPEG).decode()]}
    ]
    assert asked["options"]["num_predict"] == 40


def test_question_and_picture_go_to_openai_as_it_documents_them() -> None:
    with by_openai() as (eyes, server):
        description = eyes.describe(Question(Picture(PNG), "What is this?"))

    assert description.text == "A robot in a garden."
    assert server.paths == ["/v1/chat/completions"]
    assert server.asked[0]["messages"] == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What is this?"},
                {
                    "type": "image_url",
                    "image_url": {"url": f"data:image/png;base64,{base64.b64encode(PNG).decode()}"},
                },
            ],
        }
    ]


def test_a_question_reaches_the_model_behind_a_server_whatever_its_letters() -> None:
    fake = FakeDescribe()
    question = Question(Picture(JPEG), "Was steht da? & was heißt 犬?" + "犬" * 270, 99)
    with served(room_of(describe=fake)) as server:
        RemoteDescribe(server).describe(question)

    assert fake.questions[0] == question


def test_a_question_too_long_for_a_server_is_refused_here() -> None:
    with served(room_of(describe=FakeDescribe())) as server, pytest.raises(Refused, match="300 characters"):
        RemoteDescribe(server).describe(Question(Picture(JPEG), "why " * 100))


def test_a_model_that_says_nothing_has_not_described() -> None:
    with pytest.raises(Malformed, match="nothing"):
        DescribeByChat(FakeChat(text=" ")).describe(Question(Picture(JPEG)))


@pytest.mark.parametrize(("status", "kind"), [(500, Unavailable), (404, Unavailable), (400, Refused)])
def test_what_the_server_refuses_is_refused_and_what_it_cannot_is_somebody_elses(
    status: int, kind: type[BmoError]
) -> None:
    with (
        running(ModelServer(status, b'{"error": "no"}')) as server,
        pytest.raises(kind),
    ):
        DescribeByChat(OllamaChat(server.url, "m")).describe(Question(Picture(JPEG)))
