"""What somebody had BMO do a moment ago, and what they say next."""

from bmo.assistant.lately import MOMENT, MOST, Lately
from bmo.capabilities.action import Asked
from bmo.fakes.clock import ManualClock

ANNA = Asked(conversation="kitchen", person="Anna")


def test_the_last_command_is_known_for_a_moment() -> None:
    clock = ManualClock()
    lately = Lately(clock)
    lately.keep(ANNA, "set a timer for ten minutes")
    lately.keep(ANNA, "what time is it")
    clock.advance(MOMENT)
    assert lately.said(ANNA) == "what time is it"

    clock.advance(1)
    assert lately.said(ANNA) == ""


def test_nobody_goes_on_with_what_another_account_or_conversation_said() -> None:
    lately = Lately(ManualClock())
    lately.keep(ANNA, "cancel the pasta timer")

    assert lately.said(Asked(conversation="kitchen", person="Ben")) == ""
    assert lately.said(Asked(conversation="attic", person="Anna")) == ""
    assert lately.said(Asked(conversation="kitchen", person="Anna", speaker="Ben")) == "cancel the pasta timer"


def test_it_remembers_a_bounded_number_of_conversations() -> None:
    lately = Lately(ManualClock())
    for number in range(MOST + 1):
        lately.keep(Asked(conversation=str(number)), "what time is it")

    assert lately.said(Asked(conversation="0")) == ""
    assert lately.said(Asked(conversation=str(MOST))) == "what time is it"
