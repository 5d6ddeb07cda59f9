"""The languages that BMO understands and answers in. A language is folders of data: words, sentences, answers."""

import threading
from collections.abc import Sequence
from typing import Literal

from bmo.assistant.intents import Command, Intents
from bmo.assistant.spelling import ENGLISH
from bmo.capabilities.action import Action

LanguageName = Literal["en", "de"]
IN_ENGLISH = {"de": "German"}
"""What a model is told about a language; English needs no telling."""
LANGUAGES: tuple[LanguageName, ...] = ("en", "de")


class Tongues:
    """The sentences of these actions in every language, each compiled when it is first needed."""

    def __init__(self, actions: Sequence[Action], home: LanguageName = ENGLISH) -> None:
        """`home`: the language of the house, compiled at once so that nobody waits for it."""
        self.home = home
        self._actions = actions
        self._compiled = {home: Intents(actions, home)}
        self._lock = threading.Lock()

    def named(self, language: str, *, spoken: bool = False) -> LanguageName:
        """The language to answer in: the house's for one that BMO does not know.

        A transcriber takes short sentences for this language or that: `spoken` ones are the house's or English.
        """
        known = (self.home, ENGLISH) if spoken else LANGUAGES
        return next((name for name in known if name == language), self.home)

    def of(self, language: LanguageName) -> Intents:
        """The commands in one language."""
        with self._lock:
            if language not in self._compiled:
                self._compiled[language] = Intents(self._actions, language)
            return self._compiled[language]

    def understand(self, text: str) -> list[Command]:
        """The commands in a text that nobody says just now, such as a step: in the house's language, or English."""
        languages = dict.fromkeys((self.home, ENGLISH))
        return next((commands for one in languages if (commands := self.of(one).understand(text))), [])

    def interrupts(self, text: str) -> bool:
        """Whether this may be obeyed while BMO speaks, in the house's language or in English."""
        return any(self.of(language).interrupts(text) for language in dict.fromkeys((self.home, ENGLISH)))
