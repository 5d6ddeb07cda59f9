import array
import math

import pytest

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.transcribe import Transcript
from bmo.voice.imagined import imagined, loudest


def hum(level: float, seconds: float = 1.0) -> Pcm:
    """A tone of this root mean square, of 32,768."""
    steps = range(int(SPEECH_RATE * seconds))
    samples = (round(level * math.sqrt(2) * math.sin(math.tau * 200 * step / SPEECH_RATE)) for step in steps)
    return Pcm(array.array("h", samples).tobytes(), SPEECH_RATE)


VOICE, SILENCE = hum(1_500), hum(20)


@pytest.mark.parametrize(
    "text", ["Thank you.", "Thanks for watching!", "you", "Bye. Bye.", "Subtitles by the Amara.org"]
)
def test_what_whisper_writes_on_silence_is_nobodys_word(text: str) -> None:
    assert imagined(Transcript(text, no_speech=0.05), SILENCE)
    assert imagined(Transcript(text, no_speech=0.5), VOICE)


@pytest.mark.parametrize("text", ["Thank you.", "Thanks!", "Bye bye.", "You."])
def test_whoever_says_thank_you_aloud_is_heard(text: str) -> None:
    assert not imagined(Transcript(text, no_speech=0.05), VOICE)


@pytest.mark.parametrize(
    "text", ["Yes.", "No.", "Stop.", "Thank you, that is enough.", "Set a timer for five minutes."]
)
def test_what_could_be_an_answer_is_heard_though_it_is_low_and_doubtful(text: str) -> None:
    assert not imagined(Transcript(text, no_speech=0.6), hum(90))


@pytest.mark.parametrize("text", ["", "  ", "...", "[Music]", "(applause)", "♪ ♪", "*sighs* [BLANK_AUDIO]"])
def test_no_words_are_nothing(text: str) -> None:
    assert imagined(Transcript(text), VOICE)


def test_what_the_engine_is_sure_nobody_said_is_nothing() -> None:
    assert imagined(Transcript("Set a timer.", no_speech=0.9), VOICE)


def test_a_moment_is_enough_to_be_loud() -> None:
    clap = Pcm(bytes(32_000) + hum(3_000, 0.1).samples + bytes(32_000), SPEECH_RATE)

    assert loudest(clap) == pytest.approx(3_000, rel=0.1)
    assert loudest(Pcm(b"", SPEECH_RATE)) == 0.0
    assert loudest(Pcm(b"\1\0\1", SPEECH_RATE)) == 1.0
