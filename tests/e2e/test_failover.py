"""The AI server dies in the middle of an answer, and the one at home finishes the sentence on the same screen."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import Page, expect

from e2e.browser import Wiretap, chromium
from e2e.house import House, house, wait_for
from models import model_path

pytestmark = [pytest.mark.real, pytest.mark.timeout(1200)]
BACK_SECONDS = 180.0
"""A server killed again and again is tried again after 5 s, doubling to 60 s, and takes its time to start."""
QUESTION = "Tell me a story about a small robot in six sentences."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    models = model_path("qwen2.5-coder-0.5b-instruct-q4_k_m").parent
    with house(tmp_path_factory.mktemp("bmo"), "--demo-cloud", BMO_AI_SERVER__MODELS_DIR=str(models)) as place:
        yield place


@pytest.mark.parametrize("times", [1, pytest.param(5, marks=pytest.mark.soak)])
def test_a_server_killed_after_the_third_token_loses_no_word_and_comes_back(home: House, times: int) -> None:
    with chromium() as (page, tap):
        page.goto(home.address())
        for _ in range(times):
            _killed_in_mid_answer(home, page, tap)


def test_a_turn_goes_by_one_id_in_the_logs_of_the_app_and_of_the_server(home: House) -> None:
    wait_for("both servers", lambda: set(home.servers().values()) == {"ok"})
    home.call("POST", "/api/chat", {"text": "Say hello to the logs."})

    def ids(program: str, words: str) -> set[str]:
        log = (home.home / "logs" / f"{program}.log").read_text("utf-8")
        return set(re.findall(rf"\[(\w+)\] \S+: {words}", log))

    served = "chat: done after"  # by whichever of the two servers was quick enough
    wait_for("one id in both", lambda: ids("app", "chat by ") & (ids("cloud", served) | ids("ai-server", served)), 10)


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
    told = replies()
    killed = home.kill("cloud")
    died = time.monotonic()
    wait_for("the next word", lambda: len(replies()) > len(told), 20)
    waited = time.monotonic() - died
    end = wait_for("the end", lambda: replies() and [x for x in tap.lines[before:] if x["type"] == "end"], 120)

    command = home.call("POST", "/api/chat", {"text": "what time is it"})
    assert end[0]["outcome"] == "done"
    assert waited < 6
    assert _said_once("".join(told), "".join(replies()))
    assert [x["provider"] for x in tap.lines[before:] if x["type"] == "provider" and x["stage"] == "chat"][-1] == "here"
    assert command["reply"]
    expect(page.get_by_test_id("face")).to_be_visible()
    wait_for("the cloud again", lambda: home.pid("cloud") != killed and home.servers()["cloud"] == "ok", BACK_SECONDS)
    # On a busy machine its first token may come too late for a turn or two; nobody has to do anything for the next.
    wait_for("an answer of the cloud", lambda: _answers(home) == "cloud", BACK_SECONDS)


def _answers(home: House) -> str:
    """Who answers a question now."""
    answer = home.call("POST", "/api/chat", {"text": "Say hello."})
    return answer["providers"]["chat"]


def _said_once(before: str, whole: str) -> bool:
    """The words from before the death begin the answer, are not said again, and the sentence they began is whole.

    (Whether a small model later tells the same thing twice is its own affair.)
    """
    return whole.startswith(before) and whole.count(before.strip()) == 1 and len(whole) > len(before)
