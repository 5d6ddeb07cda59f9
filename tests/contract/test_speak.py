"""What every voice promises."""

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from ai_servers import room_of, served
from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Speak, Utterance
from bmo.core.errors import Refused
from bmo.engines.hibari import Hibari
from bmo.fakes.speak import FakeSpeak
from bmo.remote.speak import RemoteSpeak

REAL = [pytest.param(name, marks=pytest.mark.real) for name in ("engine", "remote")]


@pytest.fixture(scope="module")
def engine() -> Hibari:
    return Hibari()


@pytest.fixture
def voice(request: pytest.FixtureRequest) -> Iterator[Speak]:
    kind = request.param
    made = FakeSpeak() if "fake" in kind else request.getfixturevalue("engine")
    if "remote" not in kind:
        yield made
        return
    with served(room_of(speak=made)) as server:
        yield RemoteSpeak(server)


everybody = pytest.mark.parametrize("voice", ["fake", "remote of fake", *REAL], indirect=True)
real_ones = pytest.mark.parametrize("voice", REAL, indirect=True)


def spoken(voice: Speak, utterance: Utterance) -> Pcm:
    pieces = list(voice.speak(utterance))
    assert len({piece.rate for piece in pieces}) == 1
    return Pcm(b"".join(piece.samples for piece in pieces), pieces[0].rate)


def loudness(sound: Pcm) -> float:
    return float(np.sqrt(np.mean((np.frombuffer(sound.samples, "<i2") / 32_768.0) ** 2)))


@everybody
def test_words_become_sound_of_one_rate(voice: Speak) -> None:
    sound = spoken(voice, Utterance("It is twelve minutes past three."))

    assert sound.rate in (16_000, 22_050, 24_000)
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


@real_ones
def test_an_unknown_voice_is_refused_by_name(voice: Speak) -> None:
    with pytest.raises(Refused, match="nobody"):
        list(voice.speak(Utterance("Hello.", voice="nobody")))


@real_ones
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
def test_too_much_text_and_absurd_speeds_are_refused(engine: Hibari) -> None:
    for utterance in (Utterance("a" * 1_001), Utterance("Hello.", speed=9.0)):
        with pytest.raises(Refused):
            list(engine.speak(utterance))


def _centroid(sound: Pcm) -> float:
    """The mean frequency below 4 kHz in Hz: where the weight of a voice lies."""
    samples = np.frombuffer(sound.samples, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / sound.rate)
    below = hertz < 4_000
    return float((spectrum[below] * hertz[below]).sum() / spectrum[below].sum())
