"""What a page may ask of the wake word on its socket: its own threshold, a meter, and every wake is recorded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bmo.app.sockets.voice import VoiceNamespace
from bmo.core.clock import SystemClock
from bmo.voice.wake_watch import HeardWake
from unit.app.test_voice_namespace import QUIET, RULES, SHOUT, House, Page, eventually


class Listening(House):
    """A house that keeps what woke it."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.wakes: list[HeardWake] = []
        self.namespace.close()
        self.namespace = VoiceNamespace(
            self.sockets,  # type: ignore[arg-type]
            self.namespace._turns,
            self.ears,
            SystemClock(),
            RULES,
            "kitchen",
            keep_wake=self.wakes.append,
        )


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Listening]:
    house = Listening(tmp_path)
    yield house
    house.namespace.close()
    house.ears.close()


def scores(house: House, sid: str = "s1") -> list[dict[str, Any]]:
    return [body for event, body in house.sockets.sent.get(sid, []) if event == "wake_score"]


def own_ears(house: House, threshold: float | None) -> Page:
    page = Page(house.sockets)
    page.do("listen", {"mode": "always", "own_ears": True, "threshold": threshold})
    return page


def test_a_shy_page_wakes_later_than_an_eager_one(house: Listening) -> None:
    page = own_ears(house, 0.9)
    page.judge(QUIET, 3, 0.7, 0.0)
    page.do("meter", {"on": True})
    page.judge(QUIET, 1, 0.0, 0.0)
    page.until(lambda: scores(house))
    calm = page.lines("wake")

    page.do("listen", {"mode": "always", "own_ears": True, "threshold": 0.6})
    page._seq = 0
    page.judge(QUIET, 3, 0.7, 0.0)

    page.until(lambda: page.lines("wake"))
    assert calm == []


def test_the_meter_tells_the_score_and_what_counts_to_this_page_alone(house: Listening) -> None:
    other = Page(house.sockets, "s2")
    other.listen("always")
    page = own_ears(house, 0.75)

    page.do("meter", {"on": True})
    page.judge(QUIET, 1, 0.31, 0.0)

    page.until(lambda: scores(house))
    assert scores(house) == [{"score": 0.31, "threshold": 0.75}]
    assert scores(house, "s2") == []


def test_a_wake_is_recorded_with_its_sound_once_the_microphone_goes_off(house: Listening) -> None:
    page = Page(house.sockets)
    page.listen("always")
    page.say(QUIET, 5)
    page.say(SHOUT, 2)
    page.until(lambda: page.lines("wake"))

    page.listen("always")

    eventually(lambda: bool(house.wakes))
    [wake] = house.wakes
    assert (wake.turn, wake.person, wake.room) == (page.lines("wake")[0]["turn"], "ada", "kitchen")
    assert wake.sound.samples == QUIET * 5 + SHOUT * 2


@pytest.mark.parametrize("threshold", [0, 1, -1, "loud"])
def test_a_threshold_that_makes_no_sense_is_refused(house: Listening, threshold: object) -> None:
    page = Page(house.sockets)

    with pytest.raises(ValueError, match="threshold"):
        page.do("listen", {"mode": "always", "threshold": threshold})
