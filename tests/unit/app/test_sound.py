"""Every honest recording becomes 16 kHz mono; every other one a sentence."""

import io
import math
import struct
import wave
from contextlib import suppress

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given
from hypothesis import strategies as st

from bmo.app.sound import speech_of
from bmo.core.errors import BmoError, Refused, TooLarge, WrongType


def recording(rate: int, channels: int, subtype: str, seconds: float = 0.5, kind: str = "WAV") -> bytes:
    tone = 0.5 * np.sin(2 * math.pi * 440 * np.arange(round(rate * seconds)) / rate)
    file = io.BytesIO()
    sf.write(file, np.stack([tone] * channels, axis=1), rate, subtype=subtype, format=kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["WAV", "WAVEX"])
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT"])
@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 48_000])
def test_the_tone_survives_every_format(rate: int, channels: int, subtype: str, kind: str) -> None:
    speech = speech_of(recording(rate, channels, subtype, kind=kind))

    samples = np.frombuffer(speech.samples, "<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    assert (speech.rate, round(speech.seconds, 2)) == (16_000, 0.5)
    assert abs(np.argmax(spectrum) * 16_000 / len(samples) - 440) < 3
    assert 0.45 < np.abs(samples[1_000:-1_000]).max() / 32_768 < 0.55


def header(*, tag: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16, block: int | None = None) -> bytes:
    frame = channels * bits // 8 if block is None else block
    return b"fmt " + struct.pack("<IHHIIHH", 16, tag, channels, rate, rate * frame, frame, bits)


def riff(*chunks: bytes) -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def data(size: int, promised: int | None = None) -> bytes:
    return b"data" + struct.pack("<I", size if promised is None else promised) + bytes(size)


def floats(value: float) -> bytes:
    return b"data" + struct.pack("<I", 6_400) + struct.pack("<f", value) * 1_600


BAD: list[tuple[str, bytes, type[BmoError], str]] = [
    ("empty", b"", Refused, "The recording is empty."),
    ("text", b"hello, world!!!!", WrongType, "This is not a WAV file."),
    ("only a head", riff()[:12], Refused, "This WAV file holds no sound."),
    ("no format", riff(data(3_200)), Refused, "what describes its sound comes too late"),
    ("no data", riff(header()), Refused, "holds no sound"),
    ("no samples", riff(header(), data(0)), Refused, "The recording is empty."),
    ("one sample", riff(header(), data(2)), Refused, "too short to hold a word"),
    ("cut off", riff(header(), data(3_200))[:-100], Refused, "cut off"),
    ("promises more", riff(header(), data(3_200, 9_000_000)), Refused, "cut off"),
    ("short format", riff(b"fmt \4\0\0\0abcd", data(3_200)), Refused, "header of this WAV file is cut off"),
    ("mp3 inside", riff(header(tag=85), data(3_200)), WrongType, "compressed or unusual"),
    ("12 bits", riff(header(bits=12), data(3_200)), WrongType, "compressed or unusual"),
    ("no channels", riff(header(channels=0), data(3_200)), WrongType, "has 0 channels"),
    ("surround", riff(header(channels=6), data(3_200)), WrongType, "has 6 channels"),
    ("too low", riff(header(rate=7_999), data(3_200)), WrongType, "a rate of 7999 Hz"),
    ("too high", riff(header(rate=96_000), data(3_200)), WrongType, "a rate of 96000 Hz"),
    ("no rate", riff(header(rate=0), data(3_200)), WrongType, "a rate of 0 Hz"),
    ("lying block", riff(header(block=7), data(3_200)), Refused, "contradicts itself"),
    ("too long", riff(header(rate=8_000), data(61 * 16_000)), TooLarge, "longer than 60 seconds"),
    ("not numbers", riff(header(tag=3, bits=32), floats(math.nan)), Refused, "no numbers"),
]  # fmt: skip


@pytest.mark.parametrize(("sound", "kind", "words"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_recording_is_refused_in_one_sentence(sound: bytes, kind: type[BmoError], words: str) -> None:
    with pytest.raises(kind) as refused:
        speech_of(sound)

    assert words in refused.value.sentence


def test_a_recorder_that_streams_does_not_know_its_length() -> None:
    for promised in (0xFFFFFFFF, 0x7FFFFFFF):
        assert speech_of(riff(header(), data(3_200, promised))).seconds == pytest.approx(0.1)


def test_other_chunks_and_half_samples_do_not_hurt() -> None:
    extra = b"LIST" + struct.pack("<I", 3) + b"abc\0"

    assert speech_of(riff(extra, header(), extra, data(3_201, 3_201))).seconds == pytest.approx(0.1)


def test_loud_floats_are_clipped_and_do_not_wrap() -> None:
    samples = np.frombuffer(speech_of(riff(header(tag=3, bits=32), floats(3.0))).samples, "<i2")

    assert set(samples) == {32_767}


def whole() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(bytes(3_200))
    return file.getvalue()


@given(st.data())
def test_any_damage_is_sound_or_a_sentence(draw: st.DataObject) -> None:
    damaged = bytearray(whole()[: draw.draw(st.integers(0, 3_244))])
    for _ in range(draw.draw(st.integers(0, 6))):
        if damaged:
            damaged[draw.draw(st.integers(0, min(60, len(damaged) - 1)))] = draw.draw(st.integers(0, 255))

    with suppress(BmoError):
        assert speech_of(bytes(damaged)).seconds <= 60.1
