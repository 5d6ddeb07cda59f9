"""Plans: several steps, one yes, each told as it goes; and nobody but the person puts a step in."""

import threading
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.chat import ToolCall, Words
from bmo.capabilities.people import Role
from bmo.capabilities.sentences import english
from bmo.capabilities.turn import Acted, Ended, Reply, Said, Stepped, Tagged
from bmo.core.clock import SystemClock
from bmo.core.errors import NotFound, Refused
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.skills.clock.skill import clock_skill
from bmo.store.database import Database
from bmo.voice.turn import Turns
from unit.assistant.test_assistant import ScriptedChat, says

ROBIN = Asked("robin@session 1/main", "Robin", role=Role.ADULT, device="session 1")
KIM = Asked("kim@session 2/main", "Kim", role=Role.ADULT, device="session 2")


class What(BaseModel):
    """What it is about."""

    what: str


class House:
    """An assistant with lamps that break, doors that need a yes, notes of others, and a scripted model."""

    def __init__(self, path: Path, *script: Any) -> None:
        self.clock = ManualClock()
        self.chat = ScriptedChat(*(script or [says("Hello there.")]))
        self.done: list[str] = []
        self.stop = threading.Event()
        self.stop_at = ""
        self.go_on = threading.Event()
        self.go_on.set()
        conversations = Conversations(Database(path / "bmo.db", [CONVERSATION_TABLES, THREAD_TABLES]))
        skills = [clock_skill(self.clock, UTC), Skill("house", tuple(self._actions()))]
        self.assistant = Assistant(self.chat, skills, conversations, self.clock)

    def _actions(self) -> list[Action]:
        turn, break_, miss = english("turn on [the] {what}"), english("break {what}"), english("cancel all {what}")
        return [
            self._action("lights.on", "Turn on.", Effect.CHANGES, turn, "turn on", "lights"),
            self._action("horn.blow", "Blow the horn.", Effect.CHANGES, english("blow {what}"), "blow", "horn"),
            self._action("vase.break", "Break.", Effect.CHANGES, break_, "break"),
            self._action("timers.none", "Cancel.", Effect.CHANGES, miss, "cancel"),
            self._action("door.open", "Open a door.", Effect.DANGEROUS, english("open [the] {what}"), "open", "door"),
            self._action("note.read", "Read.", Effect.READS, english("read {what}"), "read", "note", outside=True),
        ]

    def _action(self, name: str, says: str, effect: Effect, said: Any, *cues: str, outside: bool = False) -> Action:
        def run(wanted: What, _asked: Asked) -> Done:
            if name == "vase.break":
                raise Refused("It would not break.")
            if name == "timers.none":
                raise NotFound("There are none.")
            self.done.append(f"{name} {wanted.what}")
            if self.stop_at == name:
                self.stop.set()
                self.go_on.wait(10)
            return Done(f"{says[:-1]} {wanted.what}, done.")

        return Action(name, says, effect, What, run, said, cues=cues, outside=outside)

    def say(self, text: str, asked: Asked = ROBIN, question: str = "") -> str:
        self.steps: dict[int, str] = {}
        self.listed: list[str] = []
        self.tags: list[str] = []
        words, self.question = "", ""
        for thought in self.assistant.answer(Said(text, asked, question=question), self.stop):
            match thought:
                case Reply():
                    words += thought.text
                case Tagged(kind="mood"):
                    pass
                case Tagged():
                    self.tags.append(f"{thought.kind} {thought.tag}")
                case Stepped():
                    self.steps[thought.number] = thought.state
                    self.listed += [thought.words] if thought.state == "waiting" else []
                case Acted() if thought.result.get("waiting"):
                    self.question = str(thought.result["question"])
        return words.strip()


def call(name: str, what: str) -> ToolCall:
    return ToolCall(name, {"what": what})


