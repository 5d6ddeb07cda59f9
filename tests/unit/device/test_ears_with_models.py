"""The ears with the real models: a voice says the wake phrase and a command; the satellite hands over the command."""

import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording
from bmo.core.clock import SystemClock
from bmo.core.errors import BmoError
from bmo.fakes.clock import ManualClock
from bmo.voice.deeds import Deed, End, Understand, Woke
from bmo.voice.ears import Ears
from bmo.voice.frames import FRAME_BYTES
from bmo.voice.recorder import Hearing
from bmo.voice.satellite import Mode, Satellite
from models import TRANSCRIBER, VAD, WAKE, model_path, models_dir
from sounds import pcm, said, tone

pytestmark = pytest.mark.real

SECOND = bytes(32_000)
"""Of silence, 16 kHz."""


class Pair:
    """A satellite fed by a microphone that plays sounds into the child."""

    def __init__(self, ears: Ears, mode: Mode = "always") -> None:
        self.clock = ManualClock()
        self.satellite = Satellite(self.clock, lambda: "t")
        self.deeds: list[Deed] = list(self.satellite.listen(mode))
        self.failures: list[BmoError] = []
        self._ear = ears.open(self)
        self._answered = threading.Semaphore(0)

    def scored(self, samples: bytes, wake: float, speech: Sequence[float]) -> None:
        self.clock.advance(0.08)
        self.deeds += self.satellite.hear(samples, wake, speech)
        self._answered.release()

    def deaf(self, failure: BmoError) -> None:
        self.failures.append(failure)
        self._answered.release()

    def hears(self, sound: bytes) -> None:
        """Frame by frame, each when the one before is judged."""
        for start in range(0, len(sound) - FRAME_BYTES + 1, FRAME_BYTES):
            self._ear.hear(sound[start : start + FRAME_BYTES])
            assert self._answered.acquire(timeout=60)

    def of(self, kind: type) -> list:
        return [deed for deed in self.deeds if isinstance(deed, kind)]


def ears_of(models: Path, *more: str) -> Ears:
    command = [sys.executable, "-m", "bmo.device.ears", "--models", str(models), *more]
    return Ears(command, SystemClock(), linger=0.0)


@pytest.fixture(scope="module")
def ears() -> Iterator[Ears]:
    model_path(WAKE)
    model_path(VAD)
    ears = ears_of(models_dir())
    yield ears
    ears.close()


def transcribed(sound: Pcm) -> str:
    from bmo.engines.whisper import Whisper

    return Whisper(model_path(TRANSCRIBER)).transcribe(Recording(sound)).text.lower()


@pytest.mark.parametrize(
    "words", ["Hey Jarvis. | Set a timer for five minutes.", "Hey Jarvis, set a timer for five minutes."]
)
def test_the_command_after_the_wake_phrase_is_handed_over_without_the_phrase(ears: Ears, words: str) -> None:
    pair = Pair(ears)

    pair.hears(b"".join(said(part).samples for part in words.split(" | ")) + SECOND)

    assert len(pair.of(Woke)) == 1
    [understand] = pair.of(Understand)
    text = transcribed(understand.command.sound)
    assert "timer for five minutes" in text.replace("5", "five")
    assert "jarvis" not in text
    assert understand.command.silence == pytest.approx(Hearing().silence, abs=0.1)


def test_ordinary_talk_does_not_wake(ears: Ears) -> None:
    pair = Pair(ears)

    pair.hears(said("The weather is nice today, and the garden is green.").samples)

    assert pair.deeds[1:] == []


def test_a_hum_is_not_speech_and_ends_as_nothing_heard(ears: Ears) -> None:
    pair = Pair(ears, mode="once")

    pair.hears(pcm(tone(100.0, 8.0) * 0.15).samples)

    assert [end.ended.outcome for end in pair.of(End)] == ["nothing_heard"]


def test_noise_does_not_wake_either(ears: Ears) -> None:
    pair = Pair(ears)
    noise = np.random.default_rng(1).normal(0, 0.05, 16_000 * 10).astype(np.float32)

    pair.hears(pcm(noise.clip(-1, 1)).samples)

    assert pair.of(Woke) == []


def test_two_microphones_do_not_mix(ears: Ears) -> None:
    one, other = Pair(ears), Pair(ears)
    phrase = said("Hey Jarvis.").samples

    for start in range(0, len(phrase) - FRAME_BYTES + 1, FRAME_BYTES):
        one.hears(phrase[start : start + FRAME_BYTES])
        other.hears(bytes(FRAME_BYTES))

    assert len(one.of(Woke)) == 1
    assert other.of(Woke) == []


def test_without_the_wake_models_the_button_still_works() -> None:
    model_path(VAD)
    ears = ears_of(models_dir(), "--no-wake")
    pair = Pair(ears, mode="once")

    pair.hears(said("What time is it?").samples + SECOND)
    ears.close()

    assert len(pair.of(Understand)) == 1


def test_models_that_are_not_there_are_one_sentence(tmp_path: Path) -> None:
    ears = ears_of(tmp_path)
    pair = Pair(ears)

    pair.hears(bytes(FRAME_BYTES))
    ears.close()

    assert "not here yet" in pair.failures[0].sentence
