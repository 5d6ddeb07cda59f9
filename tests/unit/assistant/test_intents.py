"""What people say, and what BMO takes it for without any model."""

import time
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bmo.assistant.builtin import builtin_skill
from bmo.assistant.intents import Intents
from bmo.assistant.spelling import addressed, is_question, pieces, plain
from bmo.capabilities.action import Action, Done, Effect
from bmo.capabilities.sentences import english
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.skills.clock.skill import clock_skill
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database


@pytest.fixture(scope="module")
def intents(tmp_path_factory: pytest.TempPathFactory) -> Intents:
    path: Path = tmp_path_factory.mktemp("intents") / "bmo.db"
    clock = ManualClock()
    timers = Timers(Database(path, [TIMER_TABLE]), clock, Events())
    actions = [*timers_skill(timers).actions, *clock_skill(clock, UTC).actions]
    return Intents([*actions, *builtin_skill(actions).actions])


def minutes(count: float, name: str = "") -> tuple[str, dict[str, Any]]:
    return "timer.set", {"duration": timedelta(minutes=count), **({"name": name} if name else {})}


COMMANDS: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    ("set a timer for five minutes", [minutes(5)]),
    ("set a timer for 5 minutes", [minutes(5)]),
    ("Set a timer for five minutes.", [minutes(5)]),
    ("Hey BMO, set a 5-minute timer, please.", [minutes(5)]),
    ("hey jarvis set a timer for five minutes", [minutes(5)]),
    ("Beamo, could you please set a timer for five minutes?", [minutes(5)]),
    ("timer 5 minutes", [minutes(5)]),
    ("5 minute timer", [minutes(5)]),
    ("another timer for 3 minutes", [minutes(3)]),
    ("set a 10 minute pasta timer", [minutes(10, "pasta")]),
    ("set a ten-minute timer for the eggs", [minutes(10, "eggs")]),
    ("set an egg timer for five minutes", [minutes(5, "egg")]),
    ("could you uh start a pasta timer for eleven minutes please", [minutes(11, "pasta")]),
    ("start a timer called eggs for an hour and a half", [minutes(90, "eggs")]),
    ("set a timer for pasta for 10 minutes", [minutes(10, "pasta")]),
    ("start the timer for ten minutes for eggs and bacon", [minutes(10, "eggs and bacon")]),
    ("set timer for one hour and twenty minutes", [minutes(80)]),
    ("can you set a timer for half an hour", [minutes(30)]),
    ("I need a timer for 20 minutes", [minutes(20)]),
    ("I'd like you to set a timer for twenty minutes", [minutes(20)]),
    ("okay so set a timer for twenty minutes thanks", [minutes(20)]),
    ("would it be possible to start a timer of twenty minutes for my laundry", [minutes(20, "laundry")]),
    ("remind me in ten minutes to check the oven", [minutes(10, "check the oven")]),
    ("remind me to check the oven in ten minutes", [minutes(10, "check the oven")]),
    ("wake me up in half an hour", [minutes(30)]),
    ("let me know when ten minutes are up", [minutes(10)]),
    ("count down from two minutes", [minutes(2)]),
    ("set a timer for 400 days", [minutes(400 * 24 * 60)]),
    ("set a timer for minus five minutes", [minutes(-5)]),
    ("set a timer", [("timer.ask", {})]),
    ("set a timer for pasta", [("timer.ask", {"name": "pasta"})]),
    ("set a timer for ten to fifteen minutes", [("timer.ask", {"name": ""})]),
    ("what timers are running", [("timer.list", {})]),
    ("what timers are running?", [("timer.list", {})]),
    ("do i have any timers", [("timer.list", {})]),
    ("list my timers", [("timer.list", {})]),
    ("how long is left on the pasta timer", [("timer.left", {"which": "pasta"})]),
    ("how much time is left?", [("timer.left", {})]),
    ("how long until the egg timer goes off", [("timer.left", {"which": "egg"})]),
    ("when does the pasta timer go off", [("timer.left", {"which": "pasta"})]),
    ("is the pasta timer done yet", [("timer.left", {"which": "pasta"})]),
    ("cancel the pasta timer", [("timer.cancel", {"which": "pasta"})]),
    ("Cancel the timer.", [("timer.cancel", {})]),
    ("cancel the five minute timer", [("timer.cancel", {"which": "five minute"})]),
    ("cancel all timers", [("timer.cancel", {"which": "all"})]),
    ("cancel all of my timers", [("timer.cancel", {"which": "all"})]),
    ("clear my timers", [("timer.cancel", {"which": "timers"})]),
    ("stop the pasta timer", [("timer.cancel", {"which": "pasta"})]),
    ("add two minutes to the pasta timer", [("timer.add", {"duration": timedelta(minutes=2), "which": "pasta"})]),
    ("five more minutes", []),
    ("five minutes more", []),
    ("snooze for 5 minutes", [("timer.add", {"duration": timedelta(minutes=5)})]),
    ("stop the alarm", [("timer.stop", {})]),
    ("stop", [("timer.stop", {})]),
    ("turn it off", [("timer.stop", {})]),
    ("be quiet", [("bmo.stop", {})]),
    ("never mind", [("bmo.stop", {})]),
    ("what can you do?", [("bmo.help", {})]),
    ("help", [("bmo.help", {})]),
    ("what time is it", [("time.now", {})]),
    ("What's the time?", [("time.now", {})]),
    ("can you tell me what time it is please", [("time.now", {})]),
    ("what time is it in New York", [("time.now", {"place": "New York"})]),
    ("what day is it", [("time.date", {})]),
    ("what's today's date", [("time.date", {"day": "today"})]),
    ("What's tomorrow's date?", [("time.date", {"day": "tomorrow"})]),
    ("what day was it yesterday", [("time.date", {"day": "yesterday"})]),
    ("set a timer for five minutes and tell me the time", [minutes(5), ("time.now", {})]),
    ("Set a timer for five minutes. What time is it?", [minutes(5), ("time.now", {})]),
    ("set a pasta timer for five minutes and a rice timer for ten minutes", [minutes(5, "pasta"), minutes(10, "rice")]),
    ("cancel the pasta timer and the rice timer",
     [("timer.cancel", {"which": "pasta"}), ("timer.cancel", {"which": "rice"})]),
    ("set a timer for an hour and a half and cancel the pasta timer",
     [minutes(90), ("timer.cancel", {"which": "pasta"})]),
]  # fmt: skip

