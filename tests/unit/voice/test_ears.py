"""The app's side of the ears against a real child process with detectors that go by loudness."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from bmo.core.clock import SystemClock
from bmo.core.errors import BmoError, Broken, Busy
from bmo.voice.ears import MOST_EARS, WAITING_CHUNKS, Ears

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("processes")]  # children of their own, and waits

QUIET, VOICE, SHOUT = bytes(2_560), b"\xd0\x07" * 1_280, b"\x30\x75" * 1_280

FAKE_CHILD = """
import os, sys
from bmo.device.ears import serve
from bmo.fakes.ears import FakeVoiceActivity, FakeWakeWord
serve(sys.stdin.buffer, sys.stdout.buffer, lambda: (FakeWakeWord(), FakeVoiceActivity()))
"""
STUCK_CHILD = "import time; time.sleep(60)"


class Microphone:
    """Collects what the ears say about it."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, float, tuple[float, ...]]] = []
        self.failures: list[BmoError] = []
        self.changed = threading.Condition()

    def scored(self, samples: bytes, wake: float, speech: Sequence[float]) -> None:
        with self.changed:
            self.heard.append((samples, wake, tuple(speech)))
            self.changed.notify_all()

    def deaf(self, failure: BmoError) -> None:
        with self.changed:
            self.failures.append(failure)
            self.changed.notify_all()

    def until(self, condition: Callable[[], bool]) -> bool:
        with self.changed:
            return self.changed.wait_for(condition, timeout=20)


def child(program: str) -> list[str]:
    return [sys.executable, "-c", program]


@pytest.fixture
def ears() -> Iterator[Ears]:
    ears = Ears(child(FAKE_CHILD), SystemClock(), linger=0.05)
    yield ears
    ears.close()


def until(condition: Callable[[], bool]) -> None:
    ticking = threading.Event()
    for _ in range(1_000):
        if condition():
            return
        ticking.wait(0.02)
    pytest.fail("that never happened")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_sound_comes_back_with_its_scores(ears: Ears) -> None:
    microphone = Microphone()
    ear = ears.open(microphone)

    for sound in (QUIET, VOICE, SHOUT):
        ear.hear(sound)

    assert microphone.until(lambda: len(microphone.heard) == 3)
    assert [sound for sound, _, _ in microphone.heard] == [QUIET, VOICE, SHOUT]
    assert [wake for _, wake, _ in microphone.heard] == [0.0, pytest.approx(0.167, abs=0.01), 1.0]
    assert [len(speech) for _, _, speech in microphone.heard] == [2, 3, 2]
    assert microphone.heard[1][2][-1] > 0.9


def test_microphones_do_not_hear_each_other(ears: Ears) -> None:
    one, other = Microphone(), Microphone()
    first, second = ears.open(one), ears.open(other)

    first.hear(SHOUT)
    second.hear(QUIET)

    assert one.until(lambda: len(one.heard) == 1)
    assert other.until(lambda: len(other.heard) == 1)
    assert (one.heard[0][1], other.heard[0][1]) == (1.0, 0.0)


def test_no_child_runs_before_the_first_microphone_and_after_the_last(ears: Ears) -> None:
    before = ears.pid
    ear = ears.open(Microphone())
    pid = ears.pid

    ear.close()

    assert before is None
    assert pid is not None
    until(lambda: ears.pid is None and not alive(pid))


def test_a_killed_child_costs_what_was_in_flight_and_is_replaced(ears: Ears) -> None:
    microphone = Microphone()
    ear = ears.open(microphone)
    ear.hear(QUIET)
    microphone.until(lambda: len(microphone.heard) == 1)
    pid = ears.pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)

    assert microphone.until(lambda: bool(microphone.failures))
    assert "say that again" in microphone.failures[0].sentence
    until(lambda: ears.pid not in (None, pid))
    ear.hear(SHOUT)
    assert microphone.until(lambda: len(microphone.heard) == 2)
    assert microphone.heard[1][1] == 1.0


def test_a_child_that_is_stuck_is_noticed_and_memory_stays_bounded() -> None:
    ears = Ears(child(STUCK_CHILD), SystemClock(), linger=0.05)
    ear = ears.open(Microphone())
    for _ in range(WAITING_CHUNKS):
        ear.hear(QUIET)

    with pytest.raises(Busy, match="keep up"):
        ear.hear(QUIET)
    pid = ears.pid
    ears.close()

    assert pid is not None
    assert not alive(pid)


def test_too_many_microphones_are_refused(ears: Ears) -> None:
    for _ in range(MOST_EARS):
        ears.open(Microphone())

    with pytest.raises(Busy, match="Too many"):
        ears.open(Microphone())


def test_a_program_that_is_not_there_is_one_sentence() -> None:
    ears = Ears(["/nowhere/to/be/found"], SystemClock())

    with pytest.raises(Broken, match="can't start"):
        ears.open(Microphone())


def test_the_child_ends_when_the_app_is_gone() -> None:
    """Its stdin closes, whatever killed the app."""
    process = subprocess.Popen(child(FAKE_CHILD), stdin=subprocess.PIPE)
    assert process.stdin is not None

    process.stdin.close()

    assert process.wait(20) == 0
