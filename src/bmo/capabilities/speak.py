"""Speak: text in, sound out, a piece at a time."""

from dataclasses import dataclass, replace
from typing import Protocol

from bmo.capabilities.chain import Chain
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience, Provider, Stream

PATIENCE = Patience(connect=1.5, first=1.5)
"""How long a voice is waited for when another could speak: the first sample within 1.5 s."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One clause or sentence to say aloud."""

    text: str
    """Plain words: no markup, no emoji; at most 1,000 characters."""
    voice: str = "bmo"
    """A voice's name; an unknown name is refused."""
    speed: float = 1.0
    """0.5 (slow) to 2.0 (fast)."""
    patience: Patience | None = None
    """None waits for ever."""


class Speak(Provider, Protocol):
    """Says text aloud."""

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """Pieces of sound, all of one rate. Raises `Unavailable` (also in mid-stream) or `Refused`."""


class ChainedSpeak:
    """Several voices that look like one. Nobody takes over in mid-clause: the caller has the clause said again."""

    name = "speak"

    def __init__(self, chain: Chain[Speak]) -> None:
        self._chain = chain

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        """The sound of whoever answers first. The chain's patience goes before the utterance's own."""
        return self._chain.stream(lambda voice, patience: voice.speak(replace(utterance, patience=patience)))
