"""What BMO remembers of people: in their words, for them alone, and no longer than they want."""

import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.capabilities.action import Asked
from bmo.capabilities.chat import ToolCall
from bmo.capabilities.people import Role
from bmo.capabilities.turn import Acted, Reply, Said
from bmo.core.errors import NotFound, Refused
from bmo.fakes.chat import FakeChat
from bmo.fakes.clock import ManualClock
from bmo.skills.memory.memory import PROMPT_CHARACTERS, WHO_ARE_YOU, Memory
from bmo.skills.memory.skill import in_numbers, memory_skill
from bmo.skills.memory.store import LONGEST, MEMORY_TABLE, MOST_PROPOSALS, Facts
from bmo.skills.memory.telling import turned
from bmo.store.database import Database

ACCOUNTS = {"ada": "Ada", "bob": "Bob"}
ADA = Asked("ada@session 1/main", "Ada", role=Role.ADULT, device="session 1")
BOB = Asked("bob@session 2/main", "Bob", role=Role.ADULT, device="session 2")
KIOSK = Asked("@kiosk/main", device="kiosk", shared=True)
VOICE = Asked("@kiosk/main", speaker="Ada", role=Role.ADULT, device="kiosk", shared=True)


class House:
    """BMO with a memory, and a model that says what it was told to."""

    def __init__(self, path: Path, chat: FakeChat | None = None) -> None:
        self.clock = ManualClock()
        self.database = Database(path / "bmo.db", [CONVERSATION_TABLES, THREAD_TABLES, MEMORY_TABLE])
        self.facts = Facts(self.database, self.clock)
        self.memory = Memory(self.facts, lambda name: ACCOUNTS.get(name.casefold(), ""))
        self.chat = chat or FakeChat()
        self.deleted: list[str] = []
        skill = memory_skill(self.memory, lambda _: {"facts": 1, "summaries": 2}, self._forget)
        self.assistant = Assistant(
            self.chat, [skill], Conversations(self.database), self.clock, recall=self.memory.for_prompt
        )

    def _forget(self, person: str) -> dict[str, int]:
        self.deleted.append(person)
        return {"facts": 1}

    def say(self, text: str, asked: Asked = ADA) -> str:
        thoughts = list(self.assistant.answer(Said(text, asked), threading.Event()))
        self.acted = [thought.tool for thought in thoughts if isinstance(thought, Acted) and thought.ok]
        return "".join(thought.text for thought in thoughts if isinstance(thought, Reply)).strip()

    def known(self, person: str = "Ada") -> list[str]:
        return [fact.text for fact in self.facts.of(person)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_what_somebody_asks_to_remember_is_told_back_to_them(house: House) -> None:
    assert house.say("Remember that my locker code is 4312.") == "Okay, I will remember that your locker code is 4312."

    assert house.say("What did I tell you about my locker?") == "You told me that your locker code is 4312."
    assert house.say("what do you know about me") == "You told me that your locker code is 4312."
    assert house.say("What did I tell you about boats?") == "You have not told me anything about boats."


def test_what_is_said_in_german_is_told_back_in_german_and_forgotten_after_a_german_yes(house: House) -> None:
    german = replace(ADA, language="de")

    assert house.say("Merk dir: Mein Spindcode ist 4312.", german) == "Okay, ich merke mir: „Mein Spindcode ist 4312“."
    assert house.say("Merk dir: Lena ist meine Schwester", german) == "Okay, ich merke mir: „Lena ist meine Schwester“."
    assert house.say("Was weißt du über meinen Spindcode?", german) == "Du hast mir gesagt: „Mein Spindcode ist 4312“."
    assert house.say("Vergiss alles über meinen Spindcode", german).startswith(
        "Soll ich das vergessen: „Mein Spindcode ist 4312“? Sag innerhalb von"
    )
    assert house.say("ja", german) == "Okay, das ist vergessen."
    assert house.known() == ["Lena ist meine Schwester"]


def test_nobody_hears_what_somebody_else_told(house: House) -> None:
    house.say("Remember that my locker code is 4312.")

    assert house.say("what do you know about me", BOB) == "You have not told me anything yet."


@pytest.mark.parametrize("text", ["Remember that I like tea.", "what do you know about me"])
def test_strangers_are_not_remembered_and_hear_why(house: House, text: str) -> None:
    assert house.say(text, KIOSK) == WHO_ARE_YOU
    assert house.say(text, Asked("@kiosk/main", speaker="Eve", role=Role.ADULT, shared=True)) == WHO_ARE_YOU


def test_a_voice_that_bmo_knows_has_its_persons_memory(house: House) -> None:
    house.say("Remember that my locker code is 4312.", VOICE)

    assert house.known() == ["my locker code is 4312"]


@pytest.mark.parametrize("text", ["remember to buy milk", "remember when we met", "remember me", "don't forget"])
def test_what_tells_nothing_is_not_remembered(house: House, text: str) -> None:
    house.say(text)

    assert house.known() == []


def test_forgetting_names_the_facts_and_waits_for_a_yes(house: House) -> None:
    for fact in ("my locker code is 4312", "the locker is blue", "I like tea"):
        house.facts.add("Ada", fact)

    question = house.say("forget what I told you about my locker")
    assert "that the locker is blue; and that your locker code is 4312?" in question
    assert len(house.known()) == 3
    house.say("yes")
    assert house.known() == ["I like tea"]


def test_what_a_model_proposes_is_a_fact_only_after_the_persons_yes(tmp_path: Path) -> None:
    proposal = ToolCall("memory.propose", {"fact": "my favourite colour is green"})
    house = House(tmp_path, FakeChat(calls=(proposal,)))

    assert (
        house.say("My favourite colour is green, you know.") == "Shall I remember that your favourite colour is green?"
    )
    assert house.known() == []
    house.chat.calls = ()
    assert house.say("Yes, please.") == "Okay, I will remember that your favourite colour is green."
    assert house.known() == ["my favourite colour is green"]
    assert house.facts.of("Ada", proposed=True) == ()


def test_a_proposal_without_a_yes_stays_one(tmp_path: Path) -> None:
    proposal = ToolCall("memory.propose", {"fact": "my favourite colour is green"})
    house = House(tmp_path, FakeChat(calls=(proposal,)))
    house.say("My favourite colour is green, you know.")
    house.chat.calls = ()
    house.say("No.")
    house.say("Yes.")

    assert house.known() == []


def test_facts_that_matter_ride_at_the_end_of_the_prompt_and_the_history_stays_as_it_was_said(house: House) -> None:
    for fact in ("my sister lives in Rome", "I like tea"):
        house.facts.add("Ada", fact)
    house.say("Which presents would please my sister?")
    house.say("Thanks!")

    first, second = house.chat.requests
    assert first.note.endswith("What Ada told you before: my sister lives in Rome.")
    assert "Rome" not in second.note
    assert [message.text for message in second.messages[1::2]] == ["Which presents would please my sister?", "Thanks!"]


@given(st.lists(st.text(min_size=1, max_size=200), max_size=10))
@settings(max_examples=25, deadline=None)
def test_a_prompt_never_carries_more_than_its_share(tmp_path_factory: pytest.TempPathFactory, told: list[str]) -> None:
    house = House(tmp_path_factory.mktemp("house"))
    for text in told:
        house.facts.add("Ada", f"cat {text}")

    assert len(house.memory.for_prompt(ADA, "my cats")) <= PROMPT_CHARACTERS + 40


def test_everything_is_deleted_only_for_who_signed_in_and_says_yes(house: House) -> None:
    assert "sign in" in house.say("delete everything about me", VOICE)
    assert house.say("delete everything about me").startswith(
        "Shall I delete everything about you, Ada: 1 fact and 2 summaries? It cannot be brought back."
    )
    assert house.deleted == []

    assert house.say("yes") == "I deleted everything about you: 1 fact."
    assert house.deleted == ["Ada"]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("my code is 12", "your code is 12"),
        ("I'm allergic to nuts", "you're allergic to nuts"),
        ("I was born in May", "you were born in May"),
        ("Momo belongs to me", "Momo belongs to you"),
        ("you are my friend", "“you are my friend”"),
    ],
)
def test_a_fact_is_told_from_bmos_side(told: str, said: str) -> None:
    assert turned(told) == said