def test_a_plan_is_listed_approved_once_and_done_in_order(tmp_path: Path) -> None:
    house = House(tmp_path)

    asked = house.say("plan: turn on the lamp, then blow the horn and turn on the radio")
    before = list(house.done)
    house.say("yes")

    assert "1. turn on: “lamp”" in asked
    assert "3. turn on: “radio”" in asked
    assert before == []
    assert house.done == ["lights.on lamp", "horn.blow the horn", "lights.on radio"]
    assert house.steps == {1: "done", 2: "done", 3: "done"}


def test_a_plan_is_dropped_by_a_no_by_somebody_else_and_by_time(tmp_path: Path) -> None:
    house = House(tmp_path)

    house.say("plan: turn on the lamp and blow the horn")
    house.say("no")
    house.say("yes")
    house.say("plan: turn on the lamp and blow the horn")
    house.say("yes", KIM)
    house.say("plan: turn on the lamp and blow the horn")
    house.clock.advance(31)
    house.say("yes")

    assert house.done == []


def test_what_nobody_can_do_is_named_and_left_out(tmp_path: Path) -> None:
    house = House(tmp_path)

    asked = house.say("plan: turn on the lamp, switch off the moon, blow the horn")
    told = house.say("yes")

    assert "I would leave out: switch off the moon." in asked
    assert "I left out: switch off the moon." in told
    assert house.steps == {1: "done", 2: "left_out", 3: "done"}


def test_a_plan_of_nothing_is_for_the_model(tmp_path: Path) -> None:
    house = House(tmp_path)

    assert house.say("plan a trip to Rome for us") == "Hello there."
    assert house.say("plan my week and my holidays") == "Hello there."


