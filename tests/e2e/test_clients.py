"""Other people's clients, unchanged, against `bmo ai-server` with its small models."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ollama
import openai
import pytest

from ai_servers import KEY, Program, program
from conftest import missing
from models import EMBEDDER, LLM, TRANSCRIBER, model_path, models_dir

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("models")]
ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "docs/guide/ai-server.md", ROOT / "README.md")
BLOCKS = [
    block
    for page in PAGES
    for block in re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)
]
HELLO = [{"role": "user", "content": "Say hello to Finn in one sentence."}]
TIMER = {
    "type": "function",
    "function": {
        "name": "set_timer",
        "description": "Start a timer.",
        "parameters": {
            "type": "object",
            "properties": {"duration": {"type": "string"}},
            "required": ["duration"],
        },
    },
}
SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    for name in (LLM, TRANSCRIBER, EMBEDDER):
        model_path(name)
    settings = {"BMO_AI_SERVER__MODELS_DIR": str(models_dir()), "BMO_AI_SERVER__EMBED__ENGINE": "minilm"}
    with program(tmp_path_factory.mktemp("home"), **settings) as running:
        running.ready()
        yield running


@pytest.fixture(scope="module")
def client(server: Program) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.url + "/v1", api_key=KEY, max_retries=0)


@pytest.fixture(scope="module")
def llama(server: Program) -> ollama.Client:
    return ollama.Client(server.url, headers={"Authorization": f"Bearer {KEY}"})


def test_openai_lists_the_models_and_finds_one(client: openai.OpenAI) -> None:
    names = [model.id for model in client.models.list()]

    assert names[0] == LLM
    assert {EMBEDDER, TRANSCRIBER} <= set(names)
    assert client.models.retrieve(LLM).id == LLM


def test_openai_chats_whole_and_streamed(client: openai.OpenAI) -> None:
    whole = client.chat.completions.create(model=LLM, messages=HELLO, max_tokens=10, temperature=0, seed=7)
    asked = {"include_usage": True}
    events = list(
        client.chat.completions.create(
            model="bmo", messages=HELLO, max_tokens=10, temperature=0, seed=7, stream=True, stream_options=asked
        )
    )

    streamed = "".join(event.choices[0].delta.content or "" for event in events if event.choices)
    assert streamed == whole.choices[0].message.content
    assert events[-1].usage is not None
    assert events[-1].usage.completion_tokens > 0


def test_openai_stops_where_it_is_told_to(client: openai.OpenAI) -> None:
    asked = [{"role": "user", "content": "Count from one to ten in digits with spaces."}]
    answer = client.chat.completions.create(model=LLM, messages=asked, stop=["4"], temperature=0, max_tokens=24)

    assert "4" not in (answer.choices[0].message.content or "")
    assert answer.choices[0].finish_reason == "stop"


def test_openai_has_a_tool_called_and_its_result_told(client: openai.OpenAI) -> None:
    asked = [{"role": "user", "content": "Set a timer for five minutes."}]
    answer = client.chat.completions.create(model=LLM, messages=asked, tools=[TIMER], tool_choice="required")
    (call,) = answer.choices[0].message.tool_calls or ()
    result = {"role": "tool", "tool_call_id": call.id, "content": "The timer runs."}
    after = client.chat.completions.create(
        model=LLM, messages=[*asked, answer.choices[0].message, result], tools=[TIMER], max_tokens=10
    )

    assert call.function.name == "set_timer"
    assert "duration" in json.loads(call.function.arguments)
    assert after.choices[0].message.content


def test_openai_gets_json_of_a_schema(client: openai.OpenAI) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "person", "schema": SCHEMA}}
    asked = [{"role": "user", "content": "Describe Ann, who is seven, as JSON."}]
    answer = client.chat.completions.create(model=LLM, messages=asked, response_format=form, temperature=0)

    assert set(json.loads(answer.choices[0].message.content or "")) == {"name", "age"}


def test_openai_is_understood_when_it_hears_what_it_had_said(client: openai.OpenAI) -> None:
    said = "Who wants to play video games?"
    sound = client.audio.speech.create(model="tts-1", voice="alloy", input=said).read()
    heard = client.audio.transcriptions.create(
        model="whisper-1", file=("said.mp3", sound), response_format="verbose_json"
    )

    assert "video games" in heard.text.lower()
    assert heard.segments
    assert 1 < float(heard.duration) < 5


def test_openai_embeds_alike_what_means_the_same(client: openai.OpenAI) -> None:
    texts = ["A cat sleeps on the sofa.", "A kitten naps on the couch.", "Interest rates rose again."]
    first, same, other = (part.embedding for part in client.embeddings.create(model=EMBEDDER, input=texts).data)

    assert _dot(first, same) > _dot(first, other) + 0.2


def test_openai_reads_our_refusals(client: openai.OpenAI, server: Program) -> None:
    with pytest.raises(openai.NotFoundError, match="There is no model"):
        client.chat.completions.create(model="gpt-none", messages=HELLO)
    with pytest.raises(openai.AuthenticationError, match="valid key"):
        openai.OpenAI(base_url=server.url + "/v1", api_key="wrong", max_retries=0).models.list()
    picture = [{"type": "image_url", "image_url": {"url": "http://169.254.169.254/latest"}}]
    with pytest.raises(openai.APIStatusError, match="nothing is fetched"):
        client.chat.completions.create(model="bmo", messages=[{"role": "user", "content": picture}])


def test_ollama_chats_whole_and_streamed(llama: ollama.Client) -> None:
    options = {"temperature": 0, "num_predict": 10, "seed": 7}
    whole = llama.chat(LLM, messages=HELLO, options=options)
    pieces = list(llama.chat("bmo", messages=HELLO, options=options, stream=True))

    assert "".join(piece.message.content or "" for piece in pieces) == whole.message.content
    assert pieces[-1].done
    assert pieces[-1].eval_count


def test_ollama_generates_in_a_form_and_calls_tools(llama: ollama.Client) -> None:
    person = llama.generate(LLM, "Describe Ann, who is seven, as JSON.", format=SCHEMA, options={"temperature": 0})
    asked = [{"role": "user", "content": "Set a timer for five minutes."}]
    answer = llama.chat(LLM, messages=asked, tools=[TIMER])

    assert set(json.loads(person.response or "")) == {"name", "age"}
    assert [call.function.name for call in answer.message.tool_calls or ()] == ["set_timer"]


def test_ollama_lists_shows_and_embeds(llama: ollama.Client) -> None:
    assert [model.model for model in llama.list().models] == [LLM]
    assert [model.model for model in llama.ps().models] == [LLM]
    assert "completion" in (llama.show(LLM).capabilities or [])
    assert len(llama.embed(EMBEDDER, ["one", "two"]).embeddings) == 2


def test_ollama_cannot_change_the_models(llama: ollama.Client) -> None:
    for change in (
        lambda: llama.pull("llama3.2"),
        lambda: llama.push("llama3.2"),
        lambda: llama.create("mine", from_="llama3.2"),
        lambda: llama.copy("a", "b"),
        lambda: llama.delete(LLM),
    ):
        with pytest.raises(ollama.ResponseError, match="not changed through this server") as refused:
            change()
        assert refused.value.status_code == 403


@pytest.mark.parametrize("lines", [text for kind, text in BLOCKS if kind == "sh" and "curl" in text])
def test_the_lines_of_the_guide_work(lines: str, server: Program, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        missing("curl is not installed")
    ran = _run(["sh", "-eu", "-c", lines], server, tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


@pytest.mark.parametrize("program", [text for kind, text in BLOCKS if kind == "python"])
def test_the_programs_of_the_guide_work(program: str, server: Program, tmp_path: Path) -> None:
    ran = _run([sys.executable, "-c", program], server, tmp_path)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def _run(command: list[str], server: Program, place: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "AI": server.url, "AI_SERVER_KEY": KEY}
    return subprocess.run(command, env=environment, cwd=place, capture_output=True, text=True, timeout=110, check=False)


def _dot(one: list[float], other: list[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
