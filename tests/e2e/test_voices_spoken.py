"""Voices by name and phrases that are kept, with the embedded voice on a real AI server."""

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ai_servers import room_of, served
from bmo.app.chains import chains_of, voices_of, watch_over
from bmo.capabilities.chain import Attempt
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import ChainedSpeak, Utterance
from bmo.core.events import Events
from bmo.engines.hibari import Hibari
from bmo.remote.server import Server
from bmo.settings.app import AiSettings, VoiceSettings
from bmo.voice.phrases import Phrases

pytestmark = pytest.mark.real

TIMER = "Your timer is set."


class House:
    """The app's chain of voices over one AI server."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.told: list[Attempt] = []
        events = Events()
        events.on(Attempt, self.told.append)
        ai = AiSettings()
        self.watch = watch_over([server], ai, "bmo", lambda: None)
        self.folder = folder
        chains = chains_of([server], self.watch, ai, events, voices_of(VoiceSettings()), Phrases(folder))
        self.speak = ChainedSpeak(chains.speak)
        self.watch.start()
        ends = time.monotonic() + 10
        while not self.watch.model(server, "speak") and time.monotonic() < ends:
            time.sleep(0.01)

    def say(self, text: str, voice: str = "bmo") -> tuple[float, Pcm]:
        """Seconds to the first piece of sound, and all of it."""
        began = time.monotonic()
        with closing(self.speak.speak(Utterance(text, voice))) as pieces:
            first = next(pieces)
            waited = time.monotonic() - began
            rest = list(pieces)
        return waited, Pcm(b"".join(piece.samples for piece in (first, *rest)), first.rate)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served(room_of(speak=Hibari())) as running:
        yield running


@pytest.fixture
def house(server: Server, tmp_path: Path) -> Iterator[House]:
    made = House(server, tmp_path / "phrases")
    yield made
    made.watch.stop()


def test_characters_that_nobody_recorded_are_spoken_at_a_pitch_of_their_own(house: House) -> None:
    pitch = {name: _pitch(house.say(TIMER, name)[1]) for name in ("bmo", "npc_gruff_dwarf", "npc_fairy", "bmo_sad")}

    assert pitch["npc_gruff_dwarf"] == pytest.approx(pitch["bmo"] * 2 ** (-940 / 1_200), rel=0.08)
    assert pitch["npc_fairy"] > 1.2 * pitch["bmo"]
    assert 0.9 * pitch["bmo"] < pitch["bmo_sad"] < pitch["bmo"]
    assert [attempt for attempt in house.told if attempt.failure] == []


def test_a_phrase_that_was_said_is_heard_at_once_also_after_a_restart(house: House, server: Server) -> None:
    fresh, sound = house.say(TIMER)
    kept = [house.say(TIMER) for _ in range(9)]
    later = House(server, house.folder)
    restarted, same = later.say(TIMER)
    later.watch.stop()

    assert all(again == sound for _, again in kept)
    assert same == sound
    assert statistics.median(waited for waited, _ in kept) < 0.005 < fresh
    assert restarted < 0.02


def _pitch(sound: Pcm) -> float:
    """Hz: the strongest period in the voiced parts, by autocorrelation, as the median of frames of 40 ms."""
    samples = np.frombuffer(sound.samples, "<i2").astype(np.float64)
    size, found = int(0.04 * sound.rate), []
    for start in range(0, len(samples) - size, size // 2):
        frame = samples[start : start + size] - samples[start : start + size].mean()
        alike = np.correlate(frame, frame, "full")[size - 1 :]
        shortest, longest = int(sound.rate / 500), int(sound.rate / 70)
        if np.abs(frame).mean() > 500:
            period = shortest + int(np.argmax(alike[shortest:longest]))
            if alike[period] > 0.5 * alike[0]:
                found.append(sound.rate / period)
    return float(np.median(found))
