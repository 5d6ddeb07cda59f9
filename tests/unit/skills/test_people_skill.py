"""Who am I, and what may I do?"""

import pytest
from pydantic import BaseModel

from bmo.assistant.intents import Intents
from bmo.capabilities.action import Action, Asked, Done, Effect
from bmo.capabilities.people import Role
from bmo.skills.people.skill import MOST, Nothing, people_skill


def beyond(count: int, least: Role = Role.ADULT) -> tuple[Action, ...]:
    return tuple(
        Action(f"thing.{number}", f"Do thing {number}.", Effect.CHANGES, BaseModel, lambda *_: Done(""), least=least)
        for number in range(count)
    )


def told(asked: Asked, actions: tuple[Action, ...] = ()) -> Done:
    (me,) = people_skill(lambda: actions).actions
    return me.run(Nothing(), asked)


def test_somebody_hears_their_name_and_role_and_what_is_not_for_them() -> None:
    done = told(Asked(person="Mia", role=Role.CHILD), beyond(2))

    assert done.sentence == (
        "You are Mia, a child of the house. You may do everything that people who live here may. "
        "Not for you: do thing 0; do thing 1."
    )
    assert done.data == {"name": "Mia", "role": "child", "may_not": ["thing.0", "thing.1"]}


def test_a_long_list_is_cut_and_counted() -> None:
    assert told(Asked(role=Role.GUEST), beyond(MOST + 3)).sentence.endswith("; and 3 more things.")


@pytest.mark.parametrize("role", list(Role))
def test_a_stranger_is_told_how_they_are_taken(role: Role) -> None:
    said = told(Asked(role=role)).sentence

    assert said.startswith("I don't know who you are")
    assert ("so I treat you like" in said) is (role is not Role.GUEST)


def test_it_waits_for_the_voice() -> None:
    late = Asked(speaker="Ben", role=Role.ADULT, shared=True)

    assert told(Asked(role=Role.GUEST, shared=True, late=lambda: late)).data["name"] == "Ben"


@pytest.mark.parametrize(
    "text", ["who am I?", "What am I allowed to do?", "what's my role", "do you know who I am", "what may I do here"]
)
def test_people_ask_for_it_in_their_own_words(text: str) -> None:
    commands = Intents(people_skill(tuple).actions).understand(text)

    assert [[reading.action.name for reading in readings] for readings in commands] == [["people.me"]]
