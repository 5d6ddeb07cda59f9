import pytest

from bmo.assistant.intents import Intents
from bmo.capabilities.action import Asked
from bmo.skills.announce.skill import announce_skill


class Loudspeakers:
    """Remembers what everybody was told."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.said: list[tuple[str, Asked]] = []

    def say(self, text: str, asked: Asked) -> int:
        self.said.append((text, asked))
        return self.count


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("Tell everyone dinner is ready.", "Dinner is ready"),
        ("tell everybody that we leave in ten minutes", "We leave in ten minutes"),
        ("Announce that the bath is free.", "The bath is free"),
        ("BMO, tell the kids to wash their hands and come down", "Wash their hands and come down"),
        ("make an announcement saying grandma is here", "Grandma is here"),
        ("let everyone know that it snows", "It snows"),
        ("say good night in all rooms", "Good night"),
        ("can you tell the whole family breakfast is on the table", "Breakfast is on the table"),
    ],
)
def test_what_people_say_to_tell_everybody(sentence: str, text: str) -> None:
    [[reading]] = Intents(announce_skill(lambda *_: 1).actions).understand(sentence)

    assert reading.arguments.text == text  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "sentence",
    [
        "tell everyone",
        "announce",
        "tell me a story",
        "what did you announce",
        "tell the kids a story",
        "tell everyone about whales",
        "tell everyone ...",
    ],
)
def test_what_is_no_announcement(sentence: str) -> None:
    assert Intents(announce_skill(lambda *_: 1).actions).understand(sentence) == []


def test_whoever_asks_is_told_that_everybody_hears_it() -> None:
    house = Loudspeakers(3)
    [action] = announce_skill(house.say).actions

    done = action.run(action.arguments(text="dinner is ready."), Asked(person="ada"))

    assert house.said == [("Dinner is ready", Asked(person="ada"))]
    assert "everyone" in done.sentence


def test_in_an_empty_house_that_is_said() -> None:
    [action] = announce_skill(Loudspeakers(0).say).actions

    done = action.run(action.arguments(text="dinner is ready"), Asked())

    assert "nobody" in done.sentence
