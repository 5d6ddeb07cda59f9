import io
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from ai_servers import KEY, room_of
from bmo.ai_server import speakers as module
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.speakers import RATE, Speakers
from bmo.bridges.folder import FolderObjects
from bmo.capabilities.media import Pcm
from bmo.capabilities.objects import Objects
from bmo.core.errors import NotFound, Refused, Unavailable
from bmo.fakes.objects import FakeObjects
from bmo.fakes.speak import FakeSpeak
from bmo.fakes.transcribe import FakeTranscribe
from bmo.wire.problem import Problem
from bmo.wire.speakers import SpeakerPart, SpeakersAnswer
from sounds import file, pcm, syllables

BEARER = {"Authorization": f"Bearer {KEY}"}
WAV = {**BEARER, "Content-Type": "audio/wav"}
SPEECH = file(syllables(4.0), form="WAV")


def client(speakers: Speakers, **engines: Any) -> FlaskClient:
    return create(room_of(**engines), Keys({"app": KEY}), speakers=speakers).test_client()


def refusal(response: Any, status: int) -> str:
    assert response.status_code == status
    return Problem.model_validate_json(response.data).code


def known(asked: FlaskClient) -> dict[str, SpeakerPart]:
    told = SpeakersAnswer.model_validate_json(asked.get("/tts/speakers", headers=BEARER).data)
    return {part.name: part for part in told.speakers}


def test_a_recording_with_its_words_is_kept_and_listed(tmp_path: Path) -> None:
    asked = client(Speakers(FolderObjects(tmp_path), ("bmo",), clones=True))
    response = asked.post("/tts/speakers/grandma?transcript=Hello+there.", data=SPEECH, headers=WAV)

    assert response.status_code == 201
    assert SpeakerPart.model_validate_json(response.data).transcript == "Hello there."
    told = known(asked)
    assert (told["bmo"].kind, told["grandma"].kind) == ("voice", "recording")
    assert told["grandma"].usable
    assert told["grandma"].seconds == pytest.approx(4.0, abs=0.05)
    with wave.open(str(tmp_path / "voices/grandma/reference.wav")) as kept:
        assert (kept.getframerate(), kept.getnchannels(), kept.getsampwidth()) == (RATE, 1, 2)
    assert (tmp_path / "voices/grandma/transcript.txt").read_text() == "Hello there."


def test_a_recording_without_its_words_is_written_down_here() -> None:
    ears = FakeTranscribe(text="What I said.")
    asked = client(Speakers(FakeObjects(), clones=True), transcribe=ears)
    response = asked.post("/tts/speakers/grandma", data=SPEECH, headers=WAV)

    assert SpeakerPart.model_validate_json(response.data).transcript == "What I said."
    assert ears.recordings[0].sound.rate == 16_000
    assert ears.recordings[0].sound.seconds == pytest.approx(4.0, abs=0.05)


def test_a_voice_that_clones_speaks_like_the_recording() -> None:
    speakers = Speakers(FakeObjects(), clones=True)
    voice = FakeSpeak(voices=(), references=speakers.reference)
    asked = client(speakers, speak=voice)
    asked.post("/tts/speakers/grandma?transcript=Hello.", data=SPEECH, headers=WAV)
    response = asked.post("/tts", json={"text": "Hi", "voice": "grandma"}, headers=BEARER)

    assert response.status_code == 200
    assert voice.heard[0].transcript == "Hello."
    with wave.open(io.BytesIO(voice.heard[0].wav)) as heard:
        assert heard.getnframes() == pytest.approx(4.0 * RATE, rel=0.01)


def test_a_voice_that_cannot_clone_says_so_in_the_list_and_refuses() -> None:
    asked = client(Speakers(FakeObjects(), ("bmo",)), speak=FakeSpeak(voices=("bmo",)))
    response = asked.post("/tts/speakers/grandma?transcript=Hello.", data=SPEECH, headers=WAV)

    assert not SpeakerPart.model_validate_json(response.data).usable
    assert not known(asked)["grandma"].usable
    assert refusal(asked.post("/tts", json={"text": "Hi", "voice": "grandma"}, headers=BEARER), 400) == "unknown_voice"


def test_a_new_recording_takes_the_place_of_the_old_at_once() -> None:
    speakers = Speakers(FakeObjects(), clones=True)
    for words in ("The first.", "The second."):
        speakers.add("grandma", _at_rate(4.0), words)
        assert speakers.reference("grandma").transcript == words

    assert len(speakers.recorded()) == 1