def test_a_step_that_fails_is_told_and_the_rest_waits_for_a_yes(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("plan: turn on the lamp, break the vase, blow the horn")

    failed = house.say("yes")
    states, done = dict(house.steps), list(house.done)
    house.say("yes")

    assert "It would not break." in failed
    assert "Shall I go on without that: 3. blow the horn?" in failed
    assert (states, done) == ({1: "done", 2: "failed", 3: "asks"}, ["lights.on lamp"])
    assert house.done == ["lights.on lamp", "horn.blow the horn"]
    assert house.steps == {3: "done"}


def test_a_step_with_nothing_to_do_holds_nothing_up(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("plan: cancel all timers and blow the horn")

    told = house.say("yes")

    assert "There are none." in told
    assert house.steps == {1: "left_out", 2: "done"}


def test_a_dangerous_step_asks_for_a_yes_of_its_own(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("plan: turn on the lamp, open the gate, blow the horn")

    asked = house.say("yes")
    before = list(house.done)
    house.say("Yes", question=house.question)

    assert "Shall I open a door: “gate”?" in asked
    assert before == ["lights.on lamp"]
    assert house.done == ["lights.on lamp", "door.open gate", "horn.blow the horn"]


def test_stop_ends_a_plan_between_two_steps(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("plan: turn on the lamp, blow the horn, turn on the radio")
    house.stop_at = "lights.on"

    house.say("yes")

    assert house.done == ["lights.on lamp"]
    assert house.steps == {1: "done", 2: "stopped", 3: "stopped"}


def test_several_wishes_of_a_model_are_a_plan_and_one_is_done_at_once(tmp_path: Path) -> None:
    both = [call("lights.on", "lamp"), call("horn.blow", "horn"), Words("I did it!")]
    house = House(tmp_path, both, [call("lights.on", "lamp")])

    asked = house.say("it is so dark and quiet here, turn on that lamp please and blow a horn for me, BMO dear")
    before = list(house.done)
    house.say("yes")
    planned = list(house.done)
    house.say("it is so dark in here, turn on that lamp of mine please, would you be a dear")

    assert "My plan is: 1. turn on: “lamp”; 2. blow the horn: “horn”." in asked
    assert "I did it!" not in asked
    assert (before, planned) == ([], ["lights.on lamp", "horn.blow horn"])
    assert house.done[2:] == ["lights.on lamp"]


def test_what_the_person_did_not_ask_for_gets_into_no_plan(tmp_path: Path) -> None:
    read = [call("note.read", "note")]
    obeys = [call("lights.on", "lamp"), call("horn.blow", "horn"), call("door.open", "door")]
    house = House(tmp_path, read, obeys)

    asked = house.say("please have a look at the note on my desk, turn on that lamp of mine and blow my horn")

    assert "1. turn on: “lamp”; 2. blow the horn: “horn”." in asked
    assert "door" not in asked
    assert house.done == ["note.read note"]


def test_no_model_makes_a_plan_or_goes_on_with_one(tmp_path: Path) -> None:
    tries = [
        ToolCall("plan.make", {"steps": "open the door"}),
        ToolCall("plan.go_on", {"steps": [{"words": "open the door"}], "agreed": True}),
    ]
    house = House(tmp_path, tries)

    house.say("could you please plan and go on to open the door, turn on the lights and what else there is?")

    assert (house.done, house.question) == ([], "")


def test_no_program_goes_on_with_a_plan_that_nobody_made(tmp_path: Path) -> None:
    house = House(tmp_path)

    with pytest.raises(NotFound):
        house.assistant.act("plan.go_on", {"steps": [{"words": "open the door"}], "agreed": True}, ROBIN)


def test_a_button_gets_every_step_in_one_answer(tmp_path: Path) -> None:
    house = House(tmp_path)
    steps = "turn on the lamp, [FACE:sleeping], open the gate"

    asked = house.assistant.act("plan.make", {"steps": steps}, ROBIN)
    done = house.assistant.confirm(asked.data["question"], ROBIN)
    last = house.assistant.confirm(done.data["question"], ROBIN)

    assert [step["state"] for step in done.data["steps"]] == ["done", "left_out", "asks"]
    assert house.done == ["lights.on lamp", "door.open gate"]
    assert "waiting" not in last.data


SENTENCES = (
    "turn on the lamp",
    "blow the horn",
    "break the vase",
    "open the gate",
    "cancel all timers",
    "launch a rocket",
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6), st.lists(st.booleans(), min_size=12, max_size=12))
def test_whatever_the_steps_each_happens_at_most_once_in_order_and_nothing_without_its_yes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], answers: list[bool]
) -> None:
    house = House(tmp_path_factory.mktemp("house"))
    house.say("plan: turn on the " + ", ".join(["lamp", *steps]))
    yeses, happened = 0, 0

    for yes in answers:
        if not house.question:
            break
        house.say("yes" if yes else "no")
        yeses += yes
        opened = sum(deed.startswith("door") for deed in house.done)
        assert opened <= max(0, yeses - 1)
        happened = len(house.done) if yeses else happened
        if not yes:
            break

    can = [step for step in ["turn on the lamp", *steps] if step.split()[0] in ("turn", "blow", "open")]
    wanted = [
        {"turn": "lights.on lamp", "blow": "horn.blow the horn", "open": "door.open gate"}[s.split()[0]] for s in can
    ]
    assert house.done == wanted[: len(house.done)]
    if all(answers[: yeses + 1]) and not house.question:
        assert house.done == wanted


def test_stop_in_a_whole_turn_lets_the_step_at_hand_end_and_begins_no_other(tmp_path: Path) -> None:
    house = House(tmp_path)
    nobody: Any = None
    turns = Turns(nobody, house.assistant, nobody, SystemClock(), Events(), nobody)
    list(turns.typed(Said("plan: turn on the lamp, blow the horn, turn on the radio", ROBIN), False, house.stop))
    house.stop_at = "lights.on"
    house.go_on.clear()

    told = list(turns.typed(Said("yes", ROBIN), False, house.stop))
    house.go_on.set()
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("turn ")]:
        thread.join(10)

    assert house.done == ["lights.on lamp"]
    assert isinstance(told[-1], Ended)
    assert told[-1].outcome == "cancelled"
