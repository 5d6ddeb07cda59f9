"""Text to speech by hibari (7.9 MB, Apache-2.0), with BMO's own shift of the pitch."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from hibari import SAMPLE_RATE
from hibari import Hibari as Model
from hibari.voices import voice_path

from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance, check, mannered
from bmo.core.errors import Broken, Refused
from bmo.engines.pitch import Sound, shift

_SEED = 1
"""Fixes the noise in the voice: the same words always sound the same, so that they can be kept."""
_MAX_WORDS = 40
_WARM_UP = "Hello there."


@dataclass(frozen=True, slots=True)
class NamedVoice:
    """What a voice is made of."""

    model: str
    """One of hibari's models; only `heart` comes in its package, no other is ever downloaded here."""
    cents: float = 0.0
    """Shift of the pitch; 100 cents are a semitone."""


VOICES: Mapping[str, NamedVoice] = {
    "bmo": NamedVoice("heart", 400),
    "heart": NamedVoice("heart"),
    "low": NamedVoice("heart", -300),
}


class Hibari:
    """Says text aloud at 24 kHz, a sentence a piece."""

    def __init__(self, *, threads: int = 1, voices: Mapping[str, NamedVoice] = VOICES, name: str = "hibari") -> None:
        """Loads every model its voices need, and says a word to itself. Raises `Broken` when one is not there."""
        self.name = name
        self._voices = dict(voices)
        self._one_at_a_time = threading.Lock()
        self._models = {model: _load(model, threads) for model in {voice.model for voice in voices.values()}}
        for model in self._models.values():
            model(_WARM_UP, seed=_SEED)  # the first call reads the lexicons: half a second nobody should wait for

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """Pieces of int16 mono sound at 24 kHz; none for text without words. Raises `Refused`: voice, length, speed."""
        check(utterance)
        voice = self._voice(utterance.voice)
        model = self._models[voice.model]
        speed, cents = mannered(utterance)
        for text in _pieces(utterance.text):
            with self._one_at_a_time:
                sound = model(text, speed=speed, seed=_SEED)
                piece = _pcm(shift(sound, SAMPLE_RATE, voice.cents + cents))
            if piece.samples:
                yield piece

    def _voice(self, name: str) -> NamedVoice:
        if name not in self._voices:
            known = ", ".join(self._voices)
            raise Refused(
                f"There is no voice named {name!r} here, and this engine cannot speak like a recording. "
                f"There are: {known}.",
                code="unknown_voice",
            )
        return self._voices[name]


def _pieces(text: str) -> Iterator[str]:
    """Sentences; one that goes on for ever is cut, as the time and memory for a piece grow faster than its length."""
    for sentence in Model.split_sentences(text):
        words = sentence.split()
        for start in range(0, len(words), _MAX_WORDS):
            yield " ".join(words[start : start + _MAX_WORDS])


def _load(model: str, threads: int) -> Any:
    try:
        return Model(model=voice_path(model, download_missing=False), voice=model, threads=threads)
    except (ValueError, OSError) as fault:
        raise Broken(f"The voice {model} is not here: {fault}", code="model_missing") from fault


def _pcm(sound: Sound) -> Pcm:
    return Pcm(np.rint(np.clip(sound, -1.0, 1.0) * 32_767).astype("<i2").tobytes(), SAMPLE_RATE)
