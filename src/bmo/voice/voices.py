"""Voices by name: what each is made of, so that every server can speak in it one way or another.

`npc_old_witch` is first asked for by that name: a Fish Speech server may have a recording of her, another one a voice
of that name in its settings. Where nobody goes by it, the base voice stands in, moved and paced as the table here says.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bmo.capabilities.speak import FASTEST, MOST_CENTS, SLOWEST, Mood, Utterance

BASE = "bmo"
"""The voice that every server has."""
OWN = ""
"""In an utterance: BMO's own voice, whichever that is when it is spoken."""


@dataclass(frozen=True, slots=True)
class NamedVoice:
    """What a name stands for."""

    speaker: str = ""
    """Who is asked for first, as servers know them: a recording, or a voice of theirs. Empty for none but `base`."""
    base: str = BASE
    """Who stands in for a speaker that a server does not know."""
    cents: float = 0.0
    """Moves the pitch of the base voice; 100 cents are a semitone. A speaker of their own sounds as they do."""
    speed: float = 1.0
    """Times the speed of the base voice."""
    mood: Mood = "neutral"
    """How the base voice sounds while the words do not ask for another mood."""


def _character(name: str, cents: float, speed: float, mood: Mood = "neutral") -> tuple[str, NamedVoice]:
    """Somebody of a story. BMO's own voice lies 400 cents over the embedded one, hence the large steps down."""
    return f"npc_{name}", NamedVoice(f"npc_{name}", BASE, cents, speed, mood)


def _moods(*moods: Mood) -> Iterable[tuple[str, NamedVoice]]:
    return ((f"{BASE}_{mood}", NamedVoice(mood=mood)) for mood in moods)


SHIPPED: Mapping[str, NamedVoice] = MappingProxyType(
    {
        BASE: NamedVoice(),
        **dict(
            _moods("happy", "excited", "sad", "calm", "angry", "scared", "surprised", "sleepy", "dramatic", "sassy")
        ),
        "heart": NamedVoice("heart", cents=-400),
        "low": NamedVoice("low", cents=-700),
        **dict(
            (
                _character("gruff_dwarf", -900, 0.92, "angry"),
                _character("old_witch", -150, 0.84),
                _character("wise_wizard", -700, 0.86, "calm"),
                _character("brave_knight", -600, 0.98),
                _character("town_guard", -750, 1.04, "alert"),
                _character("jolly_innkeeper", -450, 1.02, "happy"),
                _character("sly_merchant", -300, 1.14),
                _character("singing_bard", -200, 1.0, "love"),
                _character("elf", 100, 0.94, "calm"),
                _character("fairy", 550, 1.08, "happy"),
                _character("goblin", 300, 1.22),
                _character("child", 350, 1.06, "excited"),
                _character("ghost", -350, 0.74, "sad"),
                _character("giant", -1_150, 0.78),
                _character("dragon", -1_200, 0.88, "angry"),
            )
        ),
    }
)
"""The voices that come with BMO. No recording of anybody: a GPU server speaks as the ones that people give it."""


class VoiceTable:
    """The names that can be chosen, and which of them is BMO's own. Thread-safe."""

    def __init__(self, own: str = BASE, more: Mapping[str, NamedVoice] = MappingProxyType({})) -> None:
        """`more`: voices beside the shipped ones, or in their place."""
        self._table = {**SHIPPED, **more}
        self._met: set[str] = set()
        self._lock = threading.Lock()
        self._own = own

    @property
    def own(self) -> str:
        """The name of the voice that BMO speaks with."""
        return self._own

    def choose(self, name: str) -> None:
        """Speak with this voice from the next clause on."""
        self._own = name

    @property
    def names(self) -> tuple[str, ...]:
        """All of the table, then the speakers that servers were found to have."""
        with self._lock:
            return (*self._table, *sorted(self._met - self._table.keys()))

    def meet(self, *speakers: str) -> None:
        """A server has these: from now on the base voice stands in for them where they are not known."""
        with self._lock:
            self._met.update(speakers)

    def missed(self, speaker: str) -> bool:
        """Whether people expect to hear this speaker: the characters that come with BMO need no recording."""
        with self._lock:
            return speaker in self._met or speaker not in SHIPPED

    def wanted(self, utterance: Utterance) -> tuple[Utterance, ...]:
        """What to ask a server for, the next one where it does not know the voice of the one before.

        A name that is neither in the table, nor BMO's own, nor met before is asked for as it is, and nothing else.
        """
        name = utterance.voice or self._own
        voice = self._table.get(name)
        if voice is None:
            if name != self._own and name not in self._met:
                return (replace(utterance, voice=name),)
            voice = NamedVoice(name)
        shaped = replace(
            utterance,
            mood=voice.mood if utterance.mood == "neutral" else utterance.mood,
            cents=min(max(utterance.cents + voice.cents, -MOST_CENTS), MOST_CENTS),
            speed=min(max(utterance.speed * voice.speed, SLOWEST), FASTEST),
        )
        asked = {voice.base: shaped}
        if voice.speaker and voice.speaker != voice.base:
            asked = {voice.speaker: utterance, **asked}
        asked.setdefault(BASE, shaped)
        return tuple(replace(one, voice=called) for called, one in asked.items())
