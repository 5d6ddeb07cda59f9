"""Response tags, however the stream is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.assistant.tags import MOODS, Tags
from bmo.capabilities.turn import Reply, Tagged


def read(*pieces: str) -> tuple[str, list[str]]:
    """The words, and the moods."""
    tags = Tags()
    thoughts = [thought for piece in pieces for thought in tags.feed(piece)] + list(tags.finish())
    words = "".join(thought.text for thought in thoughts if isinstance(thought, Reply))
    return words, [thought.tag for thought in thoughts if isinstance(thought, Tagged)]


@pytest.mark.parametrize(
    ("text", "words", "moods"),
    [
        ("[happy] Hello!", "Hello!", ["happy"]),
        ("Hello! [sad] Bye.", "Hello! Bye.", ["sad"]),
        ("Hello![love]", "Hello!", ["love"]),
        ("[HAPPY]Hi", "Hi", ["happy"]),
        ("[laughing] Ha", "Ha", ["laugh"]),
        ("[happy][surprised] Oh", "Oh", ["happy", "surprised"]),
        ("[sparkles] Hi", "Hi", []),
        ("[some_thing] Hi", "Hi", []),
        ("see [1] and [2]", "see [1] and [2]", []),
        ("[your name here]", "[your name here]", []),
        ("a[happy] list[index]", "a[happy] list[index]", []),
        ("[happy](https://x.y)", "[happy](https://x.y)", []),
        ("[happy", "[happy", []),
        ("[[happy]", "[", ["happy"]),
        ("[", "[", []),
        ("[]", "[]", []),
        ("[abcdefghijklmnopqrstuvwxyz]", "[abcdefghijklmnopqrstuvwxyz]", []),
        ("[happy]\n\nHi\n\n  there", "Hi\n\n  there", ["happy"]),
        ("", "", []),
    ],
)
def test_tags_become_moods_and_other_brackets_stay(text: str, words: str, moods: list[str]) -> None:
    assert read(text) == (words, moods)


def test_every_mood_is_its_own_tag() -> None:
    assert read("".join(f"[{mood}]" for mood in MOODS)) == ("", list(MOODS))


def test_words_are_not_held_back_without_a_bracket() -> None:
    assert list(Tags().feed("Hello there")) == [Reply("Hello there")]


WRITING = st.lists(st.sampled_from(["[happy]", "[", "]", "(", "[x]", "[wink]", "sad", " ", "Hi", "\n", "[sad", "a["]))


@given(st.one_of(WRITING.map("".join), st.text(max_size=60)), st.data())
def test_the_result_is_the_same_wherever_the_stream_is_cut(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]

    assert read(*pieces) == read(text)
