"""What BMO says about timers."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bmo.capabilities.action import Asked, Done
from bmo.core.errors import NotFound
from bmo.core.events import Events
from bmo.fakes.clock import ManualClock
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database


class Kitchen:
    """A few timers and the actions on them."""

    def __init__(self, path: Path) -> None:
        self.clock = ManualClock()
        self.timers = Timers(Database(path / "bmo.db", [TIMER_TABLE]), self.clock, Events())
        self.actions = {action.name: action for action in timers_skill(self.timers).actions}

    def do(self, name: str, /, **arguments: object) -> Done:
        action = self.actions[name]
        return action.run(action.arguments.model_validate(arguments), Asked(room="kitchen"))


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path)


def test_a_timer_is_confirmed_with_its_name_and_length(kitchen: Kitchen) -> None:
    assert kitchen.do("timer.set", duration="90 seconds").sentence == "Timer set for 1 minute and 30 seconds."
    assert kitchen.do("timer.set", duration="an hour", name="the roast").sentence == "Roast timer set for 1 hour."
    assert kitchen.timers.all()[0].asked.room == "kitchen"


def test_what_is_left_is_said(kitchen: Kitchen) -> None:
    assert kitchen.do("timer.list").sentence == "No timer is running."
    kitchen.do("timer.set", duration="5 minutes", name="pasta")
    kitchen.clock.advance(61)
    assert kitchen.do("timer.left").sentence == "The pasta timer has 3 minutes and 59 seconds left."

    kitchen.do("timer.set", duration="10 minutes")
    assert kitchen.do("timer.list").sentence == (
        "The pasta timer has 3 minutes and 59 seconds left and the 10 minute timer has 10 minutes left."
    )
    kitchen.clock.advance(239)
    kitchen.timers.ring_due()
    assert kitchen.do("timer.left", which="pasta").sentence == "The pasta timer is ringing."


def test_many_timers_are_not_all_read_aloud(kitchen: Kitchen) -> None:
    for minutes in range(1, 8):
        kitchen.timers.set(timedelta(minutes=minutes))

    assert kitchen.do("timer.list").sentence.endswith("the 5 minute timer has 5 minutes left, and 2 more.")


def test_cancelling_and_extending_are_confirmed(kitchen: Kitchen) -> None:
    kitchen.do("timer.set", duration="5 minutes", name="pasta")
    kitchen.do("timer.set", duration="6 minutes")
    assert (
        kitchen.do("timer.add", duration="a minute", which="pasta").sentence
        == "The pasta timer now has 6 minutes left."
    )
    assert kitchen.do("timer.cancel", which="on the pasta").sentence == "The pasta timer is cancelled."
    kitchen.do("timer.set", duration="7 minutes")
    assert kitchen.do("timer.cancel", which="timers").sentence == "All 2 timers are cancelled."
    with pytest.raises(NotFound, match="No timer is running"):
        kitchen.do("timer.cancel", which="all")


@pytest.mark.parametrize("name", ["timer", "set a timer", "to check", "ten", "7", "pasta and", "x" * 41])
def test_half_a_command_or_a_number_is_no_name(kitchen: Kitchen, name: str) -> None:
    with pytest.raises(ValidationError):
        kitchen.do("timer.set", duration="5 minutes", name=name)


def test_every_example_shown_to_models_is_valid(kitchen: Kitchen) -> None:
    examples = [(action, arguments) for action in kitchen.actions.values() for _, arguments in action.examples]

    assert examples
    for action, arguments in examples:
        action.arguments.model_validate(dict(arguments))
