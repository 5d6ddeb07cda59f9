"""Bytes that somebody sent as sound -> mono int16, or one clear sentence about what is wrong with them.

Headers lie, so what counts is what can be decoded, and never more of it than the cap.
"""

import io

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.core.errors import Refused, TooLarge, WrongType

MAX_SECONDS = 60.0
_SLOWEST, _FASTEST = 4_000, 192_000
"""Hz; what microphones and files have."""
_MAX_CHANNELS = 8
_CONTAINERS = {"WAV", "WAVEX", "RF64", "FLAC", "OGG", "MP3"}
_BLOCK_FRAMES = 65_536


def decode(data: bytes, max_seconds: float = MAX_SECONDS, rate: int = SPEECH_RATE) -> Pcm:
    """A WAV, FLAC, OGG or MP3 file of any rate, sample type and channel count as mono int16 of `rate` Hz.

    Raises `Refused` when it is empty or cut off, `WrongType` when it is no such file, `TooLarge` when it is too long.
    """
    if not data:
        raise Refused("The recording is empty.", code="empty_audio")
    sound, found = _read(data, max_seconds)
    if not len(sound):
        raise Refused("The recording has a header but no sound in it.", code="empty_audio")
    return _pcm(_mono(sound), found, rate)


def raw(
    data: bytes, given: int, max_seconds: float = MAX_SECONDS, *, channels: int = 1, rate: int = SPEECH_RATE
) -> Pcm:
    """int16 little-endian samples without a header, at `given` Hz, channels interleaved, as mono int16 of `rate` Hz.

    Raises `Refused` when they are empty, end within a sample or have an absurd rate, `TooLarge` when they are too long.
    """
    if not data:
        raise Refused("The recording is empty.", code="empty_audio")
    _check_form(given, channels)
    if len(data) % (SAMPLE_WIDTH * channels):
        raise Refused(
            f"The recording ends in the middle of a sample (int16 has {SAMPLE_WIDTH * channels} bytes each).",
            code="truncated_audio",
        )
    _check_length(len(data) / SAMPLE_WIDTH / channels / given, max_seconds)
    if given == rate and channels == 1:
        return Pcm(data, rate)
    sound = np.frombuffer(data, "<i2").astype(np.float32).reshape(-1, channels) / np.float32(32_768)
    return _pcm(_mono(sound), given, rate)


def _read(data: bytes, max_seconds: float) -> tuple[npt.NDArray[np.float32], int]:
    """float32, shape (frames, channels), and its rate in Hz; reads no more than `max_seconds`."""
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            if file.format not in _CONTAINERS:
                raise WrongType(f"A {file.format} file is not taken; send WAV, FLAC, OGG or MP3.")
            _check_form(file.samplerate, file.channels)
            blocks = []
            most = int(max_seconds * file.samplerate)
            while len(block := file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)):
                blocks.append(block)
                if (read := sum(map(len, blocks))) > most:
                    _check_length(read / file.samplerate, max_seconds)
            sound = np.concatenate(blocks) if blocks else np.zeros((0, 1), np.float32)
            if len(sound) < file.frames and len(sound) == 0:
                raise Refused("The recording is cut off before its first sample.", code="truncated_audio")
            return sound, file.samplerate
    except soundfile.LibsndfileError as fault:
        raise WrongType("That is not a sound file BMO can read; send WAV, FLAC, OGG or MP3.") from fault


def _check_form(rate: int, channels: int) -> None:
    if not _SLOWEST <= rate <= _FASTEST:
        raise Refused(f"A rate of {rate} Hz makes no sense; use {SPEECH_RATE}.", code="wrong_rate")
    if not 1 <= channels <= _MAX_CHANNELS:
        raise Refused(f"{channels} channels are not taken; send one.", code="too_many_channels")


def _check_length(seconds: float, most: float) -> None:
    if seconds > most:
        raise TooLarge(f"The recording is too long; at most {most:g} seconds are taken.", code="audio_too_long")


def _mono(sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The channels' mean; a float file may hold infinities and worse, which become silence."""
    mono: npt.NDArray[np.float32] = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1, dtype=np.float32)
    return mono


def _pcm(sound: npt.NDArray[np.float32], given: int, rate: int) -> Pcm:
    resampled = sound if given == rate else soxr.resample(sound, given, rate)
    clipped = np.clip(resampled * 32_768, -32_768, 32_767)
    return Pcm(np.rint(clipped).astype("<i2").tobytes(), rate)
