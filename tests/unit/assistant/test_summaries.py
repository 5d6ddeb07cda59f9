"""What falls off a history is summed up in the background; what is ended is saved, for whoever it was with."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations, Summary, Turn
from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.assistant.saved import Saves, Whose
from bmo.assistant.summaries import LONGEST, Summaries, extract
from bmo.capabilities.action import Asked
from bmo.capabilities.chat import ChatChunk, ChatRequest
from bmo.capabilities.provider import Stream
from bmo.capabilities.turn import Reply, Said
from bmo.core.errors import Broken, NotFound, Unreachable
from bmo.fakes.chat import FakeChat
from bmo.fakes.clock import ManualClock
from bmo.store.database import Database

KEY = "ada@session 1/main"
ADA = Whose("Ada", "ada@session 2/")


class House:
    """Conversations of four turns at most, and somebody who sums them up."""

    def __init__(self, path: Path, chat: FakeChat | None = None) -> None:
        self.clock = ManualClock()
        self.database = Database(path / "bmo.db", [CONVERSATION_TABLES, THREAD_TABLES])
        self.conversations = Conversations(self.database, most_turns=4)
        self.chat = chat or FakeChat(text="[happy] You told me of your cat Momo.")
        self.summaries = Summaries(self.conversations, self.chat, self.clock, idle_seconds=0.0)
        self.saves = Saves(self.database, self.clock)

    def talk(self, *said: str, key: str = KEY, person: str = "Ada", outside: bool = False) -> None:
        for text in said:
            self.conversations.add(key, text, "Oh!", person=person, outside=outside)

    def read(self) -> list[str]:
        return [message.text for message in self.conversations.messages(KEY)]


FIVE = ("I have a cat.", "It is called Momo.", "Momo likes fish.", "It rains today.", "What now?")


def until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        threading.Event().wait(0.01)
    pytest.fail("that never happened")


def test_the_summary_stands_at_the_beginning_of_the_history_and_the_dropped_turns_are_gone(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.talk(*FIVE)

    assert house.summaries.sum_up(KEY)

    assert "You told me of your cat Momo." in house.read()[0]
    assert house.read()[2::2] == ["It rains today.", "What now?"]
    assert house.conversations.waiting(KEY).turns == ()


def test_a_summary_is_asked_for_with_bmos_own_beginning_so_that_it_stays_in_the_models_cache(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.talk(*FIVE)
    house.summaries.sum_up(KEY)

    (request,) = house.chat.requests
    assert (request.messages[0].text, request.examples, request.tools) == (PERSONA, EXAMPLES, ())


def test_the_next_summary_knows_the_one_before(tmp_path: Path) -> None:
    house = House(tmp_path)
    for _ in range(2):
        house.talk(*FIVE)
        house.summaries.sum_up(KEY)

    assert "cat Momo" in house.chat.requests[-1].messages[-1].text


def test_without_a_model_the_persons_own_sentences_are_kept(tmp_path: Path) -> None:
    house = House(tmp_path, FakeChat(failure=Unreachable("no model")))
    house.talk(*FIVE)
    house.summaries.sum_up(KEY)

    assert house.conversations.summary(KEY).text == "I have a cat. It is called Momo. Momo likes fish."


def test_a_summary_of_text_of_others_is_text_of_others_and_so_are_those_that_follow(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.talk(FIVE[0], outside=True)
    house.talk(*FIVE[1:])
    house.summaries.sum_up(KEY)
    assert house.conversations.outside(KEY)
    assert not any(turn.outside for turn in house.conversations.turns(KEY))

    house.talk(*FIVE)
    house.summaries.sum_up(KEY)
    assert house.conversations.outside(KEY)


def test_turns_that_were_deleted_meanwhile_are_not_summed_up(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.talk(*FIVE)
    waiting = house.conversations.waiting(KEY)
    house.conversations.close(KEY)

    house.conversations.summed_up(KEY, waiting, "a ghost")

    assert house.conversations.summary(KEY) == Summary()


def test_nothing_is_summed_up_while_somebody_talks_and_it_is_done_afterwards(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.summaries.turn():
        house.summaries.start()
        house.talk(*FIVE)
        assert not house.summaries.sum_up(KEY)
    until(lambda: house.conversations.summary(KEY).text != "")
    house.summaries.close()

    assert len(house.chat.requests) == 2


def test_what_waited_when_the_program_ended_is_summed_up_by_the_next(tmp_path: Path) -> None:
    House(tmp_path).talk(*FIVE)

    later = House(tmp_path)
    later.summaries.start()
    until(lambda: later.conversations.summary(KEY).text != "")
    later.summaries.close()


@given(st.lists(st.tuples(st.text(max_size=400), st.text(max_size=20)), max_size=20), st.text(max_size=LONGEST))
def test_an_extract_is_never_longer_than_a_summary_may_be(said: list[tuple[str, str]], before: str) -> None:
    assert len(extract(Summary(before), [Turn(*turn) for turn in said])) <= LONGEST


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["talk", "sum up", "start over"]), max_size=30))
def test_every_turn_is_remembered_waiting_summed_up_or_saved_and_memory_stays_bounded(
    tmp_path_factory: pytest.TempPathFactory, deeds: list[str]
) -> None:
    house = House(tmp_path_factory.mktemp("house"), FakeChat(failure=Unreachable("no model")))
    for number, deed in enumerate(deeds):
        if deed == "talk":
            house.talk(f"This is word{number}.")
        elif deed == "sum up":
            house.summaries.sum_up(KEY)
        else:
            house.conversations.close(KEY)
        assert len(house.conversations.turns(KEY)) <= 4

    saved = house.saves.saved(ADA)
    kept = [turn.asked for one in saved for turn in one.turns] + [one.summary for one in saved]
    waiting = [turn.asked for turn in house.conversations.waiting(KEY).turns]
    all_of_it = " ".join([*kept, *waiting, *house.read()])
    assert all(f"word{number}." in all_of_it for number, deed in enumerate(deeds) if deed == "talk")


def test_starting_over_saves_what_was_said_and_the_new_conversation_is_empty(tmp_path: Path) -> None:
    house = House(tmp_path)
    assistant = Assistant(house.chat, (), house.conversations, house.clock)
    asked = Asked(KEY, "Ada")
    for text in ("I have a cat.", "Let's start over, please."):
        told = list(assistant.answer(Said(text, asked), threading.Event()))

    assert "".join(thought.text for thought in told if isinstance(thought, Reply)).startswith("Okay, we start over.")
    assert house.conversations.turns(KEY) == []
    assert [turn.asked for turn in house.saves.saved(ADA)[0].turns] == ["I have a cat."]


def test_what_was_said_in_a_session_that_ended_is_saved_and_other_devices_go_on(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.talk("here")
    house.talk("a game", key="ada@session 1/games")
    house.talk("elsewhere", key="ada@session 12/main")

    house.conversations.close_device("session 1")

    assert [one.turns[0].asked for one in house.saves.saved(ADA)] in (["here", "a game"], ["a game", "here"])
    assert len(house.conversations.turns("ada@session 12/main")) == 1


def test_nothing_is_cleared_when_what_belongs_to_it_could_not_be_saved(tmp_path: Path) -> None:
    house = House(tmp_path)
    assistant = Assistant(house.chat, (), house.conversations, house.clock)
    house.talk("I have a cat.")

    def full(_: Asked) -> None:
        raise Broken("The disk is full.")

    assistant.before_clear.append(full)
    with pytest.raises(Broken):
        assistant.clear(Asked(KEY, "Ada"))

    assert len(house.conversations.turns(KEY)) == 1


def test_saved_conversations_and_summaries_are_their_persons_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.talk(*FIVE)
    house.summaries.sum_up(KEY)
    house.talk("hello", key="@kiosk/main", person="")
    house.conversations.close("@kiosk/main")
    (summary,), (saved,) = house.saves.summaries(ADA), house.saves.saved(Whose("", "@kiosk/"))
    for stranger in (Whose("Bob", "bob@session 1/"), Whose("", "ada@session 1/"), Whose("", "@script/")):
        assert (house.saves.summaries(stranger), house.saves.saved(stranger)) == ([], [])
        with pytest.raises(NotFound):
            house.saves.delete_summary(summary.id, stranger)
        with pytest.raises(NotFound):
            house.saves.delete_saved(saved.id, stranger)

    house.saves.delete_summary(summary.id, ADA)
    house.saves.delete_saved(saved.id, Whose("", "@kiosk/"))
    assert house.saves.summaries(ADA) == house.saves.saved(Whose("", "@kiosk/")) == []


def test_what_is_older_than_the_setting_is_deleted(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.talk("hello")
    house.conversations.close(KEY)
    at = house.saves.saved(ADA)[0].at

    Saves(house.database, _At(at, days=364)).tidy()
    assert len(house.saves.saved(ADA)) == 1
    Saves(house.database, _At(at, days=366)).tidy()
    assert house.saves.saved(ADA) == []


class _At(ManualClock):
    """A clock so many days after a moment."""

    def __init__(self, at: str, days: int) -> None:
        super().__init__()
        self._told = datetime.fromisoformat(at) + timedelta(days=days)

    def now(self) -> datetime:
        return self._told


class Interrupting(FakeChat):
    """Somebody begins to talk after its first word."""

    begin: Callable[[], None] = staticmethod(lambda: None)

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        for chunk in super().chat(request):
            yield chunk
            self.begin()


def test_a_summary_that_is_being_written_makes_way_for_a_person(tmp_path: Path) -> None:
    chat = Interrupting(text="one two three")
    house = House(tmp_path, chat)
    house.talk(*FIVE)
    person = house.summaries.turn()
    chat.begin = lambda: person.__enter__() and None  # type: ignore[method-assign]

    assert not house.summaries.sum_up(KEY)
    assert len(house.conversations.waiting(KEY).turns) == 3
