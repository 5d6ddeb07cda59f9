"""The two models that listen all day, with real speech."""

import pytest

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.capabilities.wake import ACTIVITY_CHUNK, WAKE_CHUNK, VoiceActivity, WakeWord
from bmo.core.errors import Broken, Refused
from bmo.engines.openwakeword import OpenWakeWord
from bmo.engines.silero import Silero
from models import VAD, WAKE, model_path
from sounds import pcm, said, tone

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def wake() -> OpenWakeWord:
    return OpenWakeWord(model_path(WAKE))


@pytest.fixture(scope="module")
def activity() -> Silero:
    return Silero(model_path(VAD) / "silero_vad.onnx")


def scores(model: WakeWord | VoiceActivity, sound: Pcm, chunk: int) -> list[float]:
    model.reset()
    size = chunk * SAMPLE_WIDTH
    whole = range(0, len(sound.samples) - size + 1, size)
    return [model.score(sound.samples[at : at + size]) for at in whole]


@pytest.mark.parametrize("voice", ["heart", "bmo", "low"])
def test_the_wake_phrase_is_heard_in_every_voice(wake: OpenWakeWord, voice: str) -> None:
    found = scores(wake, said("Hey Jarvis.", voice), WAKE_CHUNK)

    assert max(found) > 0.8
    assert sum(score > 0.5 for score in found) >= 2


@pytest.mark.parametrize("text", ["What time is it?", "Set a timer for five minutes.", "Good morning, my friend."])
def test_other_words_do_not_wake_it(wake: OpenWakeWord, text: str) -> None:
    assert max(scores(wake, said(text), WAKE_CHUNK)) < 0.2


def test_silence_does_not_wake_it_not_even_right_after_a_reset(wake: OpenWakeWord) -> None:
    scores(wake, said("Hey Jarvis."), WAKE_CHUNK)

    assert max(scores(wake, Pcm(bytes(96_000), 16_000), WAKE_CHUNK)) < 0.01


def test_a_reset_forgets_everything(wake: OpenWakeWord) -> None:
    phrase = said("Hey Jarvis.")

    assert scores(wake, phrase, WAKE_CHUNK) == scores(wake, phrase, WAKE_CHUNK)


def test_speech_is_told_from_silence_and_hum(activity: Silero) -> None:
    speech = scores(activity, said("The quick brown fox jumps over the lazy dog."), ACTIVITY_CHUNK)
    second = 16_000 // ACTIVITY_CHUNK

    assert max(speech[: second - 2]) < 0.5
    assert sum(score > 0.5 for score in speech[second:-second]) > 0.7 * len(speech[second:-second])
    assert max(scores(activity, pcm(tone(100, 2)), ACTIVITY_CHUNK)) < 0.5


def test_a_chunk_of_the_wrong_length_is_refused(wake: OpenWakeWord, activity: Silero) -> None:
    for model in (wake, activity):
        with pytest.raises(Refused):
            model.score(bytes(100))


def test_a_file_that_is_no_model_is_broken(tmp_path: pytest.TempPathFactory) -> None:
    file = tmp_path / "silero_vad.onnx"  # type: ignore[operator]
    file.write_bytes(b"no model")

    with pytest.raises(Broken, match="is damaged"):
        Silero(file)
