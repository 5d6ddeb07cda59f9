"""What everything that tells voices apart promises."""

import math
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ai_servers import room_of, served
from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.voiceprint import EmbedVoice, Voiceprint
from bmo.core.errors import Refused, Unavailable
from bmo.engines.resemblyzer import Resemblyzer
from bmo.engines.silero import Silero
from bmo.fakes.private import FakeVoiceprint
from bmo.remote.server import Server
from bmo.remote.voiceprint import RemoteVoiceprint
from models import SPEAKER, VAD, model_path
from sounds import pcm, said, tone

REAL = [pytest.param("resemblyzer", marks=pytest.mark.real)]


@pytest.fixture(scope="module")
def resemblyzer() -> Resemblyzer:
    speech = Silero(model_path(VAD) / "silero_vad.onnx")
    return Resemblyzer(model_path(SPEAKER) / "resemblyzer.onnx", speech)


@pytest.fixture
def remote() -> Iterator[RemoteVoiceprint]:
    with served(room_of(voiceprint=FakeVoiceprint())) as server:
        yield RemoteVoiceprint(server)


@pytest.fixture
def ears(request: pytest.FixtureRequest) -> EmbedVoice:
    return FakeVoiceprint() if request.param == "fake" else request.getfixturevalue(request.param)


everybody = pytest.mark.parametrize("ears", ["fake", "remote", *REAL], indirect=True)


def voice(ears: EmbedVoice, person: int, text: str) -> Pcm:
    """Somebody who says this; one whom the fake knows is a tone."""
    if isinstance(ears, Resemblyzer):
        return said(text, ("heart", "low")[person])
    return pcm(tone((200.0, 400.0)[person], 2.0 + len(text) / 50))


def likeness(one: Voiceprint, other: Voiceprint) -> float:
    return float(np.dot(one.vector, other.vector))


@everybody
def test_a_voice_is_256_numbers_of_length_one(ears: EmbedVoice) -> None:
    print_ = ears.embed(voice(ears, 0, "Set a timer for five minutes, please."))

    assert len(print_.vector) == 256
    assert math.hypot(*print_.vector) == pytest.approx(1, abs=1e-4)
    assert print_.engine
    assert print_.seconds > 1


@everybody
def test_one_voice_is_like_itself_whatever_it_says_and_unlike_another(ears: EmbedVoice) -> None:
    first, second, other = (
        ears.embed(voice(ears, person, text))
        for person, text in (
            (0, "Hey Jarvis, set a timer for five minutes, please."),
            (0, "What is the weather like in London tomorrow morning?"),
            (1, "Hey Jarvis, set a timer for five minutes, please."),
        )
    )

    assert likeness(first, second) > 0.75
    assert likeness(first, other) < 0.75
    assert first.engine == other.engine


@everybody
def test_where_nobody_speaks_there_is_nobody(ears: EmbedVoice) -> None:
    with pytest.raises(Refused):
        ears.embed(Pcm(bytes(2 * SPEECH_RATE), SPEECH_RATE))
    with pytest.raises(Refused):
        ears.embed(Pcm(b"\1\0" * 48_000, 48_000))


@pytest.mark.real
@pytest.mark.parametrize("nothing", ["noise", "hum", "a click", "no sound"])
def test_noise_and_a_humming_refrigerator_are_nobody(resemblyzer: Resemblyzer, nothing: str) -> None:
    rng = np.random.default_rng(4)
    sound = {
        "noise": 0.1 * rng.standard_normal(3 * SPEECH_RATE),
        "hum": tone(100.0, 3.0) * 0.2,
        "a click": np.eye(1, SPEECH_RATE, 5_000).ravel(),
        "no sound": np.zeros(0),
    }[nothing]

    with pytest.raises(Refused) as refusal:
        resemblyzer.embed(pcm(sound.astype(np.float32)))
    assert refusal.value.code == "no_speech"


@pytest.mark.real
def test_loudness_and_silence_around_do_not_change_whose_voice_it_is(resemblyzer: Resemblyzer) -> None:
    sound = np.frombuffer(said("Set a timer for five minutes, please.").samples, "<i2").astype(np.float32) / 32_768
    usual = resemblyzer.embed(pcm(sound))
    soft = resemblyzer.embed(pcm(0.05 * sound))
    long = resemblyzer.embed(pcm(np.pad(sound, 2 * SPEECH_RATE)))

    assert likeness(usual, soft) > 0.98
    assert likeness(usual, long) > 0.95


@pytest.mark.real
def test_many_threads_get_what_one_would(resemblyzer: Resemblyzer) -> None:
    sounds = [said(text, voice) for text in ("What time is it now?", "Stop the music.") for voice in ("heart", "low")]
    expected = [resemblyzer.embed(sound) for sound in sounds]
    got: dict[int, Voiceprint] = {}
    threads = [
        threading.Thread(target=lambda i=i: got.setdefault(i, resemblyzer.embed(sounds[i]))) for i in range(len(sounds))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [got[i] for i in range(len(sounds))] == expected


def test_a_server_without_the_model_is_unavailable() -> None:
    with served(room_of()) as server, pytest.raises(Unavailable):
        RemoteVoiceprint(server).embed(pcm(tone()))


def test_a_server_that_nobody_runs_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        RemoteVoiceprint(Server("here", "http://127.0.0.1:9", "key")).embed(pcm(tone()))
