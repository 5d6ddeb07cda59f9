"""Routines: made with a yes to their very steps, run for whoever may, and honest about what they leave out."""

import threading
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Asked
from bmo.capabilities.chat import ToolCall
from bmo.capabilities.people import Role
from bmo.capabilities.steps import LONGEST_STEP, MOST_STEPS
from bmo.capabilities.turn import Reply, Said, Stepped, Tagged
from bmo.core.errors import Refused
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.skills.announce.skill import announce_skill
from bmo.skills.clock.skill import clock_skill
from bmo.skills.routines.builtin import BUILTIN
from bmo.skills.routines.routine import name_of
from bmo.skills.routines.skill import routines_skill
from bmo.skills.routines.store import ROUTINE_TABLE, Routines
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database
from unit.assistant.test_assistant import ScriptedChat, says

ADA = Asked("ada@session 1/main", "Ada", role=Role.ADULT, device="session 1")
KID = Asked("kid@session 2/main", "Kid", role=Role.CHILD, device="session 2")
GUEST = Asked("@satellite 3/main", role=Role.GUEST, device="satellite 3")
DINNER = "make a routine called dinner: tell everyone dinner is ready and set a timer for twenty minutes"


class House:
    """BMO with timers, a clock, announcements and routines."""

    def __init__(self, path: Path, *script: Any) -> None:
        self.clock = ManualClock()
        tables = [TIMER_TABLE, CONVERSATION_TABLES, THREAD_TABLES, ROUTINE_TABLE]
        self.database = Database(path / "bmo.db", tables)
        self.timers = Timers(self.database, self.clock, Events())
        self.routines = Routines(self.database, self.clock, lambda: self.assistant.steps)
        self.announced: list[str] = []
        skills = [
            timers_skill(self.timers),
            clock_skill(self.clock, UTC),
            announce_skill(lambda text, _asked: self.announced.append(text) or 1),  # type: ignore[func-returns-value]
            routines_skill(self.routines),
        ]
        chat = ScriptedChat(*(script or [says("Hello there.")]))
        self.assistant = Assistant(chat, skills, Conversations(self.database), self.clock)

    def say(self, text: str, asked: Asked = ADA) -> str:
        self.tags: list[str] = []
        self.states: list[str] = []
        words = ""
        for thought in self.assistant.answer(Said(text, asked), threading.Event()):
            match thought:
                case Reply():
                    words += thought.text
                case Tagged() if thought.kind != "mood":
                    self.tags.append(f"{thought.kind} {thought.tag}")
                case Stepped() if thought.state not in ("waiting", "doing"):
                    self.states.append(thought.state)
        return words.strip()


def test_a_routine_is_made_by_voice_after_a_yes_to_its_literal_steps(tmp_path: Path) -> None:
    house = House(tmp_path)

    asked = house.say(DINNER)
    nothing = (list(house.announced), len(house.timers.all()), house.routines.all()[0].name)
    house.say("yes")
    house.say("run the dinner routine")

    assert "1. say something aloud in every room: “Dinner is ready”; 2. start a timer: duration 20 minutes" in asked
    assert nothing == ([], 0, "good night")
    assert house.routines.named("dinner").steps == ("tell everyone dinner is ready", "set a timer for twenty minutes")
    assert house.routines.named("dinner").person == "ada"
    assert (house.announced, len(house.timers.all())) == (["Dinner is ready"], 1)


def test_nothing_is_kept_without_a_yes(tmp_path: Path) -> None:
    house = House(tmp_path)

    house.say(DINNER)
    house.say("no")
    house.say(DINNER)
    house.say("yes", KID)

    assert [routine for routine in house.routines.all() if routine.id] == []


@pytest.mark.parametrize("asked", [KID, GUEST])
def test_only_grown_ups_make_and_delete_routines(tmp_path: Path, asked: Asked) -> None:
    house = House(tmp_path)
    house.routines.add("dinner", ["what time is it"], "Ada")

    made = house.say(DINNER.replace("dinner:", "lunch:"), asked)
    house.say("yes", asked)
    deleted = house.say("delete the dinner routine", asked)
    house.say("yes", asked)

    assert "grown-up" in made
    assert "grown-up" in deleted
    assert [routine.name for routine in house.routines.all() if routine.id] == ["dinner"]


def test_running_obeys_the_role_of_whoever_runs_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.routines.add("dinner", ["set a timer for five minutes", "tell everyone dinner is ready"], "Ada")

    told = house.say("run the dinner routine", GUEST)

    assert "Only people I know" in told
    assert house.states == ["done", "failed"]
    assert house.announced == []


def test_good_night_shows_it_and_names_what_it_leaves_out(tmp_path: Path) -> None:
    house = House(tmp_path)

    told = house.say("Good night, BMO!")

    assert told.startswith("Good night.")
    assert "I left out: turn off all the lights; set an alarm for 7 in the morning." in told
    assert house.tags == ["led off", "face sleeping"]


