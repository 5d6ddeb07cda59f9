"""Speak: text in, sound out, a piece at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeAlias

from bmo.capabilities.chain import Chain
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Patience, Provider, Stream
from bmo.core.errors import Refused

PATIENCE = Patience(connect=1.5, first=1.5)
"""How long a voice is waited for when another could speak: the first sample within 1.5 s."""
MAX_TEXT = 1_000
"""Characters of one utterance."""
SLOWEST, FASTEST = 0.5, 2.0
MOST_CENTS = 1_200.0
"""An octave up or down."""

Mood: TypeAlias = Literal[
    "neutral", "happy", "excited", "sad", "angry", "scared", "calm", "surprised", "thinking", "alert", "sleepy", "love",
    "laugh", "dramatic", "sassy",
]  # fmt: skip
"""What the face can show, and some more for the characters of a game."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One clause or sentence to say aloud."""

    text: str
    """Plain words: no markup, no emoji; at most 1,000 characters."""
    voice: str = "bmo"
    """A voice's or a speaker's name; an unknown name is refused."""
    speed: float = 1.0
    """0.5 (slow) to 2.0 (fast)."""
    mood: Mood = "neutral"
    """How it is meant; a voice without moods of its own speaks faster or slower, higher or lower (`MANNERS`)."""
    cents: float = 0.0
    """Moves the voice's pitch, -1,200 to 1,200; 100 cents are a semitone."""
    patience: Patience | None = None
    """None waits for ever."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What a mood does to a voice that has none of its own."""

    speed: float = 1.0
    """Multiplies the speed."""
    cents: float = 0.0
    """Added to the pitch."""


MANNERS: Mapping[Mood, Manner] = {
    "neutral": Manner(),
    "happy": Manner(1.05, 40),
    "excited": Manner(1.12, 80),
    "sad": Manner(0.88, -60),
    "angry": Manner(1.08, -40),
    "scared": Manner(1.12, 70),
    "calm": Manner(0.93, -15),
    "surprised": Manner(1.08, 90),
    "thinking": Manner(0.92),
    "alert": Manner(1.10, 30),
    "sleepy": Manner(0.82, -50),
    "love": Manner(0.95, 20),
    "laugh": Manner(1.08, 60),
    "dramatic": Manner(0.86, -40),
    "sassy": Manner(1.06, 50),
}
"""Small on purpose: the same voice in another mood, not another voice. Signs follow the usual finding that joy, fear
and surprise raise pitch and tempo and that sadness lowers both (Scherer 2003, Speech Communication 40); sizes by ear
of nobody yet."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A recording of a speaker, for voices that can speak like whoever they hear."""

    wav: bytes = field(repr=False)
    """A WAV file: int16 mono."""
    transcript: str
    """What is said in it, word for word."""


References: TypeAlias = Callable[[str], Reference]
"""The recording of a speaker by name. Raises `NotFound`."""


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


def check(utterance: Utterance) -> None:
    """Raises `Refused` for what no voice can do."""
    if len(utterance.text) > MAX_TEXT:
        raise Refused(f"That is too much to say at once; at most {MAX_TEXT} characters.", code="too_much_text")
    if not SLOWEST <= utterance.speed <= FASTEST:
        raise Refused(f"The speed goes from {SLOWEST} to {FASTEST}.", code="wrong_speed")
    if not -MOST_CENTS <= utterance.cents <= MOST_CENTS:
        raise Refused(f"The pitch goes from {-MOST_CENTS:g} to {MOST_CENTS:g} cents.", code="wrong_pitch")
    if utterance.mood not in MANNERS:
        raise Refused(f"There is no mood {utterance.mood!r}. There are: {', '.join(MANNERS)}.", code="unknown_mood")


def mannered(utterance: Utterance) -> tuple[float, float]:
    """Speed and cents of an utterance with its mood worked in, for voices that have no moods."""
    manner = MANNERS[utterance.mood]
    return min(max(utterance.speed * manner.speed, SLOWEST), FASTEST), utterance.cents + manner.cents
