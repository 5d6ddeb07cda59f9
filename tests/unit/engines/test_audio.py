import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.media import Pcm
from bmo.core.errors import BmoError, Refused, TooLarge, WrongType
from bmo.engines import audio
from sounds import file, tone


def hertz(sound: Pcm) -> float:
    samples = np.frombuffer(sound.samples, "<i2").astype(float)
    return float(np.argmax(np.abs(np.fft.rfft(samples)))) * sound.rate / len(samples)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_any_usual_rate_becomes_16_khz_with_the_same_pitch(rate: int) -> None:
    heard = audio.decode(file(tone(440, 1, rate), rate))

    assert heard.rate == 16_000
    assert heard.seconds == pytest.approx(1.0, abs=0.01)
    assert hertz(heard) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("form", "subtype"),
    [("WAV", "PCM_16"), ("WAV", "PCM_24"), ("WAV", "FLOAT"), ("WAV", "DOUBLE"), ("FLAC", None), ("OGG", "VORBIS")],
)
def test_every_sample_type_is_heard(form: str, subtype: str | None) -> None:
    heard = audio.decode(file(tone(), form=form, subtype=subtype))

    assert hertz(heard) == pytest.approx(440, abs=2)
    assert np.abs(np.frombuffer(heard.samples, "<i2")).max() == pytest.approx(16_384, rel=0.05)


def test_stereo_becomes_the_mean_of_both() -> None:
    both = np.stack((tone(), np.zeros(16_000, np.float32)), axis=1)
    heard = audio.decode(file(both))

    assert heard.seconds == 1.0
    assert np.abs(np.frombuffer(heard.samples, "<i2")).max() == pytest.approx(8_192, rel=0.05)


def test_a_header_that_promises_too_much_gives_what_is_there() -> None:
    whole = bytearray(file(tone()))
    whole[40:44] = struct.pack("<I", 2_000_000_000)

    assert audio.decode(bytes(whole)).seconds == pytest.approx(1.0, abs=0.01)


def test_a_truncated_file_gives_what_is_there() -> None:
    whole = file(tone())

    assert audio.decode(whole[: len(whole) // 2]).seconds == pytest.approx(0.5, abs=0.01)


def test_not_a_number_becomes_silence() -> None:
    broken = np.full(16_000, np.nan, np.float32)

    assert not any(audio.decode(file(broken, subtype="FLOAT")).samples)


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (b"", Refused, "empty_audio"),
        (b"\x00\x01\x02binary junk" * 100, WrongType, "wrong_type"),
        (b"\xff\xfb\x90\x00" * 1_000, WrongType, "wrong_type"),
        (b"RIFF", WrongType, "wrong_type"),
        (file(tone())[:44], Refused, "empty_audio"),
        (file(np.zeros((100, 9), np.float32)), Refused, "too_many_channels"),
        (file(tone()[:100], 1_000), Refused, "wrong_rate"),
        (file(tone(seconds=3.0)), TooLarge, "audio_too_long"),
    ],
)
def test_what_cannot_be_heard_is_refused_in_one_sentence(data: bytes, kind: type[Refused], code: str) -> None:
    with pytest.raises(kind) as refused:
        audio.decode(data, max_seconds=2.0)

    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


@given(st.binary(max_size=2_000))
def test_junk_is_refused_or_heard_but_never_an_accident(data: bytes) -> None:
    for prefix in (b"", b"RIFF\x24\x00\x00\x00WAVEfmt ", b"fLaC", b"OggS"):
        try:
            heard = audio.decode(prefix + data)
        except BmoError:
            continue

        assert heard.rate == 16_000


def test_raw_samples_are_resampled() -> None:
    raw = np.rint(tone(440, 1, 8_000) * 32_767).astype("<i2").tobytes()

    assert hertz(audio.raw(raw, 8_000)) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("data", "rate", "code"),
    [
        (b"", 16_000, "empty_audio"),
        (b"abc", 16_000, "truncated_audio"),
        (b"ab", 0, "wrong_rate"),
        (b"ab", 10**6, "wrong_rate"),
        (bytes(2 * 16_000 * 3), 16_000, "audio_too_long"),
    ],
)
def test_raw_samples_that_make_no_sense_are_refused(data: bytes, rate: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        audio.raw(data, rate, max_seconds=2.0)

    assert refused.value.code == code