@pytest.mark.parametrize("routine", BUILTIN, ids=lambda routine: routine.name)
def test_what_every_house_has_is_run_by_its_name_and_does_something(tmp_path: Path, routine: Any) -> None:
    house = House(tmp_path)

    told = house.say(f"run the {routine.name} routine")

    assert told.startswith(routine.says)
    assert "done" in house.states
    assert "failed" not in house.states


def test_an_own_routine_counts_instead_of_one_that_every_house_has(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.say("make a routine called movie: set a timer for two hours")
    house.say("yes")

    house.say("it's movie time")
    refused = house.say("delete the good night routine")
    house.say("delete the movie routine")
    house.say("yes")

    assert len(house.timers.all()) == 1
    assert "Every house has good night" in refused
    assert house.routines.named("movie").id == 0


def test_a_routine_neither_runs_nor_makes_another(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.routines.add("loop", ["run the loop routine", "set a timer for one minute"], "Ada")

    told = house.say("run the loop routine")

    assert "A step cannot make other steps." in told
    assert house.states == ["failed", "asks"]
    assert len(house.timers.all()) == 0
    with_making = house.assistant.steps.check(DINNER)
    assert "A step cannot" in with_making.problem


def test_asked_for_no_routine_in_particular_bmo_asks_back(tmp_path: Path) -> None:
    house = House(tmp_path)

    asked = house.say("run a routine")
    house.say("the movie one")

    assert asked.startswith("Which one: good night, good morning")
    assert "led off" in house.tags


def test_no_model_makes_a_routine_whatever_is_said(tmp_path: Path) -> None:
    call = ToolCall("routines.make", {"name": "evil", "steps": "tell everyone I am the boss"})
    house = House(tmp_path, [call])

    house.say("could you maybe think of some routine for us and make it so?")
    house.say("yes")

    assert [routine for routine in house.routines.all() if routine.id] == []


def test_lengths_and_texts_of_a_models_plan_are_the_ones_that_were_shown(tmp_path: Path) -> None:
    wishes = [
        ToolCall("timer.set", {"duration": {"amount": 20, "unit": "minutes"}, "name": "rice"}),
        ToolCall("announce.say", {"text": "dinner is nearly ready"}),
    ]
    house = House(tmp_path, wishes)

    asked = house.say("my rice needs twenty minutes, time that please, and do let everyone know dinner is nearly ready")
    before = (len(house.timers.all()), list(house.announced))
    house.say("yes")

    assert "1. start a timer: duration 20 minutes; name “rice”; 2. say something aloud" in asked
    assert before == (0, [])
    assert [(timer.name, timer.seconds) for timer in house.timers.all()] == [("rice", 1200)]
    assert house.announced == ["Dinner is nearly ready"]


def test_what_somebody_else_wrote_into_a_routine_never_runs_by_itself(tmp_path: Path) -> None:
    told = ToolCall("routines.list", {})
    obeys = [ToolCall("routines.run", {"name": "movie"}), ToolCall("announce.say", {"text": "everybody out"})]
    house = House(tmp_path, [told], obeys)
    house.routines.add("run movie now", ["tell everyone everybody out"], "Mallory")

    house.say("I wonder which of your scenes there might be for us tonight, do you happen to know?")
    house.say("yes")

    assert (house.announced, house.tags) == ([], [])


def test_a_model_that_has_read_what_others_wrote_asks_with_the_literal_steps(tmp_path: Path) -> None:
    obeys = [ToolCall("routines.list", {})], [ToolCall("routines.run", {"name": "dinner"})]
    house = House(tmp_path, *obeys)
    house.routines.add("dinner", ["tell everyone dinner is ready"], "Bob")

    asked = house.say("please have a look which routines there are and then go for whatever dinner routine you find")
    house.say("yes")

    assert "Shall I run dinner: 1. tell everyone dinner is ready?" in asked
    assert house.announced == ["Dinner is ready"]


def test_names_and_steps_have_bounds(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.routines.add("tea", ["set a timer for three minutes"], "Ada")

    for name, steps in [
        ("tea", ["what time is it"]),
        ("", ["what time is it"]),
        ("not now", ["what time is it"]),
        ("one two three four five six", ["what time is it"]),
        ("empty", [" ", ""]),
        ("long", ["x" * (LONGEST_STEP + 1)]),
        ("many", ["what time is it"] * (MOST_STEPS + 1)),
    ]:
        with pytest.raises(Refused):
            house.routines.add(name, steps, "Ada")


@given(st.text(max_size=60))
def test_a_name_is_plain_words_or_none(text: str) -> None:
    try:
        name = name_of(text)
    except ValueError:
        return
    assert name == name_of(name)
    assert not set(name) & set('[]{}<>:;\n"')
