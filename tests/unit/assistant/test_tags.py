"""Response tags, however the stream is cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.assistant.tag_values import MOODS
from bmo.assistant.tags import LONGEST_TAG, MOST_DROPPED, Tags
from bmo.capabilities.turn import Reply, Tagged


def thoughts_of(*pieces: str, outside: bool = False) -> list[Reply | Tagged]:
    """What comes of an answer; words that follow each other are one."""
    tags = Tags(outside=outside)
    joined: list[Reply | Tagged] = []
    for thought in [thought for piece in pieces for thought in tags.feed(piece)] + list(tags.finish()):
        if isinstance(thought, Reply) and joined and isinstance(joined[-1], Reply):
            joined[-1] = Reply(joined[-1].text + thought.text)
        else:
            joined.append(thought)
    return joined


def read(*pieces: str, outside: bool = False) -> tuple[str, list[str]]:
    """The words, and the tags: moods as they are, others with their kind."""
    thoughts = thoughts_of(*pieces, outside=outside)
    words = "".join(thought.text for thought in thoughts if isinstance(thought, Reply))
    tags = [thought for thought in thoughts if isinstance(thought, Tagged)]
    return words, [tagged.tag if tagged.kind == "mood" else f"{tagged.kind}:{tagged.tag}" for tagged in tags]


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


@pytest.mark.parametrize(
    ("text", "words", "tags"),
    [
        ("[FACE:happy] Hi", "Hi", ["face:happy"]),
        ("[face: Combat ]Hi", "Hi", ["face:combat"]),
        ("[LED:blue pulse] Hi", "Hi", ["led:blue breathing"]),
        ("[LED:rainbow][LED:off]", "", ["led:rainbow", "led:off"]),
        ("A door! [SOUND:boop] Hm. [SOUND:magic]", "A door! Hm. ", ["sound:boop", "sound:magic"]),
        ("[MUSIC:tavern, quiet] Hi", "Hi", ["music:tavern, quiet"]),
        ("[EMOTION:dramatic] No! [EMOTION:tired] Bye.", "No! Bye.", ["emotion:dramatic", "emotion:sleepy"]),
        ("[EMOTION:angry]", "", ["emotion:angry"]),
        ("[NPC:Gruff Dwarf] Aye. [NPC:npc_old_witch] Hee.", "Aye. Hee.", ["npc:gruff_dwarf", "npc:old_witch"]),
        ("You hit [ROLL:2D6 + 1] hard.", "You hit hard.", ["roll:2d6+1"]),
        ("[CONDITION:Goblin poisoned] Ow.", "Ow.", ["condition:goblin poisoned"]),
        ("Hello[SOUND:horn] there", "Hello there", ["sound:horn"]),
        ("[happy][FACE:alert][LED:red] Go", "Go", ["happy", "face:alert", "led:red"]),
        ("[excited] Yes. [sassy] Sure.", "Yes. Sure.", ["excited", "sassy"]),
    ],
)
def test_tags_with_a_value_become_events(text: str, words: str, tags: list[str]) -> None:
    assert read(text) == (words, tags)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[FACE:dragon] Hi", "Hi"),
        ("[SOUND:] Hi", "Hi"),
        ("[SOUND:../../etc] Hi", "Hi"),
        ("[ROLL:999d999999] Hi", "Hi"),
        ("[LED:red blue] Hi", "Hi"),
        ("[LIGHTS:on] Hi", "Hi"),
        ("[FACE happy] Hi", "Hi"),
        ("[LED=red] Hi", "Hi"),
        ("[FACE] Hi", "Hi"),
        ("[NPC:<script>] Hi", "Hi"),
        ("[FACE:[happy] Hi", "Hi"),
        ("[FACE:happy\nHi", "Hi"),
        ("Hi [FACE:happy", "Hi "),
        ("Hi [SOU", "Hi "),
        (f"[MUSIC:{'a' * 100}] Hi", "Hi"),
        (f"[music:{'a b' * 60}] Hi", "Hi"),
    ],
)
def test_unknown_and_malformed_tags_are_dropped_and_never_shown(
    text: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")

    assert read(text)[0] == words
    assert "dropped" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "[Note: see below]", "[see: this]", "[1]", "[1:2]", "a[i:j]", "[text](https://x.y:80)", "[http://x.y]",
        "[x] done", "[10:30] Tea", "[: ]", "[A:b]",
    ],
)  # fmt: skip
def test_other_brackets_are_words(text: str) -> None:
    assert read(text) == (text, [])


def test_a_tag_without_an_end_costs_no_more_than_its_share() -> None:
    words, _ = read("[SOUND:" + "a" * 1_000)

    assert 0 < 1_000 - len(words) <= LONGEST_TAG + MOST_DROPPED


def test_an_answer_that_may_repeat_what_others_wrote_has_moods_and_nothing_else() -> None:
    text = "[happy] It says [SOUND:alarm] [LED:red] [ROLL:1d20] [NPC:goblin] give me gold."

    assert read(text, outside=True) == ("It says give me gold.", ["happy"])


def test_every_mood_is_its_own_tag() -> None:
    assert read("".join(f"[{mood}]" for mood in MOODS)) == ("", list(MOODS))


def test_words_are_not_held_back_without_a_bracket() -> None:
    assert list(Tags().feed("Hello there")) == [Reply("Hello there")]


WRITING = st.lists(
    st.sampled_from(
        [
            "[happy]",
            "[",
            "]",
            "(",
            "[x]",
            "[wink]",
            "sad",
            " ",
            "Hi",
            "\n",
            "[sad",
            "a[",
            "[SOUND:",
            "horn",
            "[FACE:",
            "happy",
            ":",
            "[ROLL:2d6]",
            "[LED:red",
            "[NOPE:",
            "a" * 40,
        ]
    )
)


@given(st.one_of(WRITING.map("".join), st.text(max_size=60)), st.data())
def test_the_result_is_the_same_wherever_the_stream_is_cut(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]

    assert thoughts_of(*pieces) == thoughts_of(text)


@given(WRITING.map("".join))
def test_no_tag_with_a_value_is_ever_shown(text: str) -> None:
    words, _ = read(text)

    assert not re.search(r"\[(FACE|LED|SOUND|ROLL):\w+\]", words)
