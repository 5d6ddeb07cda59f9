"""What the bridges to Wyoming services ask, wait for and make of trouble; the rest is in the contract suites."""

import time
from contextlib import closing

import pytest
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Info
from wyoming.tts import Synthesize

from bmo.bridges.wyoming_speech import ServiceVoice, WyomingSpeak, WyomingTranscribe
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience
from bmo.capabilities.speak import Utterance
from bmo.capabilities.transcribe import Recording
from bmo.core.errors import Malformed, Refused, TimedOut, Unavailable, Unreachable
from wyoming_peers import Service, service

NOBODY = Attribution("test", "")
SOUND = Pcm(b"\x01\x02" * 16_000, 16_000)
SOON = Patience(connect=1.0, first=0.3, between=0.3)
START = AudioStart(22_050, 2, 1)
PIECE = AudioChunk(22_050, 2, 1, bytes(4_410))


def info(*models: AsrModel) -> Info:
    return Info(asr=[AsrProgram("whisper", NOBODY, True, None, None, list(models))])


def model(name: str, *languages: str, installed: bool = True) -> AsrModel:
    return AsrModel(name, NOBODY, installed, None, None, list(languages))


TINY, GERMAN = model("tiny", "en"), model("groß", "de")


def hears(told: Service, **more: str) -> WyomingTranscribe:
    return WyomingTranscribe(told.uri, **more)


def speaks(told: Service) -> WyomingSpeak:
    return WyomingSpeak(told.uri, {"bmo": ServiceVoice("en_US-lessac", "3"), "plain": ServiceVoice()})


def test_the_whole_recording_is_sent_with_model_and_language() -> None:
    with service({"describe": [info(TINY)], "audio-stop": [Transcript("hello ")]}) as whisper:
        heard = hears(whisper, model="tiny").transcribe(Recording(SOUND, language="en"))

    sent = b"".join(event.payload or b"" for event in whisper.got)
    assert sent == SOUND.samples
    assert Transcribe.from_event(whisper.of("transcribe")[0]) == Transcribe(name="tiny", language="en")
    assert (heard.text, heard.model, heard.language) == ("hello", "tiny", "en")


def test_a_service_is_asked_once_what_it_can_do() -> None:
    with service({"describe": [info(TINY)], "audio-stop": [Transcript("hello")]}) as whisper:
        ears = hears(whisper)
        for _ in range(3):
            ears.transcribe(Recording(SOUND))

    assert len(whisper.of("describe")) == 1


def test_a_language_it_does_not_know_is_refused_before_any_sound_is_sent() -> None:
    with service({"describe": [info(TINY, GERMAN)]}) as whisper:
        with pytest.raises(Refused, match="'fr'"):
            hears(whisper).transcribe(Recording(SOUND, language="fr"))
        with pytest.raises(Refused, match="'de'"):
            hears(whisper, model="tiny").transcribe(Recording(SOUND, language="de"))

    assert whisper.of("audio-chunk") == []


def test_a_service_that_does_something_else_is_unavailable() -> None:
    with service({"describe": [Info()]}) as piper, pytest.raises(Unavailable, match="speech into text"):
        hears(piper).transcribe(Recording(SOUND))


def test_partial_transcripts_are_not_taken_for_the_whole() -> None:
    parts = [Event("transcript-start"), Event("transcript-chunk", {"text": "hel"}), Transcript("hello")]
    with service({"describe": [info(TINY)], "audio-stop": parts}) as whisper:
        assert hears(whisper).transcribe(Recording(SOUND)).text == "hello"


def test_what_a_service_complains_of_is_passed_on() -> None:
    with (
        service({"describe": [info(TINY)], "audio-stop": [Error("out of memory")]}) as whisper,
        pytest.raises(Unavailable, match="wyoming says: out of memory"),
    ):
        hears(whisper).transcribe(Recording(SOUND))
    with (
        service({"synthesize": [START, PIECE, Error("no such voice")]}) as piper,
        pytest.raises(Unavailable, match="no such voice"),
    ):
        list(speaks(piper).speak(Utterance("Hello.")))