def test_counts_read_like_a_sentence() -> None:
    assert in_numbers({"facts": 1, "summaries": 1, "entries of the turn log": 2, "wakes": 0}) == (
        "1 fact, 1 summary and 2 entries of the turn log"
    )
    assert in_numbers({"entries of the turn log": 1}) == "1 entry of the turn log"
    assert in_numbers({"facts": 0}) == ""


class Store(RuleBasedStateMachine):
    """The store beside a plain model of it."""

    people = st.sampled_from(["Ada", "Bob"])
    texts = st.sampled_from(["a b c", "A B C.", "x", "x\n y"]) | st.text(
        alphabet="ab 1", min_size=1, max_size=LONGEST + 9
    )

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.facts = Facts(Database(Path(self.folder.name) / "bmo.db", [MEMORY_TABLE]), ManualClock())
        self.model: dict[str, dict[str, tuple[str, bool]]] = {"Ada": {}, "Bob": {}}

    @rule(person=people, text=texts, proposed=st.booleans())
    def add(self, person: str, text: str, proposed: bool) -> None:
        line = " ".join(text.split()).rstrip(" .")
        if not line or len(line) > LONGEST:
            with pytest.raises(Refused):
                self.facts.add(person, text, proposed=proposed)
            return
        self.facts.add(person, text, proposed=proposed)
        key, mine = line.casefold(), self.model[person]
        if key not in mine or (mine[key][1] and not proposed):
            mine.pop(key, None)
            mine[key] = (line, proposed)
            waiting = [known for known, (_, waits) in mine.items() if waits]
            if proposed and len(waiting) > MOST_PROPOSALS:
                del mine[waiting[0]]

    @rule(person=people, index=st.integers(0, 5))
    def accept(self, person: str, index: int) -> None:
        waiting = self.facts.of(person, proposed=True)
        if index < len(waiting):
            self.facts.accept(person, waiting[index].id)
            key = waiting[index].text.casefold()
            self.model[person][key] = (self.model[person].pop(key)[0], False)

    @rule(person=people, index=st.integers(0, 5))
    def remove(self, person: str, index: int) -> None:
        known = self.facts.of(person)
        if index < len(known):
            other = "Bob" if person == "Ada" else "Ada"
            assert self.facts.remove(other, [known[index].id]) == 0
            with pytest.raises(NotFound):
                self.facts.change(other, known[index].id, "mine")
            assert self.facts.remove(person, [known[index].id]) == 1
            del self.model[person][known[index].text.casefold()]

    @invariant()
    def each_has_their_own(self) -> None:
        for person, mine in self.model.items():
            for proposed in (False, True):
                kept = [fact.text for fact in self.facts.of(person, proposed=proposed)]
                assert kept == [line for line, waits in mine.values() if waits == proposed]

    def teardown(self) -> None:
        self.folder.cleanup()


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=8, stateful_step_count=20, deadline=None)
