"""Sound in any usual form becomes int16 mono of one rate, and still sounds the same."""

import numpy as np
import pytest
from wyoming.audio import AudioChunk

from bmo.bridges.wyoming_sound import Resampled, sound_in
from sounds import tone

LOUD = np.array([30_000, -30_000, 32_767, -32_768], "<i2")


def made(samples: bytes, width: int, channels: int) -> list[int]:
    return list(np.frombuffer(sound_in(AudioChunk(16_000, width, channels, samples).event()).audio, "<i2"))


def test_the_channels_of_loud_stereo_do_not_clip() -> None:
    assert made(np.repeat(LOUD, 2).tobytes(), 2, 2) == list(LOUD)


def test_eight_and_thirty_two_bits_keep_their_loudness() -> None:
    assert made(np.array([0, 128, 255], "<u1").tobytes(), 1, 1) == [-32_768, 0, 32_512]
    assert made((LOUD.astype("<i4") * 65_536).tobytes(), 4, 1) == list(LOUD)


def test_what_fits_passes_as_it_is() -> None:
    assert Resampled(16_000).feed(b"\1\2\3\4", 16_000) == b"\1\2\3\4"


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("piece", [100, 1_024, 100_000])
def test_a_tone_keeps_its_pitch_and_length_however_it_was_cut(rate: int, piece: int) -> None:
    sound = (tone(440, 1.0, rate) * 32_767).astype("<i2").tobytes()
    stream = Resampled(16_000)
    out = (
        b"".join(stream.feed(sound[at : at + 2 * piece], rate) for at in range(0, len(sound), 2 * piece))
        + stream.finish()
    )
    heard = np.frombuffer(out, "<i2").astype(float)

    assert len(heard) == pytest.approx(16_000, abs=3)
    assert np.argmax(np.abs(np.fft.rfft(heard))) == pytest.approx(440, abs=1)
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.5 * 32_767 / 2**0.5, rel=0.02)


def test_what_no_ear_of_ours_could_hear_is_not_folded_into_speech() -> None:
    hiss = (tone(15_000, 1.0, 48_000) * 32_767).astype("<i2").tobytes()
    stream = Resampled(16_000)
    heard = np.frombuffer(stream.feed(hiss, 48_000) + stream.finish(), "<i2")[400:-400].astype(float)

    assert np.sqrt(np.mean(heard**2)) < 10


def test_a_rate_that_changes_loses_nothing() -> None:
    stream = Resampled(16_000)
    out = stream.feed(bytes(8_820), 44_100) + stream.feed(bytes(3_200), 16_000) + stream.feed(bytes(1_600), 8_000)

    assert len(out + stream.finish()) == pytest.approx(3_200 * 3, abs=12)
