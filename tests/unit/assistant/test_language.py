"""The words of a language are data."""

import pytest

from bmo.assistant.language import language
from bmo.assistant.spelling import aligned, as_written, plain, tidy


def test_a_language_without_words_is_a_bug_that_names_the_file() -> None:
    with pytest.raises(ValueError, match=r"words/xx\.yaml is missing"):
        language("xx")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Would you be so kind as to stop, please?", "stop"),
        ("Well, if it's not too much trouble, could you stop", "stop"),
        ("I'd be awfully grateful if you could stop", "stop"),
        ("so uh yeah can you maybe stop", "stop"),
        ("gimme a minute", "give me a minute"),
        ("how long's left", "how long is left"),
        ("cancel the timer, would you?", "cancel the timer"),
    ],
)
def test_politeness_around_a_command_goes(said: str, meant: str) -> None:
    assert plain(said) == meant


def test_what_is_kept_is_kept_as_it_was_written() -> None:
    words = aligned("announce that it's Tom's turn, not Ann's.")

    assert as_written("it is Toms turn not Anns", words) == "it's Tom's turn, not Ann's"
    assert as_written("is Toms turn", words) == "is Toms turn"  # begins within "it's"
    assert as_written("something else", words) == "something else"


def test_slips_of_speech_to_text_are_mended() -> None:
    assert tidy("set a time her for, um, ten minutes") == "set a timer for, ten minutes"
    assert tidy("set a timer four ten minutes") == "set a timer for ten minutes"
