"""A whole turn: commands without a model, talk with one, and a model that cannot be trusted."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from bmo.assistant.assistant import LONGEST_TEXT, Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.assistant.prompt import CONTEXT
from bmo.assistant.talking import CANNOT_THINK, LONGEST_ANSWER, LOST, MUDDLED, REPAIRS, SPEECHLESS
from bmo.assistant.tools import MOST_CALLS
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.chat import ChatChunk, ChatRequest, Finished, Message, ToolCall, Words
from bmo.capabilities.provider import Stream
from bmo.capabilities.sentences import english
from bmo.capabilities.turn import Acted, Reply, Said, Tagged, Thought
from bmo.core.errors import Broken, Malformed, NobodyCould, NotFound, Refused, TooLarge, Unreachable
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.skills.clock.skill import clock_skill
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database

FIVE = {"duration": {"amount": 5, "unit": "minutes"}}


class ScriptedChat:
    """Answers each request with the next script, the last one for ever; an exception in it is raised."""

    name = "scripted"

    def __init__(self, *script: Sequence[ChatChunk | Exception]) -> None:
        self.script = list(script)
        self.requests: list[ChatRequest] = []
        self.closed = 0

    def chat(self, request: ChatRequest) -> Stream[ChatChunk]:
        self.requests.append(request)
        try:
            for chunk in self.script.pop(0) if len(self.script) > 1 else self.script[0]:
                if isinstance(chunk, Exception):
                    raise chunk
                yield chunk
            yield Finished("stop")
        finally:
            self.closed += 1


def says(text: str) -> list[ChatChunk | Exception]:
    return [Words(word + " ") for word in text.split()]


def calls(name: str, arguments: dict[str, Any], times: int = 1) -> list[ChatChunk | Exception]:
    return [ToolCall(name, arguments, id=str(number)) for number in range(times)]


@dataclass
class Told:
    """What came of a turn."""

    thoughts: list[Thought] = field(default_factory=list)

    @property
    def words(self) -> str:
        return "".join(thought.text for thought in self.thoughts if isinstance(thought, Reply)).strip()

    @property
    def acted(self) -> list[tuple[str, bool]]:
        return [(thought.tool, thought.ok) for thought in self.thoughts if isinstance(thought, Acted)]

    @property
    def moods(self) -> list[str]:
        return [thought.tag for thought in self.thoughts if isinstance(thought, Tagged)]


class Fuse(BaseModel):
    """No arguments."""


class Home:
    """An assistant with timers, a clock, a bomb, and a scripted model."""

    def __init__(self, path: Path, *script: Sequence[ChatChunk | Exception]) -> None:
        self.clock = ManualClock()
        self.database = Database(path / "bmo.db", [TIMER_TABLE, CONVERSATION_TABLES, THREAD_TABLES])
        self.timers = Timers(self.database, self.clock, Events())
        self.chat = ScriptedChat(*(script or [says("Hello there.")]))
        self.conversations = Conversations(self.database)
        self.exploded = 0
        skills = [timers_skill(self.timers), clock_skill(self.clock, UTC), Skill("bomb", (self._bomb(),))]
        self.assistant = Assistant(
            self.chat, skills, self.conversations, self.clock, without_model="It is switched off."
        )

    def _bomb(self) -> Action:
        def run(_wanted: BaseModel, _asked: Asked) -> Done:
            self.exploded += 1
            return Done("Boom.")

        return Action(
            "bomb.explode", "Explode.", Effect.DANGEROUS, Fuse, run, english("explode [the bomb]"), cues=("bomb",)
        )

    def say(self, text: str, asked: Asked | None = None) -> Told:
        told = Told()
        for thought in self.assistant.answer(Said(text, asked or Asked()), threading.Event()):
            told.thoughts.append(thought)
        return told


def test_a_command_needs_no_model(tmp_path: Path) -> None:
    home = Home(tmp_path, [Unreachable("no model")])
    told = home.say("Hey BMO, set a pasta timer for five minutes, please.", Asked(room="kitchen"))

    assert told.words == "Pasta timer set for 5 minutes."
    assert told.acted == [("timer.set", True)]
    assert told.moods == ["happy"]
    assert told.thoughts[0] == Acted(
        "timer.set", {"duration": 300.0, "name": "pasta"}, {"sentence": told.words, "timer": home_timer(home)}
    )
    assert home.timers.all()[0].asked.room == "kitchen"
    assert home.chat.requests == []


def home_timer(home: Home) -> dict[str, object]:
    (timer,) = home.timers.all()
    return {"id": timer.id, "name": "pasta", "seconds": 300.0, "left": 300.0, "state": "running",
            "due": timer.due.isoformat()}  # fmt: skip


def test_two_commands_in_one_sentence_are_both_obeyed(tmp_path: Path) -> None:
    told = Home(tmp_path).say("set a timer for five minutes and tell me the time")

    assert told.words == "Timer set for 5 minutes. It is 12:00 PM."


def test_a_text_that_goes_on_with_a_command_is_a_command_for_a_moment(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.say("set a pasta timer for ten minutes")
    assert home.say("and a rice timer for five").words == "Rice timer set for 5 minutes."
    assert home.say("cancel it").words == "The rice timer is cancelled."

    home.say("what time is it")
    home.clock.advance(91)
    assert home.say("and in Tokyo?").acted == []


def test_nothing_goes_on_with_a_command_once_something_else_was_talked_about(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.say("set a timer for ten minutes")
    home.say("are you happy?")

    assert home.say("cancel it").acted == []


def test_a_refusal_is_one_sentence(tmp_path: Path) -> None:
    told = Home(tmp_path).say("set a timer for 400 days")

    assert told.words == "A timer can run for 1 second to 24 hours."
    assert told.acted == [("timer.set", False)]


def test_stop_silences_the_alarm_and_else_bmo(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.say("stop").acted == [("bmo.stop", True)]

    home.timers.set(timedelta(seconds=1))
    home.clock.advance(1)
    home.timers.ring_due()
    assert home.say("BMO, stop!").acted == [("timer.stop", True)]
    assert home.timers.all() == ()


def test_a_timer_without_a_length_is_asked_back_for_and_the_answer_completes_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert home.say("set a timer for pasta").words == "For how long?"
    assert home.say("ten minutes").words == "Pasta timer set for 10 minutes."

    home.say("set a timer")
    home.clock.advance(31)
    assert home.say("ten minutes").acted == []


def test_a_command_that_leaves_something_out_is_not_whole_until_it_is_said(tmp_path: Path) -> None:
    home = Home(tmp_path)
    whole = [
        home.assistant.whole(text, Asked()) for text in ("Set a timer.", "Set a timer for ten minutes.", "Ten minutes.")
    ]
    home.say("set a timer")

    assert whole == [False, True, False]
    assert home.assistant.whole("Ten minutes.", Asked())


def test_help_says_what_bmo_can_do(tmp_path: Path) -> None:
    told = Home(tmp_path).say("what can you do?")

    assert "set a timer for five minutes" in told.words
    assert "what time is it" in told.words


def test_talk_goes_to_the_model_word_by_word_without_tools_or_clock(tmp_path: Path) -> None:
    home = Home(tmp_path, says("[happy] I like games."))
    told = home.say("what do you like?")

    assert told.words == "I like games."
    assert told.moods == ["happy"]
    assert len([thought for thought in told.thoughts if isinstance(thought, Reply)]) == 3
    (request,) = home.chat.requests
    assert request.tools == ()
    assert [message.role for message in request.messages] == ["system", "user"]
    assert request.messages[0].text == PERSONA
    assert request.examples == EXAMPLES


def test_the_prompt_only_grows_at_its_end(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for text in ("hello", "tell me a joke", "set a timer for five minutes", "and another joke"):
        home.clock.advance(3600)
        home.say(text)
    first, second, third = (request.messages for request in home.chat.requests)

    assert second[: len(first)] == first
    assert third[: len(second)] == second
    assert [message.text for message in third[-3:]] == [
        "set a timer for five minutes", "Timer set for 5 minutes.", "and another joke",
    ]  # fmt: skip


def test_conversations_do_not_mix_and_can_be_forgotten(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.say("my name is Finn", Asked(conversation="a"))
    home.say("hello", Asked(conversation="b"))
    home.assistant.clear(Asked(conversation="a"))
    home.say("who am i", Asked(conversation="a"))

    assert [len(request.messages) for request in home.chat.requests] == [2, 2, 2]


def test_a_tool_call_is_done_and_its_own_sentence_is_the_answer(tmp_path: Path) -> None:
    home = Home(tmp_path, [*calls("timer.set", {**FIVE, "name": "rice"}), *says("I have set it for nine hours.")])
    told = home.say("my rice wants a timer, about five minutes")

    assert told.words == "Rice timer set for 5 minutes."
    assert told.acted == [("timer.set", True)]
    assert "timer.set" in {tool.name for tool in home.chat.requests[0].tools}
    assert len(home.chat.requests) == 1


def test_talk_about_timers_offers_no_tool_that_changes_anything(tmp_path: Path) -> None:
    home = Home(tmp_path, [*calls("timer.set", FIVE), *says("Timers are nice.")])
    for text in ("i hate timers", "what is a timer?", "why do people set a timer for five minutes?", "tell me a story"):
        assert home.say(text).acted == []

    assert home.timers.all() == ()
    assert all(tool.name != "timer.set" for request in home.chat.requests for tool in request.tools)


def test_seven_times_eight_is_not_about_the_time(tmp_path: Path) -> None:
    home = Home(tmp_path, says("That is 56."))
    home.say("what is seven times eight?")

    assert home.chat.requests[-1].tools == ()


def test_a_model_that_did_nothing_cannot_say_that_it_did(tmp_path: Path) -> None:
    home = Home(tmp_path, says("[happy] Timer set for 20 minutes."))
    told = home.say("my laundry needs some timer thing")

    assert told.words == "I have not done anything yet. Say it like this: set a timer for five minutes."
    assert told.acted == []
    assert told.moods == []


def test_the_same_call_again_is_done_once(tmp_path: Path) -> None:
    home = Home(tmp_path, [*calls("timer.set", FIVE, times=3), *calls("timer.set", {"duration": "five minutes"})])
    told = home.say("a timer please i need one, five minutes")

    assert told.acted == [("timer.set", True)]
    assert len(home.timers.all()) == 1


NESTED: dict[str, Any] = {}
for _ in range(100):
    NESTED = {"duration": NESTED}


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (ToolCall("disk.format", {}), "There is no tool 'disk.format'. Tools: timer.set"),
        (ToolCall("x" * 1_000_000, {}), "There is no tool 'xxx"),
        (ToolCall("bmo.stop", {}), "There is no tool 'bmo.stop'"),
        (ToolCall("timer.set", {}), "duration: Field required"),
        (ToolCall("timer.set", {**FIVE, "volume": 11}), "volume: Extra inputs are not permitted"),
        (ToolCall("timer.set", {**FIVE, "name": 7}), "name: Input should be a valid string"),
        (ToolCall("timer.set", NESTED), "nested deeper"),
        (ToolCall("timer.set", {"duration": "x" * 1_000_000}), "longer than"),
    ],
)
def test_a_call_that_makes_no_sense_is_told_to_the_model_and_nothing_is_done(
    tmp_path: Path, call: ToolCall, complaint: str
) -> None:
    home = Home(tmp_path, [call], says("Sorry."))
    told = home.say("a timer please i need one, five minutes")

    assert told.words == "Sorry."
    assert told.acted == []
    assert home.timers.all() == ()
    answer = home.chat.requests[1].messages[-1]
    assert answer.role == "tool"
    assert complaint in answer.text
    assert len(answer.text) < 400


def test_a_model_may_mend_its_call(tmp_path: Path) -> None:
    home = Home(tmp_path, calls("timer.set", {"time": 5}), calls("timer.set", FIVE))

    assert home.say("a timer please i need one, five minutes").words == "Timer set for 5 minutes."


def test_a_model_that_never_makes_sense_is_ended_politely(tmp_path: Path) -> None:
    home = Home(tmp_path, calls("nonsense", {}))

    assert home.say("a timer please i need one, five minutes").words == MUDDLED
    assert len(home.chat.requests) == 1 + REPAIRS


def test_a_model_that_calls_a_thousand_times_is_cut_off(tmp_path: Path) -> None:
    home = Home(tmp_path, [ToolCall("timer.set", {"duration": n + 1}) for n in range(1000)])
    home.say("timers please i need some, " + ", ".join(f"{n} minutes" for n in range(1, 9)))

    assert len(home.timers.all()) == MOST_CALLS
    assert len(home.chat.requests) == home.chat.closed == 1


def test_a_model_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    home = Home(tmp_path, [Words("blah ")] * 10_000)

    assert len(home.say("tell me a story").words) <= LONGEST_ANSWER + 10


def test_a_model_that_says_nothing_is_not_silence(tmp_path: Path) -> None:
    assert Home(tmp_path, []).say("hello").words == SPEECHLESS


def test_something_dangerous_waits_for_a_yes_from_the_same_device(tmp_path: Path) -> None:
    home = Home(tmp_path, says("No."))
    finn, jake = Asked(person="Finn", device="kiosk"), Asked(person="Jake", device="phone")
    question = home.say("explode the bomb", finn)
    assert question.words == "Shall I explode? Say yes within 30 seconds."

    home.say("yes", jake)
    assert home.exploded == 0
    home.say("explode", finn)
    home.say("hm, no", finn)
    home.say("yes", finn)
    assert home.exploded == 0
    home.say("explode", finn)
    home.clock.advance(31)
    home.say("yes", finn)
    assert home.exploded == 0
    home.say("explode", finn)
    assert home.say("Yes, do it!", finn).words == "Boom."
    assert home.exploded == 1
    home.say("yes", finn)
    assert home.exploded == 1


def test_a_model_cannot_do_anything_dangerous_by_itself(tmp_path: Path) -> None:
    home = Home(tmp_path, [*calls("bomb.explode", {}), *calls("bomb.explode", {})])
    home.say("the bomb is ticking")

    assert home.exploded == 0


def test_nobody_could_think_is_a_sentence_with_the_reason(tmp_path: Path) -> None:
    home = Home(tmp_path, [NobodyCould("nobody", [Unreachable("cloud: connection refused")])])

    with pytest.raises(NobodyCould) as failure:
        home.say("hello")
    assert failure.value.sentence == f"{CANNOT_THINK} It is switched off."
    assert len(failure.value.causes) == 1
    assert home.say("set a timer for five minutes").acted == [("timer.set", True)]
    assert [turn.asked for turn in home.conversations.turns("main")] == ["set a timer for five minutes"]


def test_an_answer_that_broke_keeps_what_was_said(tmp_path: Path) -> None:
    home = Home(tmp_path, [*says("Once upon a"), Malformed("cut")])
    told: list[Thought] = []

    with pytest.raises(NobodyCould) as failure:
        told.extend(home.assistant.answer(Said("tell me a story"), threading.Event()))
    assert failure.value.sentence == LOST
    assert home.conversations.turns("main")[0].answered == "Once upon a"


def test_an_action_done_before_the_stream_was_cut_is_said_and_not_an_error(tmp_path: Path) -> None:
    home = Home(tmp_path, [*calls("timer.set", FIVE), NobodyCould("nobody", [Malformed("cut")])])

    assert home.say("a timer please i need one, five minutes").words == "Timer set for 5 minutes."
    assert len(home.timers.all()) == 1


def test_stop_ends_the_answer_and_keeps_what_was_said(tmp_path: Path) -> None:
    home, stop, words = Home(tmp_path, says("One two three four")), threading.Event(), []
    for thought in home.assistant.answer(Said("count"), stop):
        assert isinstance(thought, Reply)
        words.append(thought.text.strip())
        if len(words) == 2:
            stop.set()

    assert words == ["One", "two"]
    assert home.chat.closed == 1
    assert home.conversations.turns("main")[0].answered == "One two"


def test_closing_the_answer_closes_the_model_and_keeps_what_was_said(tmp_path: Path) -> None:
    home = Home(tmp_path, says("One two three four"))
    answer = home.assistant.answer(Said("count"), threading.Event())
    next(answer)
    answer.close()

    assert home.chat.closed == 1
    assert home.conversations.turns("main")[0].answered == "One"


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("", Refused, "I did not get any words"),
        (" \n\0 ", Refused, "I did not get any words"),
        ("word " * 10_000, TooLarge, f"at most {LONGEST_TEXT:,} characters"),
    ],
)
def test_no_words_and_too_many_are_refused_with_one_sentence(
    tmp_path: Path, text: str, kind: type[Refused], sentence: str
) -> None:
    with pytest.raises(kind, match=sentence):
        Home(tmp_path).say(text)


def test_a_full_disk_takes_the_memory_but_not_the_voice(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.database._writer.execute("PRAGMA query_only = ON")

    assert home.say("hello").words == "Hello there."
    refusal = home.say("set a timer for five minutes")
    assert refusal.acted == [("timer.set", False)]
    assert "cannot be read or written" in refusal.words


def test_a_program_asks_for_an_action_by_name(tmp_path: Path) -> None:
    home = Home(tmp_path)

    assert home.assistant.act("timer.set", {"duration": 90, "name": "tea"}, Asked()).data["timer"]["seconds"] == 90
    assert home.assistant.act("timer.cancel", {"which": "1"}, Asked()).sentence == "The tea timer is cancelled."
    with pytest.raises(NotFound, match=r"BMO cannot do 'timer\.fly'"):
        home.assistant.act("timer.fly", {}, Asked())
    with pytest.raises(Refused, match="duration: a duration is said like five minutes"):
        home.assistant.act("timer.set", {"duration": "soon"}, Asked())
    with pytest.raises(NotFound, match="no timer with the number 99"):
        home.assistant.act("timer.cancel", {"which": "99"}, Asked())


def test_an_action_that_breaks_is_said(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def broken(*_: object) -> None:
        raise Broken("The disk is full.")

    home.timers.set = broken  # type: ignore[assignment, method-assign]
    assert home.say("set a timer for five minutes").words == "The disk is full."


def test_the_rules_come_first_the_moment_last_and_the_context_is_always_sent(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.say("hello", Asked(room="kitchen", person="Finn"))
    (request,) = home.chat.requests

    assert request.messages == (Message("system", PERSONA), Message("user", "hello"))
    assert request.note.startswith("It is ")
    assert request.note.endswith("Said in: kitchen. Said by: Finn.")
    assert request.context == CONTEXT


def test_a_call_left_in_the_text_is_done_and_not_spoken_and_thoughts_are_neither(tmp_path: Path) -> None:
    left = '<think>I shall {"name": "timer.cancel", "arguments": {}}</think>```json\n' + (
        "{'name': 'timer.set', 'arguments': {'duration': {'amount': 5, 'unit': 'minutes'},}}\n```"
    )
    told = Home(tmp_path, [Words(piece) for piece in re.split("(?<=[^a-z])", left)]).say(
        "a timer please i need one, five minutes"
    )

    assert told.words == "Timer set for 5 minutes."
    assert told.acted == [("timer.set", True)]


def test_a_length_that_the_model_got_wrong_is_the_one_that_was_said(tmp_path: Path) -> None:
    home = Home(tmp_path, calls("timer.set", {"duration": {"amount": 15, "unit": "seconds"}}))

    assert home.say("ring a bell once a quarter of an hour is over, would you").words == "Timer set for 15 minutes."


def test_a_cut_prompt_is_told_to_people(tmp_path: Path) -> None:
    home = Home(tmp_path, [Words("Hm."), Finished("stop", "small", {"prompt_tokens": 90})])
    home.say("tell me of " + "rivers and " * 200)

    assert "context" in home.assistant.notice
