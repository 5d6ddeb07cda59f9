"""Which tools ride in a turn."""

import json
from datetime import UTC
from pathlib import Path

import pytest
from pydantic import BaseModel

from bmo.app.skills import dry_skills
from bmo.assistant.ranking import MOST_OFFERED, Ranker
from bmo.capabilities.action import Action, Done, Effect
from bmo.core.clock import SystemClock

SETS = Path(__file__).parents[2] / "sets"
ACTIONS = [action for skill in dry_skills(SystemClock(), UTC) for action in skill.actions]
RANKER = Ranker(ACTIONS)


def offered(text: str) -> list[str]:
    return [action.name for action in RANKER.offered(text).actions]


def lines(name: str) -> list[tuple[str, str]]:
    read = [json.loads(line) for line in (SETS / name).read_text().splitlines()]
    return [(line["text"], line["actions"][0]["tool"] if line.get("actions") else "") for line in read]


@pytest.mark.parametrize("text", [text for text, _ in lines("chitchat.jsonl")])
def test_a_chat_is_offered_nothing_that_changes_anything(text: str) -> None:
    assert [action.name for action in RANKER.offered(text).actions if action.effect is not Effect.READS] == []


def test_hardly_any_chat_carries_a_tool() -> None:
    chats = [text for text, _ in lines("chitchat.jsonl")]

    assert sum(bool(offered(text)) for text in chats) <= len(chats) // 20


KNOWN = {action.name for action in ACTIONS}


@pytest.mark.parametrize(("text", "tool"), [line for line in lines("requests.jsonl") if line[1] in KNOWN])
def test_a_request_is_offered_the_tool_that_does_it(text: str, tool: str) -> None:
    assert tool in offered(text)


def test_the_likeliest_comes_first_and_what_is_far_behind_is_left_out() -> None:
    assert offered("spread the word through all the speakers that dinner is ready")[0] == "announce.say"
    assert "time.now" not in offered("how long has my pasta timer got left, if you would")


def test_a_question_is_offered_what_only_reads() -> None:
    assert "timer.cancel" not in offered("why would anyone cancel a timer")


def test_a_length_of_time_that_is_wished_for_speaks_for_what_takes_one() -> None:
    offer = RANKER.offered("let the tea steep for ninety seconds and then make some noise")

    assert offer.actions[0].name == "timer.set"
    assert offer.likely
    assert offered("I waited ninety seconds for the lift.") == []


def test_what_was_said_before_helps_only_a_little() -> None:
    assert (
        RANKER.offered("tell me a joke", ["set a timer for five minutes", "cancel the timer"], "kitchen").actions == ()
    )


class Nothing(BaseModel):
    """No arguments."""


def test_at_most_ten_tools_ride_in_a_turn() -> None:
    many = [
        Action(f"lamp{n}.on", "Turn on a lamp.", Effect.CHANGES, Nothing, lambda _, _asked: Done(""), cues=("lamp",))
        for n in range(50)
    ]

    assert len(Ranker(many).offered("turn on the lamp please").actions) == MOST_OFFERED
    assert Ranker([]).offered("turn on the lamp please").actions == ()