def test_a_speaker_who_is_deleted_is_gone() -> None:
    speakers = Speakers(FakeObjects(), clones=True)
    asked = client(speakers)
    asked.post("/tts/speakers/grandma?transcript=Hello.", data=SPEECH, headers=WAV)

    assert asked.delete("/tts/speakers/grandma", headers=BEARER).status_code == 204
    assert known(asked) == {}
    assert refusal(asked.delete("/tts/speakers/grandma", headers=BEARER), 404) == "not_found"
    with pytest.raises(NotFound):
        speakers.reference("grandma")


def test_a_recording_that_broke_off_on_its_way_to_the_store_leaves_no_half_speaker() -> None:
    class Full(FakeObjects):
        def put(self, key: str, file: Path, progress: Any = None) -> Any:
            if key.endswith(".wav"):
                raise Unavailable("The disk is full.")
            return super().put(key, file, progress)

    speakers = Speakers(Full(), clones=True)
    with pytest.raises(Unavailable):
        speakers.add("grandma", _at_rate(4.0), "Hello.")

    assert speakers.recorded() == ()
    with pytest.raises(NotFound):
        speakers.reference("grandma")


def test_a_recording_is_fetched_once_and_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    class Counted(FakeObjects):
        fetched = 0

        def get(self, key: str, into: Path, progress: Any = None) -> Any:
            self.fetched += 1
            return super().get(key, into, progress)

    store = Counted()
    speakers = Speakers(store, clones=True)
    speakers.add("grandma", _at_rate(4.0), "Hello.")
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    for _ in range(3):
        speakers.reference("grandma")
    assert store.fetched == 2

    now[0] += 61
    speakers.reference("grandma")
    assert store.fetched == 4


@pytest.mark.parametrize("name", ["Grandma", "a b", "..", "%2e%2e", "a" * 33, "gr%00ndma", "-a"])
def test_what_is_no_name_is_refused_before_anything_is_stored(name: str, tmp_path: Path) -> None:
    asked = client(Speakers(FolderObjects(tmp_path / "objects")))
    response = asked.post(f"/tts/speakers/{name}?transcript=Hi", data=SPEECH, headers=WAV)

    assert response.status_code in (400, 404)
    assert asked.delete(f"/tts/speakers/{name}", headers=BEARER).status_code in (400, 404)
    assert not (tmp_path / "objects").exists()


@pytest.mark.parametrize(
    ("sound", "code"),
    [
        (syllables(2.5), "audio_too_short"),
        (syllables(61.0), "audio_too_long"),
        (syllables(4.0) * 0.005, "audio_too_quiet"),
        (np.clip(syllables(4.0) * 20, -1, 1), "audio_clipped"),
        (np.full(64_000, 0.1, np.float32), "no_speech"),
    ],
)
def test_a_recording_nobody_could_learn_a_voice_from_is_refused(sound: Any, code: str) -> None:
    speakers = Speakers(FakeObjects())
    response = client(speakers).post("/tts/speakers/grandma?transcript=Hi", data=file(sound), headers=WAV)

    assert refusal(response, 413 if code == "audio_too_long" else 400) == code
    assert speakers.recorded() == ()


def test_a_recording_in_which_nothing_is_understood_is_refused() -> None:
    asked = client(Speakers(FakeObjects()), transcribe=FakeTranscribe(text=""))

    assert refusal(asked.post("/tts/speakers/grandma", data=SPEECH, headers=WAV), 400) == "no_speech"


def test_there_is_an_end_to_how_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2)
    speakers = Speakers(FakeObjects())
    for name in ("a", "b", "a"):
        speakers.add(name, _at_rate(3.5), "Hi.")

    with pytest.raises(Refused, match="delete one"):
        speakers.add("c", _at_rate(3.5), "Hi.")


def test_files_somebody_else_put_there_are_no_speakers() -> None:
    store = FakeObjects()
    store.kept |= {"voices/x/other.bin": b"1", "voices/UP/reference.wav": b"1", "voices/reference.wav": b"1"}

    assert Speakers(store).recorded() == ()


def test_a_store_that_is_gone_is_told() -> None:
    gone: Objects = FakeObjects(failure=Unavailable("The store is gone."))

    assert client(Speakers(gone)).get("/tts/speakers", headers=BEARER).status_code == 503


def _at_rate(seconds: float) -> Pcm:
    return pcm(syllables(seconds, RATE), RATE)
