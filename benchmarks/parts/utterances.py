"""What people say to BMO in `voice.py`: whole commands, commands with a pause for thought, and an open question."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from parts.page import AUDIBLE, RATE, Sound, last_audible
from parts.people import said

SPEAKERS = ("hibari", "piper-joe", "am_michael", "bf_emma", "bm_george", "af_bella")
COMMANDS = (
    "Set a timer for ten minutes.",
    "What time is it?",
    "What day is it today?",
    "Set a timer for five minutes for the pasta.",
    "How long is left on the pasta timer?",
    "Cancel all timers.",
)
QUESTION = "Tell me three short facts about the moon."
PAUSED = (
    ("Set a timer for", "ten minutes."),
    ("Set a timer", "for ten minutes."),
    ("Set a", "timer for ten minutes."),
    ("Set a timer for ten", "minutes."),
    ("How long is left on", "the pasta timer?"),
    ("What is", "the date tomorrow?"),
    ("Tell me something", "about the moon."),
    ("Can you tell me", "how far away the moon is?"),
)
"""Where people stop to think in mid-command."""
AFTERTHOUGHTS = (("Set a timer for five minutes", "for the pasta."), ("What time is it", "in Tokyo?"))
"""What comes after a command that is whole: nothing in the words tells that more is to come."""
THOUGHT = 0.8
"""Seconds of the pause."""
QUIET_BEFORE, QUIET_AFTER = 0.5, 3.0
"""Seconds around a recording."""
NOISE_RMS = 8.0
"""Of int16: a quiet room."""


@dataclass(frozen=True)
class Utterance:
    """Something that is said to BMO."""

    person: str
    text: str
    sound: Sound
    """With a quiet room before and after it."""

    @property
    def last(self) -> float:
        """Seconds from its begin to its last audible sample."""
        return last_audible(self.sound) / RATE


def commands(people: int) -> list[Utterance]:
    """Each command by each of so many people."""
    return [Utterance(person, text, _in_room(said(person, text))) for text in COMMANDS for person in SPEAKERS[:people]]


def questions(people: int) -> list[Utterance]:
    """The question whose answer the model has to write."""
    return [Utterance(person, QUESTION, _in_room(said(person, QUESTION))) for person in SPEAKERS[:people]]


def paused(people: int, texts: Sequence[tuple[str, str]] = PAUSED) -> list[Utterance]:
    """Said in two parts, `THOUGHT` seconds from the last audible sample of one to the first of the other."""
    made = []
    for number, (before, after) in enumerate(texts):
        for person in SPEAKERS[number % 2 : people : 2]:
            sound = np.concatenate((_trimmed(said(person, before)), _quiet(THOUGHT), _trimmed(said(person, after))))
            made.append(Utterance(person, f"{before} ... {after}", _in_room(sound)))
    return made


def _in_room(sound: Sound) -> Sound:
    whole = np.concatenate((_quiet(QUIET_BEFORE), _trimmed(sound), _quiet(QUIET_AFTER)))
    hiss = np.random.default_rng(1).normal(0, NOISE_RMS, len(whole))
    return np.clip(whole + hiss, -32_768, 32_767).astype(np.int16)


def _trimmed(sound: Sound) -> Sound:
    """From the first to the last audible sample."""
    audible = np.flatnonzero(np.abs(sound.astype(int)) >= AUDIBLE)
    return sound[audible[0] : audible[-1] + 1]


def _quiet(seconds: float) -> Sound:
    return np.zeros(int(RATE * seconds), np.int16)
