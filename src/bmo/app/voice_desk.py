"""The voices as people see them, and which one is BMO's own."""

import logging
from collections.abc import Callable, Sequence

from bmo.core.errors import BmoError, Refused
from bmo.voice.fixed import Fixed
from bmo.voice.phrases import Phrases
from bmo.voice.voices import BASE, VoiceTable
from bmo.wire.voices import VoiceChoice, VoiceNames

log = logging.getLogger(__name__)

CHARACTER = "npc_"
"""What the names of a story's people begin with."""


class VoiceDesk:
    """Lists and chooses voices. Thread-safe."""

    def __init__(
        self, table: VoiceTable, fixed: Fixed, phrases: Phrases, speakers: Sequence[Callable[[], Sequence[str]]]
    ) -> None:
        """`speakers`: each asks one AI server whom it can speak as, and may raise `BmoError`."""
        self.table = table
        self._fixed = fixed
        self._phrases = phrases
        self._speakers = speakers

    @property
    def own(self) -> str:
        """The voice that BMO speaks with."""
        return self.table.own

    def listed(self) -> VoiceNames:
        """All that can be chosen now. Asks the AI servers whom they know; one that is away knows nobody."""
        for ask in self._speakers:
            try:
                self.table.meet(*ask())
            except BmoError as failure:
                log.info("an AI server does not say whom it can speak as: %s", failure)
        names = self.table.names
        return VoiceNames(own=self.own, voices=tuple(_choice(name) for name in names))

    def check(self, name: object) -> None:
        """Raises `Refused` for what is not one of the names."""
        if name not in self.table.names and name not in [voice.name for voice in self.listed().voices]:
            known = ", ".join(self.table.names)
            raise Refused(f"There is no voice named {str(name)[:64]!r}. There are: {known}.", code="unknown_voice")

    def choose(self, name: str) -> None:
        """BMO speaks with this voice from its next clause on, and its fixed sentences are rendered anew."""
        self.table.choose(name)
        self._fixed.use(name)

    def forget_phrases(self) -> int:
        """Remove the sound of everything that was said; tells how many files that were."""
        return self._phrases.clear()


def _choice(name: str) -> VoiceChoice:
    if name == BASE:
        return VoiceChoice(name=name, title="BMO", kind="bmo")
    if name.startswith(f"{BASE}_"):
        return VoiceChoice(name=name, title=f"BMO, {_words(name.removeprefix(f'{BASE}_'))}", kind="bmo")
    title = _words(name.removeprefix(CHARACTER)).capitalize()
    return VoiceChoice(name=name, title=title, kind="character" if name.startswith(CHARACTER) else "other")


def _words(name: str) -> str:
    return " ".join(name.replace("-", "_").split("_"))
