"""BMO's own voice comes back through its microphone, with the real wake word and voice activity models."""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.transcribe import Recording
from bmo.capabilities.turn import Ended, Heard, Reply, Sound
from bmo.capabilities.wake import ACTIVITY_CHUNK, WAKE_CHUNK
from bmo.fakes.clock import ManualClock
from bmo.voice.deeds import Cancel, Deed, End, ListenOn, Overheard, ResetEars, Understand, Woke
from bmo.voice.frames import Chunks
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite
from models import TRANSCRIBER, VAD, WAKE, model_path
from sounds import pcm, said

pytestmark = pytest.mark.real

Floats = npt.NDArray[np.float32]
ADVICE = "You can always call me. Just say: Hey Jarvis! And then I listen. Hey Jarvis, that is all."
STORY = "Once upon a time there was a small robot, and it loved the long evenings by the fire."
LAG = int(0.2 * SPEECH_RATE)
"""Samples from the line to the loudspeaker to the microphone."""


class Room:
    """One satellite whose ears run in this process; time passes with the sound."""

    def __init__(self, rules: Rules | None = None) -> None:
        from bmo.engines.openwakeword import OpenWakeWord
        from bmo.engines.silero import Silero

        self._wake, self._voice = OpenWakeWord(model_path(WAKE)), Silero(model_path(VAD) / "silero_vad.onnx")
        self._steps = Chunks(ACTIVITY_CHUNK)
        self.clock = ManualClock()
        self._turns: Iterator[int] = iter(range(100))
        self.satellite = Satellite(
            self.clock,
            lambda: f"t{next(self._turns)}",
            rules,
            stops=lambda text: text.strip(" .!").lower() in ("stop", "never mind"),
        )
        self.deeds: list[Deed] = []
        self.best = 0.0
        """The highest wake score so far."""
        self.do(self.satellite.listen("always"))
        self.hears(np.zeros(SPEECH_RATE, np.float32))

    def do(self, deeds: Sequence[Deed]) -> None:
        for deed in deeds:
            self.deeds.append(deed)
            if isinstance(deed, ResetEars):
                self._wake.reset()
                self._voice.reset()
                self._steps.reset()

    def hears(self, sound: Floats) -> None:
        noise = np.random.default_rng(1).normal(0, 0.001, len(sound))
        samples = pcm((sound + noise).clip(-1, 1).astype(np.float32)).samples
        for start in range(0, len(samples) - 2 * WAKE_CHUNK + 1, 2 * WAKE_CHUNK):
            chunk = samples[start : start + 2 * WAKE_CHUNK]
            self.clock.advance(WAKE_CHUNK / SPEECH_RATE)
            score = self._wake.score(chunk)
            self.best = max(self.best, score)
            speech = [self._voice.score(step) for step in self._steps.feed(chunk)]
            self.do(self.satellite.hear(chunk, score, speech))
            self.do(self.satellite.tick())

    def speaks(self, words: str) -> str:
        """A command was given, and BMO's answer is on its way to the loudspeaker; returns its turn."""
        self.do(self.satellite.listen("once"))
        self.hears(np.concatenate([floats(said("What can you do?")), np.zeros(SPEECH_RATE, np.float32)]))
        turn = self.satellite.turn
        sound = spoken_by_bmo(words)
        for event in (Heard("What can you do?"), Reply(words), Sound(0, sound.rate, sound.samples, last=True)):
            self.do(self.satellite.told(turn, event))
        self.do(self.satellite.told(turn, Ended("done")))
        self.deeds.clear()
        assert self.satellite.state == "speaking"
        return turn

    def of(self, kind: type) -> list:
        return [deed for deed in self.deeds if isinstance(deed, kind)]


@cache
def spoken_by_bmo(words: str) -> Pcm:
    return said(words, "bmo")


def floats(sound: Pcm) -> Floats:
    return np.frombuffer(sound.samples, "<i2").astype(np.float32) / 32_768


@pytest.mark.parametrize(("voice", "level"), [("bmo", 0.3), ("heart", 1.0)])
def test_bmo_that_says_its_own_wake_phrase_does_not_wake(voice: str, level: float) -> None:
    room = Room(Rules(follow_up="always", follow_up_seconds=2.0))
    turn = room.speaks(ADVICE)
    echo = floats(said(ADVICE, voice)) * level

    room.hears(np.concatenate([np.zeros(LAG, np.float32), echo[:-LAG]]))
    room.do(room.satellite.played(turn, 0))
    room.hears(np.concatenate([echo[-LAG:], np.zeros(SPEECH_RATE * 3, np.float32)]))

    assert room.best > 0.8, "the detector itself was sure: this is a test of what holds it back"
    assert room.of(Woke) == []
    assert len(room.of(ListenOn)) == 1
    assert room.of(Understand) == []
    assert [end.ended.outcome for end in room.of(End)] == ["done", "nothing_heard"]


def test_the_same_words_from_a_person_do_wake() -> None:
    room = Room()

    room.hears(floats(said(ADVICE, "heart")))

    assert room.of(Woke)


def test_a_person_who_calls_while_bmo_tells_a_story_is_heard() -> None:
    room = Room()
    room.speaks(STORY)
    story, call = floats(spoken_by_bmo(STORY)) * 0.1, floats(said("Hey Jarvis."))
    mixed = story.copy()
    begin = SPEECH_RATE
    mixed[begin : begin + len(call)] += call[: len(mixed) - begin]

    room.hears(mixed)

    assert len(room.of(Woke)) == 1
    kinds = [type(deed) for deed in room.deeds]
    assert kinds.index(Cancel) < kinds.index(End) < kinds.index(Woke), "first it is quiet, then it listens"


def test_stop_without_the_wake_word_is_understood_while_bmo_speaks() -> None:
    from bmo.engines.whisper import Whisper

    room = Room()
    turn = room.speaks(STORY)
    echo = np.zeros(SPEECH_RATE, np.float32)  # the echo of a browser or a conference microphone is taken out

    room.hears(np.concatenate([echo, floats(said("Stop."))]))
    [overheard] = room.of(Overheard)
    text = Whisper(model_path(TRANSCRIBER)).transcribe(Recording(overheard.sound)).text
    room.do(room.satellite.overheard(turn, text))

    assert [end.ended.outcome for end in room.of(End)] == ["cancelled"]
    assert room.satellite.state == "idle"
