"""Sounds made at test time."""

import io
from functools import cache

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from bmo.capabilities.media import SPEECH_RATE, Pcm
from bmo.capabilities.speak import Utterance


def tone(hertz: float = 440.0, seconds: float = 1.0, rate: int = SPEECH_RATE) -> npt.NDArray[np.float32]:
    """A sine at half of full scale."""
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def pulses(hertz: float, seconds: float = 1.0, rate: int = 24_000) -> npt.NDArray[np.float32]:
    """Like a voice: every harmonic up to 4 kHz."""
    time = np.arange(int(seconds * rate)) / rate
    count = int(4_000 / hertz)
    return (sum(np.cos(2 * np.pi * hertz * h * time) for h in range(1, count + 1)) / count).astype(np.float32)


def syllables(seconds: float, rate: int = SPEECH_RATE) -> npt.NDArray[np.float32]:
    """As loud and as uneven as speech: a voice that opens and closes four times a second."""
    voice = pulses(140, seconds, rate)
    time = np.arange(len(voice)) / rate
    return (0.5 * voice * np.clip(np.sin(2 * np.pi * 4 * time), 0.005, 1)).astype(np.float32)


def pcm(sound: npt.NDArray[np.float32], rate: int = SPEECH_RATE) -> Pcm:
    return Pcm(np.rint(sound * 32_767).astype("<i2").tobytes(), rate)


def file(
    sound: npt.NDArray[np.float32], rate: int = SPEECH_RATE, form: str = "WAV", subtype: str | None = None
) -> bytes:
    """The sound as a file."""
    buffer = io.BytesIO()
    soundfile.write(buffer, sound, rate, format=form, subtype=subtype)
    return buffer.getvalue()


@cache
def said(text: str, voice: str = "heart") -> Pcm:
    """Real speech at 16 kHz, by the embedded voice, with silence around it."""
    from bmo.engines.hibari import Hibari

    pieces = list(Hibari().speak(Utterance(text, voice)))
    sound = np.frombuffer(b"".join(piece.samples for piece in pieces), "<i2").astype(np.float32) / 32_768
    speech = soxr.resample(sound, pieces[0].rate, SPEECH_RATE)
    pause = np.zeros(SPEECH_RATE, np.float32)
    return pcm(np.concatenate((pause, speech, pause)))
