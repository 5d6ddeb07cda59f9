"""Whoever writes German is answered in German, by the same skills."""

import ast
import string
import threading
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from pydantic import BaseModel

import bmo
from bmo.assistant.answering import catalogue, in_language
from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.assistant.tongues import LanguageName, Tongues
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.chat import ToolCall
from bmo.capabilities.media import Pcm
from bmo.capabilities.sentences import Sentences
from bmo.capabilities.turn import Reply, Said
from bmo.capabilities.wording import Told, listed, said_in
from bmo.core.errors import NobodyCould, Unreachable
from bmo.core.events import Events
from bmo.fakes.chat import FakeChat
from bmo.fakes.clock import ManualClock
from bmo.skills.clock.skill import clock_skill
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database

CODE = [path for part in ("skills", "assistant") for path in (Path(bmo.__file__).parent / part).rglob("*.py")]


SPEECH = Pcm(b"\0\0", 16_000)


class Nothing(BaseModel):
    """No arguments."""


class Home:
    """A German house with timers, a clock and something dangerous."""

    def __init__(self, path: Path, language: LanguageName = "de", chat: FakeChat | None = None) -> None:
        self.clock = ManualClock()
        database = Database(path / "bmo.db", [TIMER_TABLE, CONVERSATION_TABLES, THREAD_TABLES])
        self.timers = Timers(database, self.clock, Events())
        self.chat = chat or FakeChat(failure=Unreachable("none"))
        self.opened = 0
        sentences = {"de": Sentences(("öffne die tür",)), "en": Sentences(("open the door",))}
        door = Action("door.open", "Open the door.", Effect.DANGEROUS, Nothing, self._open, sentences)
        skills = [timers_skill(self.timers), clock_skill(self.clock, UTC), Skill("door", (door,))]
        self.assistant = Assistant(self.chat, skills, Conversations(database), self.clock, language=language)

    def _open(self, _wanted: Nothing, _asked: Asked) -> Done:
        self.opened += 1
        return Done("Okay.")

    def say(self, text: str, language: str = "", sound: Pcm | None = None) -> str:
        said = Said(text, Asked(device="page", language=language), sound=sound)
        thoughts = self.assistant.answer(said, threading.Event())
        return "".join(thought.text for thought in thoughts if isinstance(thought, Reply)).strip()


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("Stell einen Nudeltimer auf zehn Minuten", "Nudel-Timer gestellt: 10 Minuten."),
        ("Stell einen Timer auf anderthalb Stunden", "Timer gestellt: 1 Stunde und 30 Minuten."),
        ("Welche Timer laufen?", "Es läuft kein Timer."),
        ("Lösch den Pizzatimer", "Es läuft kein Timer."),
        ("Stell einen Timer auf 30 Stunden", "Ein Timer kann 1 Sekunde bis 24 Stunden laufen."),
        ("Stell einen Timer", "Wie lange?"),
        ("Sei still", "Okay."),
        ("Wie spät ist es in Atlantis?", "Ich weiß nicht, wie spät es in Atlantis ist. Ich kenne große Städte."),
    ],
)
def test_german_is_answered_in_german(tmp_path: Path, said: str, answer: str) -> None:
    assert Home(tmp_path).say(said) == answer


def test_time_and_date_are_told_as_germans_tell_them(tmp_path: Path) -> None:
    home = Home(tmp_path)
    now = home.clock.now()

    assert home.say("Wie spät ist es?") == f"Es ist {now.hour}:{now:%M} Uhr."
    assert home.say("Wie spät ist es in Wien?").startswith("In Wien ist es ")
    assert home.say("Welcher Tag ist heute?").startswith("Heute ist ")
    assert f"der {now.day}. " in home.say("Welcher Tag ist heute?")