NOT_COMMANDS = [
    "", "bmo", "hello", "i hate timers", "I love my timer", "what is a timer", "tell me what a timer is",
    "Don't set a timer for five minutes.", "do not cancel the pasta timer", "never set a timer for five minutes",
    "did you set a timer for five minutes", "should I set a timer for five minutes?",
    "why did you cancel the pasta timer", "how do i set a timer for five minutes", "when should i stop the timer",
    "if i set a timer for five minutes what happens", "would the timer stop", "do you set timers",
    "my mother set a timer for five minutes", "i set a timer for five minutes yesterday", "time flies",
    "the timer rang after 5 minutes", "the time machine is a movie from 1960", "what time is dinner",
    "what is the time signature of this song", "what is the date of the battle of hastings",
    "turn off the lights and set a timer for five minutes", "stop the war", "tell me a story about stopping time",
    "set the table for five people", "set a good example for five minutes", "set a timer for five minutes " * 20,
    "cancel my subscription", "a minute ago i saw a bird", "you can stop the pasta timer yourself",
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), COMMANDS)
def test_a_command_is_understood(intents: Intents, text: str, meant: list[tuple[str, dict[str, Any]]]) -> None:
    understood = [
        (readings[0].action.name, readings[0].arguments.model_dump(exclude_unset=True))
        for readings in intents.understand(text)
    ]

    assert understood == meant


@pytest.mark.parametrize("text", NOT_COMMANDS)
def test_talk_is_not_taken_for_a_command(intents: Intents, text: str) -> None:
    assert intents.understand(text) == []


@pytest.mark.parametrize("start", ["did you", "should i", "why did you", "how do i", "what if i", "when do we"])
@pytest.mark.parametrize("text", [text for text, meant in COMMANDS if any(name == "timer.set" for name, _ in meant)])
def test_a_question_never_changes_anything(intents: Intents, start: str, text: str) -> None:
    commands = intents.understand(f"{start} {text}")

    assert all(reading.action.effect is Effect.READS for readings in commands for reading in readings)


