import pytest

from bmo.assistant.intents import Intents
from bmo.capabilities.action import Asked, Done
from bmo.skills.voices.skill import voices_skill

ACTIONS = voices_skill(lambda name, _: f"Lesson for {name}.").actions
INTENTS = Intents(ACTIONS)


def say(text: str, speaker: str = "") -> tuple[str, Done]:
    ((reading, *_),) = INTENTS.understand(text)
    return reading.action.name, reading.action.run(reading.arguments, Asked(speaker=speaker))


@pytest.mark.parametrize(
    "text",
    ["Whose voice is this?", "Do you know my voice?", "BMO, can you recognize my voice?", "Who is speaking?"],
)
def test_a_known_voice_is_told_its_name_and_an_unknown_one_that_it_is_unknown(text: str) -> None:
    name, done = say(text, "Anna")

    assert name == "voices.whose"
    assert "Anna" in done.sentence
    assert done.data == {"speaker": "Anna"}
    assert "can't tell" in say(text)[1].sentence


@pytest.mark.parametrize("text", ["BMO, learn my voice.", "Please remember my voice", "Learn to recognise my voice"])
def test_who_wants_to_be_known_is_asked_for_a_name_unless_it_is_known(text: str) -> None:
    name, done = say(text)

    assert name == "voices.learn"
    assert done == Done("What is your name?", {"expects": "learn the voice of"}, "happy")
    assert say(text, "Anna")[1].sentence == "Lesson for Anna."


@pytest.mark.parametrize("text", ["learn the voice of Ben", "learn my voice, I am Ben", "learn Ben's voice"])
def test_the_name_can_be_told_at_once(text: str) -> None:
    _, done = say(text)

    assert (done.sentence, done.data["person"]) == ("Lesson for Ben.", "Ben")


def test_who_am_i_is_left_to_the_talk_where_a_name_may_have_been_told() -> None:
    assert INTENTS.understand("Who am I?") == []
