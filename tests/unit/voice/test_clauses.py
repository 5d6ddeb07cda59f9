"""Clauses: early, whole, and the same however the stream was cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.voice.clauses import LONGEST, Clauses


def cut(*pieces: str) -> list[str]:
    clauses = Clauses()
    done = [clause for piece in pieces for clause in clauses.feed(piece)]
    return [*done, *clauses.finish()]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Hello!", ["Hello!"]),
        ("Hi! How are you?", ["Hi!", "How are you?"]),
        ("Well, that depends. Rice needs eleven minutes.", ["Well, that depends.", "Rice needs eleven minutes."]),
        ("As you know, water boils at 100 degrees.", ["As you know,", "water boils at 100 degrees."]),
        ("The sky is blue because air scatters light.", ["The sky is blue", "because air scatters light."]),
        ("My favourite game of all is chess, really.", ["My favourite game of all is chess,", "really."]),
        (
            "One two three four five six seven eight nine ten eleven.",
            ["One two three four five six seven eight nine", "ten eleven."],
        ),
        ("Sure. Dr. Smith lives at No. 5 with J. Doe. He is nice.",
         ["Sure.", "Dr. Smith lives at No. 5 with J. Doe.", "He is nice."]),
        ("Ok. Pi is 3.14 and e.g. tau is 6.28. Good.", ["Ok.", "Pi is 3.14 and e.g. tau is 6.28.", "Good."]),
        ("Ok. Roll 2d6+5, then add 1,000. Done.", ["Ok.", "Roll 2d6+5, then add 1,000.", "Done."]),
        ("Hm. Well... maybe. But... No!", ["Hm.", "Well... maybe.", "But...", "No!"]),
        ('She said "Go." Then she left.', ['She said "Go."', "Then she left."]),
        ('Yes. "Stop!" he said. Fine.', ["Yes.", '"Stop!" he said.', "Fine."]),
        ("Ok. It is 5 p.m. now. At 6 p.m. We eat.", ["Ok.", "It is 5 p.m. now.", "At 6 p.m.", "We eat."]),
        ("Steps:\n1. Boil water\n2. Add rice.\n", ["Steps:", "1. Boil water", "2. Add rice."]),
        ("Am I right? So am I. Yes", ["Am I right?", "So am I.", "Yes"]),
        ("What?! Really?? Yes.", ["What?!", "Really??", "Yes."]),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_an_answer_is_cut_where_a_speaker_would_pause(text: str, clauses: list[str]) -> None:
    assert cut(text) == clauses


def test_the_first_clause_is_there_before_its_sentence_ends() -> None:
    assert Clauses().feed("The sky is blue because ") == ["The sky is blue"]


def test_no_clause_is_longer_than_a_voice_takes() -> None:
    long = "Ok. " + "word " * 90 + "and, " + "x" * 450 + "."

    assert max(map(len, cut(long))) <= LONGEST


WRITING = st.lists(
    st.sampled_from(
        ["Hello", "e.g.", "Dr.", "3.14", "2d6+5", "and", "because", "to", "...", "!", "?", ".", ",", '"', ")", " ", " ",
         " ", "\n", "I", "a" * 70, "😀", "…", "one", "It", ": ", " — "]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@given(st.one_of(WRITING, st.text(max_size=80)), st.data())
def test_nothing_is_lost_or_repeated_wherever_the_stream_is_cut(text: str, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]

    clauses = cut(*pieces)
    assert clauses == cut(text)
    assert "".join("".join(clauses).split()) == "".join(text.split())
    assert all(0 < len(clause) <= LONGEST for clause in clauses)