def test_stop_means_the_alarm_first_and_then_bmo(intents: Intents) -> None:
    (readings,) = intents.understand("stop")

    assert [reading.action.name for reading in readings] == ["timer.stop", "bmo.stop"]


def test_only_stop_words_interrupt(intents: Intents) -> None:
    assert intents.interrupts("BMO, stop!")
    assert intents.interrupts("stop the alarm")
    assert not intents.interrupts("stop and set a timer for five minutes")
    assert not intents.interrupts("what time is it")


def test_a_command_takes_milliseconds(intents: Intents) -> None:
    took = []
    for text, _ in COMMANDS:
        started = time.thread_time()
        intents.understand(text)
        took.append(time.thread_time() - started)

    assert sorted(took)[len(took) // 2] < 0.020  # a loaded machine of two cores; alone it is 0.001


PIECES = ["set", "a", "timer", "for", "and", "five", "to", "minutes", "the", "called", "pasta", "stop", "10", "in"]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)))
def test_no_text_breaks_the_matcher(intents: Intents, text: str) -> None:
    for readings in intents.understand(text):
        assert readings


class Item(BaseModel):
    item: str = ""
    name: int = 0


def test_the_whole_sentence_comes_before_its_parts_and_slots_of_two_skills_do_not_mix() -> None:
    def action(name: str, *sentences: str, **lists: tuple[str, ...]) -> Action:
        return Action(name, "", Effect.CHANGES, Item, lambda _w, _a: Done(""), english(*sentences, **lists))

    intents = Intents(
        [
            action("list.add", "(put|add) {item} on the [shopping] list"),
            action("light.on", "turn on the {item}", item=("lamp", "fan")),
            action("count", "count {item} {name}"),
        ]
    )

    def understood(text: str) -> list[tuple[str, str]]:
        return [(r[0].action.name, r[0].arguments.item) for r in intents.understand(text)]  # type: ignore[attr-defined]

    assert understood("put salt and pepper on the list") == [("list.add", "salt and pepper")]
    assert understood("put salt and pepper on the list and turn on the fan") == [
        ("list.add", "salt and pepper"),
        ("light.on", "fan"),
    ]
    assert understood("turn on the toaster") == []
    assert understood("count big sheep 12") == [("count", "big sheep")]


def test_even_a_template_that_fits_a_question_changes_nothing() -> None:
    def turn_on(effect: Effect) -> Intents:
        return Intents(
            [Action("light.on", "", effect, Item, lambda _w, _a: Done(""), english("did [you] turn on the {item}"))]
        )

    assert turn_on(Effect.CHANGES).understand("did you turn on the fan") == []
    assert turn_on(Effect.READS).understand("did you turn on the fan") != []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hey BMO, what's up?", "what's up?"),
        ("bmo stop", "stop"),
        ("B.M.O., stop", "stop"),
        ("Hey Jarvis. Stop.", "Stop."),
        ("stop, BMO", "stop"),
        ("bmo", ""),
        ("hello there", "hello there"),
        ("tell me about BMO", "tell me about"),
        ("bemoan it", "bemoan it"),
    ],
)
def test_the_name_around_a_sentence_goes(text: str, left: str) -> None:
    assert addressed(text) == left


def test_politeness_and_hesitation_go_and_names_keep_their_case() -> None:
    assert plain("Um, could you please start a, uh, Pasta timer for me, thanks!") == "start a Pasta timer"
    assert plain("please") == ""
    assert plain("What's 3.14?") == "what is 3.14"


def test_can_you_is_a_request_and_should_i_is_a_question() -> None:
    assert not is_question("Can you set a timer?")
    assert is_question("BMO would it help".removeprefix("BMO "))
    assert is_question("should I?")


def test_a_text_is_cut_where_commands_may_meet() -> None:
    text = "a and b. then c, and d; e, f"

    assert [text[begin:end] for begin, end in pieces(text)] == ["a", "b", "c", "d", "e", "f"]
