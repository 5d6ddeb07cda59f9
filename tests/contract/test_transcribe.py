"""What every transcriber promises."""

from collections.abc import Iterator

import numpy as np
import pytest

from ai_servers import room_of, served
from bmo.bridges.wyoming_speech import WyomingTranscribe
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording, Transcribe, Transcript, written
from bmo.core.errors import Refused
from bmo.engines.apart import Apart, TranscribeApart
from bmo.engines.whisper import Whisper
from bmo.fakes.transcribe import FakeTranscribe
from bmo.remote.transcribe import RemoteTranscribe
from models import TRANSCRIBER, model_path
from sounds import pcm, said, tone
from wyoming_peers import an_offer, wyoming_served

REAL = [pytest.param(name, marks=pytest.mark.real) for name in ("engine", "remote")]
COMMAND = "Set a timer for five minutes."
TWO = "Set a timer for five minutes. Then tell me a story about a dragon."


@pytest.fixture(scope="module")
def engine() -> Whisper:
    return Whisper(model_path(TRANSCRIBER))


@pytest.fixture(scope="module")
def apart() -> Iterator[TranscribeApart]:
    """The engine as the AI server has it."""
    made = TranscribeApart(Apart("whisper", {"folder": str(model_path(TRANSCRIBER))}), "whisper")
    yield made
    made.close()


@pytest.fixture
def ears(request: pytest.FixtureRequest) -> Iterator[Transcribe]:
    kind = request.param
    real = "apart" if kind == "remote" else "engine"
    made = FakeTranscribe(text=TWO) if "fake" in kind else request.getfixturevalue(real)
    if "remote" not in kind and "wyoming" not in kind:
        yield made
        return
    if "wyoming" in kind:
        with wyoming_served(an_offer(transcribe=made)) as uri:
            yield WyomingTranscribe(uri)
        return
    with served(room_of(transcribe=made)) as server:
        yield RemoteTranscribe(server)


@pytest.fixture
def two_sentences(request: pytest.FixtureRequest) -> Pcm:
    """Speech for those who understand it; fakes hear what they were told to in any sound."""
    return said(TWO) if request.node.callspec.params["ears"] in ("engine", "remote") else pcm(tone(seconds=4))


everybody = pytest.mark.parametrize("ears", ["fake", "remote of fake", "wyoming of fake", *REAL], indirect=True)
real_ones = pytest.mark.parametrize("ears", REAL, indirect=True)


@everybody
def test_silence_is_nobody(ears: Transcribe) -> None:
    heard = ears.transcribe(Recording(Pcm(bytes(32_000), 16_000)))

    assert heard.text == ""
    assert heard.no_speech > 0.9


@everybody
def test_the_model_is_named(ears: Transcribe) -> None:
    assert ears.transcribe(Recording(pcm(tone()))).model


@everybody
def test_segments_are_in_order_within_the_recording_and_make_up_the_text(ears: Transcribe, two_sentences: Pcm) -> None:
    heard = ears.transcribe(Recording(two_sentences, timed=True))
    edges = [edge for segment in heard.segments for edge in (segment.start, segment.end)]

    assert heard.segments
    assert " ".join(segment.text for segment in heard.segments) == heard.text
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= two_sentences.seconds + 0.01


@everybody
def test_segments_come_before_the_whole(ears: Transcribe, two_sentences: Pcm) -> None:
    *segments, whole = written(ears, Recording(two_sentences, timed=True))

    assert isinstance(whole, Transcript)
    assert tuple(segments) == whole.segments


@pytest.mark.real
@pytest.mark.parametrize("ears", ["remote"], indirect=True)
def test_each_sentence_is_timed(ears: Transcribe) -> None:
    first, second = ears.transcribe(Recording(said(TWO), timed=True)).segments

    assert first.text.startswith("Set a timer")
    assert second.text.startswith("Then")
    assert first.start > 0.5  # a second of silence comes before
    assert first.end < second.start + 0.1


@real_ones
def test_a_language_it_does_not_know_is_refused(ears: Transcribe) -> None:
    with pytest.raises(Refused, match="'de'"):
        ears.transcribe(Recording(pcm(tone()), language="de"))


@real_ones
def test_a_command_is_understood(ears: Transcribe) -> None:
    heard = ears.transcribe(Recording(said(COMMAND)))

    assert heard.text.lower().strip(".") == "set a timer for five minutes"
    assert heard.no_speech < 0.5


@real_ones
def test_bmos_name_is_written_as_its_own(ears: Transcribe) -> None:
    assert "BMO" in ears.transcribe(Recording(said("Beemo, stop."))).text


@pytest.mark.real
def test_noise_and_hum_are_nobody_even_with_a_hint(engine: Whisper) -> None:
    noise = (np.random.default_rng(0).standard_normal(32_000) * 0.05).astype(np.float32)
    for sound in (noise, tone(100, 2) * 0.1, np.zeros(16_000, np.float32) + 0.01):
        heard = engine.transcribe(Recording(pcm(sound), hint="BMO"))

        assert heard.text == ""


@pytest.mark.real
def test_another_rate_is_refused(engine: Whisper) -> None:
    with pytest.raises(Refused):
        engine.transcribe(Recording(Pcm(bytes(100), 8_000)))


@pytest.mark.real
def test_the_settings_of_a_gpu_work_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """large-v3 is the same class with another folder, device and compute type; its voice filter is in its package."""

    def cut(*_: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("socket.socket.connect", cut)
    whisper = Whisper(model_path(TRANSCRIBER), beam=5, vad=True)
    speech = said(COMMAND)
    pause = bytes(32_000 * 6)
    heard = whisper.transcribe(Recording(Pcm(pause + speech.samples + pause, speech.rate)))

    assert heard.text.lower().strip(".") == "set a timer for five minutes"
    assert heard.segments[0].start > 5.0


@pytest.mark.real
def test_a_long_talk_with_pauses_is_not_taken_for_silence(engine: Whisper) -> None:
    heard = engine.transcribe(Recording(Pcm(said(TWO).samples * 5, 16_000)))

    assert heard.text.count("dragon") == 5
