"""What every transcriber promises."""

from collections.abc import Iterator

import numpy as np
import pytest

from ai_servers import room_of, served
from bmo.capabilities.media import Pcm
from bmo.capabilities.transcribe import Recording, Transcribe
from bmo.core.errors import Refused
from bmo.engines.whisper import Whisper
from bmo.fakes.transcribe import FakeTranscribe
from bmo.remote.transcribe import RemoteTranscribe
from models import TRANSCRIBER, model_path
from sounds import pcm, said, tone

REAL = [pytest.param(name, marks=pytest.mark.real) for name in ("engine", "remote")]
COMMAND = "Set a timer for five minutes."


@pytest.fixture(scope="module")
def engine() -> Whisper:
    return Whisper(model_path(TRANSCRIBER))


@pytest.fixture
def ears(request: pytest.FixtureRequest) -> Iterator[Transcribe]:
    kind = request.param
    made = FakeTranscribe() if "fake" in kind else request.getfixturevalue("engine")
    if "remote" not in kind:
        yield made
        return
    with served(room_of(transcribe=made)) as server:
        yield RemoteTranscribe(server)


everybody = pytest.mark.parametrize("ears", ["fake", "remote of fake", *REAL], indirect=True)
real_ones = pytest.mark.parametrize("ears", REAL, indirect=True)


@everybody
def test_silence_is_nobody(ears: Transcribe) -> None:
    heard = ears.transcribe(Recording(Pcm(bytes(32_000), 16_000)))

    assert heard.text == ""
    assert heard.no_speech > 0.9


@everybody
def test_the_model_is_named(ears: Transcribe) -> None:
    assert ears.transcribe(Recording(pcm(tone()))).model


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
