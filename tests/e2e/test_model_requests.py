"""The two sets with the embedded model: chit-chat changes nothing, requests that no template covers are done.

Nothing is really done: every action of the app only writes down that it was carried out.
"""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bmo.app.skills import dry_skills
from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.chat import Chat, ChatChunk, ChatRequest
from bmo.capabilities.people import Role
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Said
from bmo.core.clock import SystemClock
from bmo.engines.llama_cpp import LlamaCpp
from bmo.store.database import Database
from models import LLM, model_path

pytestmark = pytest.mark.real
SETS = Path(__file__).parents[1] / "sets"
FEW = {"q01", "q05", "q08", "q10", "q16", "q19", "q23"}
FEW_CHATS = {"h010", "h031", "h058"}
GOAL = 30
"""Of the 40 requests."""


class Short:
    """The same chat with short answers: what it says does not matter here."""

    def __init__(self, chat: Chat) -> None:
        self.name = chat.name
        self._chat = chat

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        return self._chat.chat(replace(request, max_tokens=8))


class House:
    """What is asked of it, is written down."""

    def __init__(self, folder: Path, chat: Chat) -> None:
        self.deeds: list[tuple[str, bool]] = []
        skills = [
            Skill(skill.name, tuple(map(self._written_down, skill.actions))) for skill in dry_skills(SystemClock(), UTC)
        ]
        self.names = {action.name for skill in skills for action in skill.actions}
        conversations = Conversations(Database(folder / "bmo.db", [CONVERSATION_TABLES, THREAD_TABLES]))
        self._assistant = Assistant(Short(chat), skills, conversations, SystemClock())

    def said(self, line: dict[str, Any]) -> list[tuple[str, bool]]:
        """The actions that came of it, and whether each changes something."""
        self.deeds.clear()
        asked = Asked(conversation=line["id"], person="anna", role=Role.OWNER, device=line["id"])
        for _ in self._assistant.answer(Said(line["text"], asked), threading.Event()):
            pass
        return list(self.deeds)

    def _written_down(self, action: Action) -> Action:
        def run(_wanted: BaseModel, _asked: Asked) -> Done:
            self.deeds.append((action.name, action.effect is not Effect.READS))
            return Done("Okay.")

        return replace(action, run=run)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    engine = LlamaCpp(model_path(LLM) / "model.gguf")
    yield House(tmp_path_factory.mktemp("house"), engine)
    engine.close()


def lines(name: str, only: set[str] | None = None) -> list[dict[str, Any]]:
    read = [json.loads(line) for line in (SETS / name).read_text().splitlines()]
    return [line for line in read if only is None or line["id"] in only]


def right(house: House, wanted: list[dict[str, Any]]) -> list[str]:
    """The requests of which exactly the wanted actions came; their arguments are looked at in the benchmark."""
    return [
        line["id"]
        for line in wanted
        if [name for name, _ in house.said(line)] == [action["tool"] for action in line["actions"]]
    ]


def test_requests_are_done_and_chats_change_nothing(house: House) -> None:
    done = right(house, lines("requests.jsonl", FEW))
    changed = {line["id"]: house.said(line) for line in lines("chitchat.jsonl", FEW_CHATS)}

    assert len(done) >= len(FEW) - 2, done
    assert not any(changes for deeds in changed.values() for _, changes in deeds), changed


@pytest.mark.soak
def test_of_all_requests_most_are_done_and_no_chat_changes_anything(house: House) -> None:
    requests = [line for line in lines("requests.jsonl") if line["actions"][0]["tool"] in house.names]
    done = right(house, requests)
    changed = {line["id"]: house.said(line) for line in lines("chitchat.jsonl")}

    assert len(done) >= len(requests) * GOAL // 40, done
    assert not any(changes for deeds in changed.values() for _, changes in deeds), changed
