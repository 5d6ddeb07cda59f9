"""How the sentences of an answer are spoken, and which sounds stand among them, as its tags want."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from bmo.capabilities.media import Pcm
from bmo.capabilities.speak import Mood
from bmo.capabilities.turn import SoundName, Tagged
from bmo.voice.aloud import Aloud, Manner
from bmo.voice.clauses import Clauses, whole
from bmo.voice.effects import effect
from bmo.voice.speakable import spoken
from bmo.voice.tag_desk import voice_of


class Delivery:
    """The words of one answer on their way to the voice.

    A mood holds until the next. An emotion and a character hold for the sentence they stand in. A sound stands before
    the sentence that its tag begins; in the midst of one it waits until the words around it are said.
    """

    def __init__(self, voice: Aloud | None, said: Callable[[], None]) -> None:
        """`voice` is None when nobody listens; `said` is called whenever words are handed to it."""
        self._voice = voice
        self._said = said
        self._clauses = Clauses()
        self._usual = Manner()
        self._now = Manner()
        """Of the sentence that is going on."""
        self._waiting: list[Pcm] = []
        """Sounds that stand in the midst of a clause."""

    def feed(self, text: str) -> None:
        """More words."""
        self._say(self._clauses.feed(text))

    def turn(self, tagged: Tagged) -> int:
        """A tag among the words; returns the number of the clause that it stands in, -1 when nobody listens."""
        self._say(self._clauses.turn())
        clause = self._voice.queued if self._voice is not None else -1
        match tagged.kind:
            case "mood":
                self._usual = self._now = replace(self._usual, mood=_mood(tagged.tag, self._usual.mood))
            case "emotion":
                self._now = replace(self._now, mood=_mood(tagged.tag, self._now.mood))
            case "npc":
                self._now = replace(self._now, voice=voice_of(tagged))
            case "sound":
                self._waiting += [effect(name) for name in get_args(SoundName) if name == tagged.tag]
                if self._clauses.empty:
                    self._play()
        return clause

    def finish(self) -> None:
        """The answer is complete."""
        self._say(self._clauses.finish())
        self._play()

    def sentence(self, words: str) -> None:
        """BMO's own words beside the answer, in no mood."""
        self._usual = self._now = Manner()
        self._say([words])

    def _say(self, clauses: list[str]) -> None:
        for clause in clauses:
            words = spoken(clause)
            if self._voice is not None and words:
                self._said()
                self._voice.say(words, self._now)
            self._play()
            if whole(clause):
                self._now = self._usual

    def _play(self) -> None:
        if self._voice is not None:
            for sound in self._waiting:
                self._voice.play(sound)
        self._waiting = []


def _mood(tag: str, otherwise: Mood) -> Mood:
    return next((mood for mood in get_args(Mood) if mood == tag), otherwise)
