"""Every event of a turn has its line on the page."""

from typing import get_args

import pytest

from bmo.app.lines import line
from bmo.capabilities import turn as events
from bmo.wire import page

SAMPLES: tuple[events.TurnEvent, ...] = (
    events.Showing("thinking"),
    events.Heard("hi", final=False),
    events.Recognised("Anna", 0.87),
    events.Reply("hello"),
    events.Tagged("calm", "music", "There is no music here yet."),
    events.Rolled("2d6+1", (3, 5), 9),
    events.Acted("timer.set", {"duration": 5}, {"sentence": "Done."}, ok=False),
    events.Stepped(2, 3, "turn off the lights", "left_out", "I cannot do that yet."),
    events.Served("speak", "here", "The cloud is away."),
    events.Sound(2, 24_000, b"\1\0", restart=True, last=True),
    events.Failing("nobody_could", "Nobody could."),
    events.Timed({"reply": 5.0}),
    events.Ended("failed", "nobody_could", "Nobody could."),
)
SOCKETS_OWN = {page.WakeLine, page.FollowUpLine}
"""Told by the socket itself: before a turn has begun, and after it has ended."""


def test_no_event_and_no_line_is_forgotten() -> None:
    lines = set(get_args(get_args(page.TurnLine)[0])) - SOCKETS_OWN

    assert {type(sample) for sample in SAMPLES} == set(get_args(events.TurnEvent))
    assert {type(line(sample, "t")) for sample in SAMPLES} == lines


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample).__name__)
def test_nothing_an_event_says_is_lost(sample: events.TurnEvent) -> None:
    told = line(sample, "t7").model_dump()

    said = {name: getattr(sample, name) for name in sample.__slots__}
    kept = list(told.values()) + list(told.get("result", {}).values())
    assert told["turn"] == "t7"
    assert [value for name, value in said.items() if name not in ("result", "fault") and value not in kept] == []
    assert page.TURN_LINE.validate_python(told) == line(sample, "t7")
