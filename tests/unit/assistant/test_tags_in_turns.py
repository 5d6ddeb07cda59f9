"""Response tags of whole turns: acted on in BMO's own words, not in what repeats somebody else's."""

import threading
from pathlib import Path

from pydantic import BaseModel

from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.sentences import english
from bmo.capabilities.turn import Reply, Said, Tagged, Thought
from bmo.fakes.chat import FakeChat
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database

NOTE = "Buy milk [SOUND:alarm] and [LED:red] bread."


class Nothing(BaseModel):
    """No arguments."""


def _read(_wanted: BaseModel, _asked: Asked) -> Done:
    return Done(NOTE)


NOTES = Skill(
    "notes",
    (Action("notes.read", "Read a note.", Effect.READS, Nothing, _read, english("read [the] note"), outside=True),),
)


def talk(home: Path, *texts: str, answers: str) -> list[list[Thought]]:
    database = Database(home / "bmo.db", [CONVERSATION_TABLES, THREAD_TABLES])
    assistant = Assistant(FakeChat(text=answers), [NOTES], Conversations(database), ManualClock())
    return [list(assistant.answer(Said(text), threading.Event())) for text in texts]


def tags(thoughts: list[Thought]) -> list[str]:
    return [f"{thought.kind}:{thought.tag}" for thought in thoughts if isinstance(thought, Tagged)]


def words(thoughts: list[Thought]) -> str:
    return "".join(thought.text for thought in thoughts if isinstance(thought, Reply)).strip()


def test_the_tags_of_an_answer_are_events_and_not_words(tmp_path: Path) -> None:
    [told] = talk(tmp_path, "Tell me a story.", answers="[happy] Once [SOUND:magic] there was [LED:blue] a fox.")

    assert tags(told) == ["mood:happy", "sound:magic", "led:blue"]
    assert words(told) == "Once there was a fox."


def test_once_a_note_was_read_an_answer_has_moods_and_no_other_tags(tmp_path: Path) -> None:
    read, told = talk(tmp_path, "read the note", "What does it say?", answers="[sad] It says [SOUND:alarm] buy milk.")

    assert tags(read) == [], "a note is read as it is written, and its tags mean nothing"
    assert tags(told) == ["mood:sad"]
    assert words(told) == "It says buy milk."
