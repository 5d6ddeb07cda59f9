"""The ears are played their wake word now and then, by a real child with detectors that go by loudness."""

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from bmo.capabilities.media import Pcm
from bmo.core.clock import SystemClock
from bmo.core.errors import BmoError
from bmo.voice.ears import Ears
from bmo.voice.wake_proof import AGAIN_SECONDS, EVERY_SECONDS, SOON_SECONDS, WakeProof

SHOUT, QUIET = Pcm(b"\x30\x75" * 16_000, 16_000), Pcm(bytes(32_000), 16_000)
CHILD = """
import pathlib, sys
from bmo.core.errors import Broken
from bmo.device.ears import serve
from bmo.fakes.ears import FakeVoiceActivity, FakeWakeWord
ill = pathlib.Path(sys.argv[1])
class Deaf(FakeWakeWord):
    def score(self, samples):
        if ill.exists() and ill.read_text() == "broken":
            raise Broken("The wake word model marvin.onnx is damaged.")
        return 0.0 if ill.exists() else super().score(samples)
serve(sys.stdin.buffer, sys.stdout.buffer, lambda: (Deaf(), FakeVoiceActivity()))
"""


class Nobody:
    """A microphone that is open, and hears nothing."""

    def scored(self, samples: bytes, wake: float, speech: Sequence[float]) -> None:
        """Nobody is interested."""

    def deaf(self, failure: BmoError) -> None:
        """Nobody is interested."""


@pytest.fixture
def ill(tmp_path: Path) -> Path:
    return tmp_path / "ill"


@pytest.fixture
def ears(ill: Path) -> Iterator[Ears]:
    ears = Ears([sys.executable, "-c", CHILD, str(ill)], SystemClock(), linger=0.05)
    yield ears
    ears.close()


def until(condition: Callable[[], bool]) -> None:
    ticking = threading.Event()
    for _ in range(1_000):
        if condition():
            return
        ticking.wait(0.02)
    pytest.fail("that never happened")


def test_ears_that_hear_their_name_are_left_alone_for_an_hour(ears: Ears) -> None:
    ears.open(Nobody())
    proof = WakeProof(ears, lambda: SHOUT, "hey jarvis")

    assert proof.prove() == EVERY_SECONDS
    assert proof.sentence == ""


def test_nothing_is_proven_while_nobody_listens_or_nobody_has_spoken_the_clip(ears: Ears) -> None:
    asleep = WakeProof(ears, lambda: SHOUT, "hey jarvis").prove()
    started = ears.pid
    ears.open(Nobody())

    assert WakeProof(ears, lambda: None, "hey jarvis").prove() == SOON_SECONDS
    assert (asleep, started) == (SOON_SECONDS, None)


def test_a_clip_that_never_fires_is_no_proof_and_the_page_is_told_once(ears: Ears) -> None:
    told = threading.Semaphore(0)
    ears.open(Nobody())
    proof = WakeProof(ears, lambda: QUIET, "hey marvin", told.release)

    assert proof.prove() is None
    assert '"hey marvin" in my own voice does not wake them' in proof.sentence
    assert told.acquire(blocking=False)
    assert not told.acquire(blocking=False)


def test_ears_that_went_deaf_are_started_again_and_the_page_is_told(ears: Ears, ill: Path) -> None:
    ears.open(Nobody())
    proof = WakeProof(ears, lambda: SHOUT, "hey jarvis")
    proof.prove()
    first = ears.pid
    ill.write_text("deaf")

    pauses = [proof.prove()]
    trouble = proof.sentence
    until(lambda: ears.pid not in (None, first))
    ill.unlink()
    pauses.append(proof.prove())

    assert pauses == [AGAIN_SECONDS, EVERY_SECONDS]
    assert 'did not hear "hey jarvis"' in trouble
    assert proof.sentence == ""


def test_a_model_that_is_damaged_is_told_in_its_own_words_and_tried_ever_more_rarely(ears: Ears, ill: Path) -> None:
    ill.write_text("broken")
    ears.open(Nobody())
    proof = WakeProof(ears, lambda: SHOUT, "hey jarvis")

    assert proof.prove() == AGAIN_SECONDS
    assert "marvin.onnx is damaged" in proof.sentence
    first = ears.pid
    assert proof.prove() == 2 * AGAIN_SECONDS
    assert ears.pid == first, "another child would say the same"


def test_ears_that_do_not_answer_failed_too() -> None:
    ears = Ears([sys.executable, "-c", "import time; time.sleep(60)"], SystemClock(), linger=0.05)
    ears.open(Nobody())
    proof = WakeProof(ears, lambda: SHOUT, "hey jarvis", answer_seconds=0.2)

    assert proof.prove() == AGAIN_SECONDS
    assert "did not answer" in proof.sentence
    ears.close()
