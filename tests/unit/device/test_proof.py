"""A detector that died without a word is noticed within the hour."""

import pytest

from bmo.core.errors import Broken
from bmo.device.proof import EVERY_SECONDS, SOON_SECONDS, Proof
from bmo.fakes.clock import ManualClock
from bmo.fakes.ears import FakeWakeWord

QUIET, SHOUT = bytes(2_560), b"\x30\x75" * 1_280


class Dying(FakeWakeWord):
    """Hears until it is dead."""

    dead = False
    asked = 0

    def score(self, samples: bytes) -> float:
        self.asked += 1
        return 0.0 if self.dead else super().score(samples)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def woken(clock: ManualClock, frame: bytes = SHOUT) -> Proof:
    proof = Proof(clock)
    for part in [QUIET] * 10 + [frame]:
        proof.heard(part)
    proof.woke()
    return proof


def test_a_detector_that_fell_silent_is_broken(clock: ManualClock) -> None:
    wake, proof = Dying(), woken(clock)
    clock.advance(SOON_SECONDS)
    proof.look(wake)

    wake.dead = True
    proof.look(wake)
    clock.advance(EVERY_SECONDS)

    with pytest.raises(Broken, match="does not hear"):
        proof.look(wake)


def test_a_living_one_is_asked_once_an_hour_and_forgets_the_clip(clock: ManualClock) -> None:
    wake, proof = Dying(), woken(clock)
    for _ in range(3):
        clock.advance(EVERY_SECONDS)
        proof.look(wake)
        proof.look(wake)

    assert wake.asked == 3 * 11
    assert wake.resets == 6


def test_a_clip_that_never_fires_proves_nothing(clock: ManualClock) -> None:
    wake, proof = Dying(), woken(clock, QUIET)

    for _ in range(3):
        clock.advance(EVERY_SECONDS)
        proof.look(wake)

    assert wake.asked == 11
