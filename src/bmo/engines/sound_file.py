"""Sound as files of the usual kinds, by libsndfile."""

import io
from typing import Literal, TypeAlias

import numpy as np
import soundfile
import soxr

from bmo.capabilities.media import Pcm

Kind: TypeAlias = Literal["mp3", "opus", "flac"]

_FORMS: dict[Kind, tuple[str, str]] = {
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "opus": ("OGG", "OPUS"),
    "flac": ("FLAC", "PCM_16"),
}
_OPUS_RATE = 48_000
"""Hz; Opus knows five rates, and most players only this one."""


def encoded(sound: Pcm, kind: Kind) -> bytes:
    """`sound` as a file; Opus in an Ogg container."""
    if kind == "opus":
        sound = resampled(sound, _OPUS_RATE)
    form, subtype = _FORMS[kind]
    file = io.BytesIO()
    soundfile.write(file, np.frombuffer(sound.samples, "<i2"), sound.rate, format=form, subtype=subtype)
    return file.getvalue()


def resampled(sound: Pcm, rate: int) -> Pcm:
    """`sound` at `rate` Hz."""
    if sound.rate == rate:
        return sound
    return Pcm(soxr.resample(np.frombuffer(sound.samples, "<i2"), sound.rate, rate).astype("<i2").tobytes(), rate)
