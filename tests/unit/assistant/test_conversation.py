"""The memory of a conversation is bounded, and its beginning stays the same for as long as it can."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bmo.assistant.conversation import CONVERSATION_TABLES, THREAD_TABLES, Conversations
from bmo.assistant.persona import EXAMPLES, PERSONA
from bmo.assistant.tag_values import MOODS
from bmo.assistant.tags import Tags
from bmo.capabilities.turn import Reply, Tagged
from bmo.store.database import Database
from bmo.voice.speakable import spoken


def memory(path: Path, most_turns: int = 6, most_characters: int = 100) -> Conversations:
    database = Database(path / "bmo.db", [CONVERSATION_TABLES, THREAD_TABLES])
    return Conversations(database, most_turns=most_turns, most_characters=most_characters)


def test_what_was_said_survives_a_restart(tmp_path: Path) -> None:
    memory(tmp_path).add("main", "hello", "Hi!")

    assert [(message.role, message.text) for message in memory(tmp_path).messages("main")] == [
        ("user", "hello"),
        ("assistant", "Hi!"),
    ]


def test_beyond_the_limit_the_oldest_whole_turns_go_until_half_is_left(tmp_path: Path) -> None:
    said = memory(tmp_path)
    kept = []
    for number in range(10):
        said.add("main", f"question {number}", "yes")
        kept.append([turn.asked[-1] for turn in said.turns("main")])

    assert ["".join(turns) for turns in kept] == [
        "0", "01", "012", "0123", "01234", "012345", "456", "4567", "45678", "456789",
    ]  # fmt: skip


def test_a_turn_longer_than_the_limit_is_still_remembered_until_the_next(tmp_path: Path) -> None:
    said = memory(tmp_path)
    said.add("main", "short", "yes")
    said.add("main", "x" * 500, "yes")
    assert [len(turn.asked) for turn in said.turns("main")] == [500]

    said.add("main", "short", "yes")
    assert [turn.asked for turn in said.turns("main")] == ["short"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 150), max_size=25))
def test_the_memory_never_exceeds_its_limits(tmp_path_factory: object, lengths: list[int]) -> None:
    said = memory(tmp_path_factory.mktemp("memory"))  # type: ignore[attr-defined]
    for length in lengths:
        said.add("main", "x" * length, "y")
        turns = said.turns("main")
        assert 1 <= len(turns) <= 6
        assert len(turns) == 1 or sum(turn.characters for turn in turns) <= 100


def test_a_conversation_can_be_forgotten_and_others_stay(tmp_path: Path) -> None:
    said = memory(tmp_path)
    said.add("a", "hello", "Hi!")
    said.add("b", "hello", "Hi!")
    said.close("a")

    assert said.turns("a") == []
    assert len(said.turns("b")) == 1


def test_the_persona_is_short_and_names_the_moods_of_the_face() -> None:
    assert len(PERSONA) <= 440  # about 110 tokens
    assert set(re.findall(r"\[([a-z]+)\]", PERSONA)) <= set(MOODS)


def test_the_examples_of_the_tone_are_short_and_read_well_aloud() -> None:
    assert sum(len(asked) + len(said) for asked, said in EXAMPLES) <= 700  # about 170 tokens, read once
    for _, said in EXAMPLES:
        tags = Tags()
        thoughts = [*tags.feed(said), *tags.finish()]
        words = "".join(thought.text for thought in thoughts if isinstance(thought, Reply))
        assert isinstance(thoughts[0], Tagged)
        assert spoken(words) == words