def test_a_service_that_hangs_up_has_not_heard_silence() -> None:
    with service({"describe": [info(TINY)], "audio-stop": [None]}) as whisper, pytest.raises(Malformed):
        hears(whisper).transcribe(Recording(SOUND))
    with service({"synthesize": [START, PIECE, None]}) as piper, pytest.raises(Malformed, match="mid-sentence"):
        list(speaks(piper).speak(Utterance("Hello.")))


@pytest.mark.parametrize("stuck", ["describe", "audio-stop"])
def test_a_transcript_is_waited_for_no_longer_than_the_patience(stuck: str) -> None:
    answers = {"describe": [info(TINY)], "audio-stop": [Transcript("hello")]} | {stuck: []}
    with service(answers) as whisper:
        began = time.monotonic()
        with pytest.raises(TimedOut):
            hears(whisper).transcribe(Recording(SOUND, patience=SOON))

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("answer", [[], [START], [START, PIECE]])
def test_sound_is_waited_for_no_longer_than_the_patience(answer: list[AudioStart | AudioChunk]) -> None:
    with service({"synthesize": answer}) as piper:
        began = time.monotonic()
        with pytest.raises(TimedOut):
            list(speaks(piper).speak(Utterance("Hello.", patience=SOON)))

    assert time.monotonic() - began < 2


def test_nobody_there_is_unreachable_and_somebody_else_may_come_up() -> None:
    with service({"describe": [info(TINY)], "audio-stop": [Transcript("hello")]}) as whisper:
        ears = hears(whisper)
        ears.transcribe(Recording(SOUND))
    with pytest.raises(Unreachable):
        ears.transcribe(Recording(SOUND))


def test_a_voice_has_the_name_and_speaker_that_the_service_knows() -> None:
    with service({"synthesize": [START, PIECE, AudioStop()]}) as piper:
        for voice in ("bmo", "plain"):
            list(speaks(piper).speak(Utterance("Hello.", voice=voice)))
    first, second = (Synthesize.from_event(event) for event in piper.of("synthesize"))

    assert first.voice is not None
    assert (first.text, first.voice.name, first.voice.speaker) == ("Hello.", "en_US-lessac", "3")
    assert second.voice is None


def test_stereo_becomes_mono_and_rates_do_not_change_in_mid_sentence() -> None:
    stereo = AudioChunk(22_050, 2, 2, b"\x00\x01\x00\x01" * 100)
    with service({"synthesize": [stereo, AudioStop()]}) as piper:
        assert list(speaks(piper).speak(Utterance("Hello."))) == [Pcm(b"\x00\x01" * 100, 22_050)]
    with (
        service({"synthesize": [PIECE, AudioChunk(16_000, 2, 1, b"\0\0"), AudioStop()]}) as piper,
        pytest.raises(Malformed, match="rate"),
    ):
        list(speaks(piper).speak(Utterance("Hello.")))


def test_no_sound_at_all_is_a_fault() -> None:
    with service({"synthesize": [START, AudioStop()]}) as piper, pytest.raises(Malformed, match="no sound"):
        list(speaks(piper).speak(Utterance("Hello.")))


def test_closing_hangs_up_so_that_the_service_may_stop() -> None:
    with service({"synthesize": [START, PIECE]}) as piper:
        with closing(speaks(piper).speak(Utterance("Hello."))) as pieces:
            next(pieces)

        assert piper.left.wait(10)


def test_speed_and_pitch_are_for_somebody_else() -> None:
    with pytest.raises(Refused, match="speed"):
        list(WyomingSpeak("tcp://127.0.0.1:1", {"bmo": ServiceVoice()}).speak(Utterance("Hello.", speed=1.5)))
