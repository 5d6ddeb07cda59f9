"""The lights follow the answer as it is heard."""

import threading

import pytest

from bmo.capabilities.glow import Glow
from bmo.core.errors import Refused, Unavailable
from bmo.device.lights import Lights
from bmo.wire.page import Played, TagLine


class Leds:
    """Keeps what it shows."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.gone = False
        self.dark = threading.Event()

    def show(self, glow: Glow) -> None:
        if self.gone:
            raise Unavailable("The lights are gone.")
        self.shown.append(str(glow))
        if glow.colour == "off":
            self.dark.set()

    def close(self) -> None:
        self.shown.append("closed")


def led(tag: str, clause: int = -1, turn: str = "t1") -> TagLine:
    return TagLine(turn=turn, tag=tag, kind="led", clause=clause)


def test_a_light_waits_for_the_clause_it_stands_in() -> None:
    leds = Leds()
    lights = Lights(leds)
    for line in (led("blue", 0), led("red", 2), led("green", 2)):
        lights.tag(line)
    before = list(leds.shown)
    lights.heard(Played(turn="t1", clause=0))
    lights.heard(Played(turn="t1", clause=1))

    assert before == ["blue"]
    assert leds.shown == ["blue", "red", "green"]


def test_other_tags_and_refused_ones_light_nothing() -> None:
    leds = Leds()
    lights = Lights(leds)
    lights.tag(TagLine(turn="t1", tag="happy", kind="face"))
    lights.tag(TagLine(turn="t1", tag="red", kind="led", refused="Not now."))

    assert leds.shown == []


def test_after_its_turn_a_light_goes_out() -> None:
    leds = Leds()
    lights = Lights(leds, shine=0.01)
    lights.tag(led("blue"))
    lights.ended("t1")

    assert leds.dark.wait(5)
    assert leds.shown == ["blue", "off"]


def test_lights_that_are_gone_cost_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    leds = Leds()
    leds.gone = True
    Lights(leds).tag(led("blue"))

    assert "The lights are gone." in caplog.text


def test_a_light_that_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused):
        Lights(Leds()).tag(led("mauve"))
