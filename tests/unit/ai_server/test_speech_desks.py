"""From settings to a voice."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from bmo.ai_server.desks import speech
from bmo.ai_server.speakers import Speakers
from bmo.capabilities.speak import Speak, Utterance
from bmo.capabilities.transcribe import Recording
from bmo.core.errors import Refused, Unavailable
from bmo.fakes.objects import FakeObjects
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.settings.ai_server import AiServerSettings
from fish_speech_server import RATE, FishSpeechServer, fish_speech
from sounds import pcm, syllables
from wyoming_peers import an_offer, wyoming_served

SCRIPTED = (sys.executable, str(Path(__file__).parents[2] / "scripted_piper.py"))


def settings(tmp_path: Path, **tts: Any) -> AiServerSettings:
    return AiServerSettings.model_validate({"home": tmp_path, "tts": tts})


def voice(told: AiServerSettings, speakers: Speakers | None = None) -> Speak:
    desk = speech.speak(told, (speakers or Speakers(FakeObjects())).reference)
    desk.load()
    with desk.used() as engine:
        return engine


def test_piper_speaks_with_the_voice_of_a_folder_by_the_program_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "models/piper-joe").mkdir(parents=True)
    (tmp_path / "models/piper-joe/en_US-joe-medium.onnx").touch()
    told = settings(tmp_path, engine="piper", program=SCRIPTED, voices={"bmo": 400, "deep": -300})
    piper = voice(told)

    assert next(piper.speak(Utterance("Hello.", "deep"))).rate == 22_050
    assert speech.speakers(told, FakeObjects()).voices == ("bmo", "deep")
    piper.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("files", [0, 2])
def test_a_folder_without_one_voice_is_told(tmp_path: Path, files: int) -> None:
    (tmp_path / "models/piper-joe").mkdir(parents=True)
    for number in range(files):
        (tmp_path / f"models/piper-joe/{number}.onnx").touch()
    desk = speech.speak(settings(tmp_path, engine="piper", program=SCRIPTED), Speakers(FakeObjects()).reference)
    desk.load()

    assert desk.state == "failed"
    assert "one Piper voice" in desk.why


def test_fish_speech_speaks_like_who_was_recorded_faster_and_higher(tmp_path: Path) -> None:
    server, store = FishSpeechServer(), FakeObjects()
    with fish_speech(server) as url:
        told = settings(tmp_path, engine="fish_speech", url=url)
        speakers = speech.speakers(told, store)
        speakers.add("grandma", pcm(syllables(4.0, RATE), RATE), "Hello, dear.")
        pieces = list(voice(told, speakers).speak(Utterance("one two", "grandma", speed=2.0, cents=100)))

    assert speakers.clones
    assert server.asked[0].references[0].text == "Hello, dear."
    assert sum(piece.seconds for piece in pieces) == pytest.approx(0.2, rel=0.02)


def test_a_stranger_is_refused_by_fish_speech(tmp_path: Path) -> None:
    with fish_speech(FishSpeechServer()) as url, pytest.raises(Refused, match="stranger"):
        list(voice(settings(tmp_path, engine="fish_speech", url=url)).speak(Utterance("one", "stranger")))


@pytest.mark.real
def test_bmo_sounds_like_bmo_where_nobody_recorded_another(tmp_path: Path) -> None:
    server = FishSpeechServer()
    with fish_speech(server) as url:
        fish = voice(settings(tmp_path, engine="fish_speech", url=url))
        for _ in range(2):
            list(fish.speak(Utterance("Hello.")))

    first, second = (ask.references[0] for ask in server.asked)
    assert first == second
    assert "BMO" in first.text
    assert 8 < len(first.audio) / 2 / 24_000 < 30


def test_a_recorded_bmo_goes_before_the_embedded_one(tmp_path: Path) -> None:
    server, store = FishSpeechServer(), FakeObjects()
    with fish_speech(server) as url:
        told = settings(tmp_path, engine="fish_speech", url=url)
        speakers = speech.speakers(told, store)
        speakers.add("bmo", pcm(syllables(4.0, RATE), RATE), "My own words.")
        list(voice(told, speakers).speak(Utterance("Hello.")))

    assert server.asked[0].references[0].text == "My own words."


@pytest.mark.real
def test_a_voice_of_the_settings_is_spoken_by_hibari(tmp_path: Path) -> None:
    told = settings(tmp_path, voices={"grandma": {"cents": -150}})
    hibari = voice(told)

    assert next(hibari.speak(Utterance("Hello.", "grandma"))).seconds > 0
    with pytest.raises(Refused, match="grandma"):
        list(hibari.speak(Utterance("Hello.", "bmo")))


def test_no_voice_has_no_speakers(tmp_path: Path) -> None:
    told = settings(tmp_path, engine="off")

    assert speech.speakers(told, FakeObjects()).voices == ()
    with pytest.raises(Unavailable):
        speech.speak(told, Speakers(FakeObjects()).reference).take()


@pytest.mark.parametrize(
    "tts",
    [
        {"voices": {"Big Name": {}}},
        {"voices": {"bmo": {"cents": 2_000}}},
        {"engine": "fish_speech", "url": "fish"},
        {"engine": "fish_speech", "brackets": "<>"},
        {"engine": "piper", "shift": "magic"},
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, tts: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        settings(tmp_path, **tts)


def test_a_wyoming_service_speaks_in_the_voices_of_the_settings_each_as_high_as_it_should() -> None:
    speaks = FakeSpeak()
    with wyoming_served(an_offer(speak=speaks)) as uri:
        voices = {"bmo": {"model": "lessac", "cents": 1_200}, "plain": {}}
        made = voice(AiServerSettings.model_validate({"tts": {"engine": "wyoming", "uri": uri, "voices": voices}}))
        high, plain = (b"".join(piece.samples for piece in made.speak(Utterance("la la", name))) for name in voices)

    assert [utterance.voice for utterance in speaks.utterances] == ["lessac", "bmo"]
    assert _hertz(high) == pytest.approx(2 * _hertz(plain), rel=0.05)


def _hertz(samples: bytes) -> float:
    sound = np.frombuffer(samples, "<i2").astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(sound)))) * 24_000 / len(sound)


def test_a_wyoming_service_hears() -> None:
    with wyoming_served(an_offer(transcribe=FakeTranscribe(text="hello"))) as uri:
        desk = speech.transcribe(AiServerSettings.model_validate({"stt": {"engine": "wyoming", "uri": uri}}))
        desk.load()
        with desk.used() as ears:
            assert ears.transcribe(Recording(pcm(syllables(1.0)))).text == "hello"


@pytest.mark.parametrize(
    ("stt", "model"),
    [
        ({}, "faster-whisper-base"),
        ({"threads": 1}, "faster-whisper-base"),
        ({"model": "faster-whisper-tiny.en"}, "faster-whisper-tiny.en"),
        ({"model": "faster-whisper-large-v3"}, "faster-whisper-large-v3"),
    ],
)
def test_better_ears_are_used_once_they_are_here_unless_others_are_named(
    tmp_path: Path, stt: dict[str, Any], model: str
) -> None:
    told = AiServerSettings.model_validate({"home": tmp_path, "stt": stt})
    before = speech.transcribe(told).model

    (tmp_path / "models/faster-whisper-base").mkdir(parents=True)

    assert before == stt.get("model", "faster-whisper-tiny.en")
    assert speech.transcribe(told).model == model
