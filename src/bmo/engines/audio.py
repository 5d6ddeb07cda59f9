"""Bytes that somebody sent as sound -> 16 kHz mono int16, or one clear sentence about what is wrong with them.

Headers lie, so what counts is what can be decoded, and never more of it than the cap.
"""

import io

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.core.errors import Refused, TooLarge, WrongType

MAX_SECONDS = 60.0
_SLOWEST, _FASTEST = 4_000, 192_000
"""Hz; what microphones and files have."""
_MAX_CHANNELS = 8
_CONTAINERS = {"WAV", "WAVEX", "RF64", "FLAC", "OGG"}
_BLOCK_FRAMES = 65_536


def decode(data: bytes, max_seconds: float = MAX_SECONDS) -> Pcm:
    """A WAV, FLAC or OGG file of any rate, sample type and channel count as 16 kHz mono int16.

    Raises `Refused` when it is empty or cut off, `WrongType` when it is no such file, `TooLarge` when it is too long.
    """
    if not data:
        raise Refused("The recording is empty.", code="empty_audio")
    sound, rate = _read(data, max_seconds)
    if not len(sound):
        raise Refused("The recording has a header but no sound in it.", code="empty_audio")
    return _pcm(_mono(sound), rate)


def raw(data: bytes, rate: int, max_seconds: float = MAX_SECONDS) -> Pcm:
    """int16 little-endian mono samples without a header, at `rate` Hz, as 16 kHz mono int16.

    Raises `Refused` when they are empty, end within a sample or have an absurd rate, `TooLarge` when they are too long.
    """
    if not data:
        raise Refused("The recording is empty.", code="empty_audio")
    if not _SLOWEST <= rate <= _FASTEST:
        raise Refused(f"A rate of {rate} Hz makes no sense; use 16000.", code="wrong_rate")
    if len(data) % 2:
        raise Refused(
            "The recording ends in the middle of a sample (int16 has two bytes each).", code="truncated_audio"
        )
    _check_length(len(data) / 2 / rate, max_seconds)
    if rate == SPEECH_RATE:
        return Pcm(data, rate)
    return _pcm(np.frombuffer(data, "<i2").astype(np.float32) / np.float32(32_768), rate)


def _read(data: bytes, max_seconds: float) -> tuple[npt.NDArray[np.float32], int]:
    """float32, shape (frames, channels), and its rate in Hz; reads no more than `max_seconds`."""
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            _check_form(file)
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
        raise WrongType("That is not a sound file BMO can read; send WAV, FLAC or OGG.") from fault


def _check_form(file: soundfile.SoundFile) -> None:
    if file.format not in _CONTAINERS:
        raise WrongType(f"A {file.format} file is not taken; send WAV, FLAC or OGG.")
    if not _SLOWEST <= file.samplerate <= _FASTEST:
        raise Refused(f"A rate of {file.samplerate} Hz makes no sense; use 16000.", code="wrong_rate")
    if file.channels > _MAX_CHANNELS:
        raise Refused(f"{file.channels} channels are too many; send one.", code="too_many_channels")


def _check_length(seconds: float, most: float) -> None:
    if seconds > most:
        raise TooLarge(f"The recording is too long; at most {most:g} seconds are taken.", code="audio_too_long")


def _mono(sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The channels' mean; a float file may hold infinities and worse, which become silence."""
    mono: npt.NDArray[np.float32] = np.nan_to_num(sound, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1, dtype=np.float32)
    return mono


def _pcm(sound: npt.NDArray[np.float32], rate: int) -> Pcm:
    resampled = sound if rate == SPEECH_RATE else soxr.resample(sound, rate, SPEECH_RATE)
    clipped = np.clip(resampled * 32_768, -32_768, 32_767)
    return Pcm(np.rint(clipped).astype("<i2").tobytes(), SPEECH_RATE)
