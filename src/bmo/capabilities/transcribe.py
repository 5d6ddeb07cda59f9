"""Transcribe: speech in, text out."""

from dataclasses import dataclass, replace
from typing import Protocol

from bmo.capabilities.chain import Chain
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience, Provider

PATIENCE = Patience(connect=1.5, first=2.0)
"""How long a transcript is waited for when somebody else could write it, besides the time for its length."""
PER_SECOND = 0.5
"""Seconds of waiting for each second of sound."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Something somebody said."""

    sound: Pcm
    """16 kHz mono int16."""
    hint: str = "BMO"
    """Words likely to occur, for engines that take a hint."""
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was understood; empty text means nobody spoke."""

    text: str
    language: str = "en"
    no_speech: float = 0.0
    """0 to 1: how sure the engine is that nobody spoke."""
    model: str = ""


class Transcribe(Provider, Protocol):
    """Writes down what was said."""

    def transcribe(self, recording: Recording) -> Transcript:
        """The whole recording at once. Raises `Unavailable` or `Refused`."""


class ChainedTranscribe:
    """Several transcribers that look like one."""

    name = "transcribe"

    def __init__(self, chain: Chain[Transcribe], per_second: float = PER_SECOND) -> None:
        self._chain = chain
        self._per_second = per_second

    def transcribe(self, recording: Recording) -> Transcript:
        """The transcript of whoever answers first; a long recording is waited for longer."""
        extra = recording.sound.seconds * self._per_second

        def write(provider: Transcribe, patience: Patience | None) -> Transcript:
            longer = patience and replace(patience, first=patience.first + extra)
            return provider.transcribe(replace(recording, patience=longer))

        return self._chain.ask(write)
