"""The AI server dies in the middle of an answer, and the one at home finishes the sentence on the same screen."""

import os
import re
import signal
import time

import pytest
from models import model_path
from playwright.sync_api import Page, expect

from e2e.browser import Wiretap, chromium
from e2e.house import House, house, wait_for

pytestmark = [pytest.mark.real, pytest.mark.timeout(400)]
QUESTION = "Tell me a long story about a small robot who learns to swim in the sea."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    models = model_path("qwen2.5-coder-0.5b-instruct-q4_k_m").parent
    with house(tmp_path_factory.mktemp("bmo"), "--demo-cloud", BMO_AI_SERVER__MODELS_DIR=str(models)) as place:
        yield place


def test_a_server_killed_after_the_third_token_loses_no_word_and_comes_back(home: House) -> None:
    with chromium() as (page, tap):
        page.goto(home.address())
        for _ in range(5):
            _killed_in_mid_answer(home, page, tap)


def test_the_local_server_killed_costs_one_retried_turn(home: House) -> None:
    wait_for("both servers", lambda: set(home.servers().values()) == {"ok"})
    home.call("POST", "/api/providers/pin", {"capability": "chat", "provider": "here"})
    try:
        killed = home.kill("ai-server")
        answer = home.call("POST", "/api/chat", {"text": "What is a robot?"})
        wait_for("the local server", lambda: home.pid("ai-server") != killed and home.servers()["here"] == "ok")
    finally:
        home.call("POST", "/api/providers/pin", {"capability": "chat", "provider": None})

    assert answer["reply"]


def _killed_in_mid_answer(home: House, page: Page, tap: Wiretap) -> None:
    wait_for("both servers", lambda: set(home.servers().values()) == {"ok"})
    home.call("POST", "/api/chat/clear", {"conversation": "main"})
    before = len(tap.lines)

    def replies() -> list[str]:
        page.wait_for_timeout(5)
        return [line["text"] for line in tap.lines[before:] if line["type"] == "reply"]

    page.get_by_test_id("text-input").fill(QUESTION)
    page.get_by_test_id("send").click()
    wait_for("the third token", lambda: len(replies()) >= 3)
    os.kill(home.pid("cloud"), signal.SIGSTOP)  # nothing more comes out while the words so far are counted
    told = len(replies())
    killed = home.kill("cloud")
    died = time.monotonic()
    wait_for("the next word", lambda: len(replies()) > told, 20)
    waited = time.monotonic() - died
    end = wait_for("the end", lambda: replies() and [x for x in tap.lines[before:] if x["type"] == "end"], 120)

    command = home.call("POST", "/api/chat", {"text": "what time is it"})
    assert end[0]["outcome"] == "done"
    assert waited < 6
    assert _no_sentence_twice("".join(replies()))
    assert {line["provider"] for line in tap.lines[before:] if line["type"] == "provider" and line["stage"] == "chat"}
    assert command["reply"]
    expect(page.get_by_test_id("face")).to_be_visible()
    wait_for("the cloud again", lambda: home.pid("cloud") != killed and home.servers()["cloud"] == "ok", 90)
    again = home.call("POST", "/api/chat", {"text": "Say hello."})
    assert again["providers"]["chat"] == "cloud"


def _no_sentence_twice(text: str) -> bool:
    sentences = [part.strip().lower() for part in re.split(r"[.!?]\s", text) if len(part.split()) >= 5]
    return len(sentences) == len(set(sentences))
