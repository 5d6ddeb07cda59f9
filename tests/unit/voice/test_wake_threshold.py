"""How shy a satellite is: as it asks, else as its room is, else as all are."""

import pytest

from bmo.fakes.clock import ManualClock
from bmo.voice.deeds import Woke
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite

RULES = Rules(threshold=0.5, thresholds={"kitchen": 0.7})


@pytest.mark.parametrize(
    ("asked", "room", "counts"), [(None, "den", 0.5), (None, "kitchen", 0.7), (0.9, "kitchen", 0.9), (0.2, "den", 0.2)]
)
def test_the_score_that_counts(asked: float | None, room: str, counts: float) -> None:
    satellite = Satellite(ManualClock(), lambda: "t", RULES)
    satellite.listen("always")

    satellite.wake_at(asked, room)

    assert satellite.threshold == counts
    assert not any(satellite.hear(bytes(2_560), counts - 0.01, ()) for _ in range(5))
    satellite.hear(bytes(2_560), counts, ())
    assert any(isinstance(deed, Woke) for deed in satellite.hear(bytes(2_560), counts, ()))
