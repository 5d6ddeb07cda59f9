import pytest

from bmo.assistant.spelling import addressed


@pytest.mark.parametrize(
    "called",
    [
        "BMO,", "Hey BMO,", "B.M.O.", "B M O", "b-mo", "Beamo", "Beemo", "Bee-Mo,", "Bimo!", "Beam oh,", "Hey, Be Mo.",
        "Bemow", "HableMO", "Hablemos,", "Heybeemo,", "Hey Bimbo,", "Hey Vimo,", "Hey PMO,", "Okay BMW,", "Hey Jarvis.",
        "Hey Travis,",
    ],
)  # fmt: skip
def test_the_name_is_known_however_it_was_misheard(called: str) -> None:
    assert addressed(f"{called} what time is it?") == "what time is it?"


@pytest.mark.parametrize(
    "text",
    [
        "BMW is a car maker",
        "Demo mode on",
        "beams of light are warm",
        "Bismo the cat is hungry",
        "who is Nemo",
        "what does a BMW cost",
        "service the car",
        "habits are hard to change",
    ],
)
def test_words_that_only_sound_like_it_are_left_alone(text: str) -> None:
    assert addressed(text) == text


def test_a_name_at_the_end_goes_too() -> None:
    assert addressed("stop it, Beemo") == "stop it"