def test_several_timers_are_listed_in_german(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.say("Stell einen Nudeltimer auf zehn Minuten und einen Timer auf fünf Minuten")

    assert home.say("Welche Timer laufen?") == (
        "Der Timer über 5 Minuten läuft noch 5 Minuten und der Nudel-Timer läuft noch 10 Minuten."
    )
    assert home.say("Lösch den Timer") == (
        "Welchen meinst du? Es laufen: der Timer über 5 Minuten und der Nudel-Timer."
    )
    assert home.say("Lösch den 5-Minuten-Timer") == "Der Timer über 5 Minuten ist gelöscht."


def test_what_was_left_out_is_asked_for_in_german(tmp_path: Path) -> None:
    home = Home(tmp_path)

    assert home.say("Stell einen Pizzatimer") == "Wie lange?"
    assert home.say("zwölf Minuten") == "Pizza-Timer gestellt: 12 Minuten."


@pytest.mark.parametrize(("answer", "opened"), [("Ja", 1), ("nein danke", 0), ("vielleicht", 0)])
def test_a_dangerous_deed_is_asked_about_in_german(tmp_path: Path, answer: str, opened: int) -> None:
    home = Home(tmp_path, chat=FakeChat())

    asked = home.say("Öffne die Tür")
    home.say(answer)

    assert asked.startswith("Soll ich open the door?")  # what no catalogue has stays English
    assert asked.endswith("Sag innerhalb von 30 Sekunden Ja.")
    assert home.opened == opened


def test_that_no_model_answers_is_said_in_german(tmp_path: Path) -> None:
    with pytest.raises(NobodyCould) as nobody:
        Home(tmp_path).say("Erzähl mir was")

    assert nobody.value.sentence.startswith("Ich kann gerade nicht denken")


def test_what_is_spoken_is_taken_for_the_language_that_the_ears_wrote(tmp_path: Path) -> None:
    home = Home(tmp_path)

    assert home.say("set a timer for five minutes", "en", sound=SPEECH) == "Timer set for 5 minutes."
    assert home.say("welche Timer laufen?", "de", sound=SPEECH).startswith("Der Timer über 5 Minuten")
    assert Tongues((), "de").named("nl", spoken=True) == "de"
    assert Tongues((), "en").named("de", spoken=True) == "en"


def test_one_question_may_be_german_in_an_english_house(tmp_path: Path) -> None:
    home = Home(tmp_path, "en")

    assert home.say("Stell einen Timer auf zwei Minuten", "de") == "Timer gestellt: 2 Minuten."
    assert home.say("what timers are running") == "The 2 minute timer has 2 minutes left."


def test_a_model_is_told_to_answer_in_german(tmp_path: Path) -> None:
    home = Home(tmp_path, chat=FakeChat(text="Guten Tag."))

    home.say("Erzähl mir was")
    home.say("tell me something", "en")

    assert [request.note.endswith("Answer in German.") for request in home.chat.requests] == [True, False]


def test_in_german_no_model_changes_anything(tmp_path: Path) -> None:
    wish = ToolCall("timer.set", {"duration": {"amount": 5, "unit": "minutes"}})
    home = Home(tmp_path, chat=FakeChat(calls=(wish,)))

    home.say("Ich hasse Timer von fünf Minuten")

    assert home.timers.all() == ()


def test_stop_is_understood_in_both_languages(tmp_path: Path) -> None:
    home = Home(tmp_path)

    assert home.assistant.interrupts("hör auf")
    assert home.assistant.interrupts("stop talking")
    assert home.assistant.whole("Stell einen Timer auf zwei Minuten", Asked())
    assert not home.assistant.whole("Stell einen Timer", Asked())


def test_a_language_is_compiled_when_it_is_first_spoken() -> None:
    tongues = Tongues(())
    before = set(tongues._compiled)
    tongues.of("de")

    assert before == {"en"}
    assert set(tongues._compiled) == {"en", "de"}


def test_what_no_catalogue_has_stays_english() -> None:
    assert in_language("de", "Boom.") == "Boom."
    assert said_in({}, Told("the {what}", what=listed(["a", "b", "c"]))) == "the a, b and c"
    assert said_in({" and ": " und "}, listed(["a", "b"])) == "a und b"
    assert Told("{no} {slots}") == "{no} {slots}"


def test_names_are_not_translated() -> None:
    assert in_language("de", Told("{name} timer", name="May")) == "May-Timer"


def templates() -> Iterator[tuple[str, frozenset[str], str]]:
    """Every `Told` of the code whose template is written there, with the slots that it is given."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Told" and node.args:
                first = node.args[0]
                slots = frozenset(word.arg or "**" for word in node.keywords)
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value, slots, path.name


@pytest.mark.parametrize(("template", "slots", "file"), sorted(templates()))
def test_every_sentence_has_its_german_one(template: str, slots: frozenset[str], file: str) -> None:
    german = catalogue("de").get(template)

    assert german is not None, f"{file} says {template!r}, and no answers/de.yaml does"
    used = {name for _, name, _, _ in string.Formatter().parse(german) if name}
    assert used <= slots or "**" in slots
