"""Who acts on the response tags of an answer: the voice, the page, and whoever is registered for a kind."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from bmo.capabilities.action import Asked
from bmo.capabilities.turn import Rolled, Tagged, TagHandler, TagKind
from bmo.core.errors import BmoError

log = logging.getLogger(__name__)

MOST_TAGS = 24
"""Of one answer; what comes after them is dropped, so that a model that repeats itself makes no racket."""
SHOWN: frozenset[TagKind] = frozenset({"mood", "face", "led", "sound", "emotion"})
"""The page, the lights and the voice act on these by themselves."""
_NOBODY: Mapping[TagKind, str] = MappingProxyType(
    {
        "music": "There is no music here yet.",
        "condition": "No game is going on that this could belong to.",
        "roll": "There are no dice here.",
    }
)


class TagDesk:
    """Hands each tag to whoever acts on its kind. Thread-safe."""

    def __init__(
        self,
        handlers: Mapping[TagKind, TagHandler] = MappingProxyType({}),
        knows_voice: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`handlers` for `music`, `roll` and `condition`; `knows_voice` tells whether a voice has this name."""
        self._handlers = handlers
        self._knows_voice = knows_voice
        self._told: set[str] = set()

    def act(self, tagged: Tagged, asked: Asked) -> Tagged | Rolled:
        """What to tell in the place of the tag: the same, what came of it, or the same with the reason why nothing did.

        Raises nothing: an answer goes on whatever its tags want.
        """
        if tagged.kind in SHOWN:
            return tagged
        if tagged.kind == "npc":
            known = self._knows_voice(voice_of(tagged))
            return tagged if known else self._refused(tagged, f"Nobody here has the voice {tagged.tag}.")
        handler = self._handlers.get(tagged.kind)
        if handler is None:
            return self._refused(tagged, _NOBODY[tagged.kind])
        try:
            return handler(tagged, asked)
        except BmoError as failure:
            return self._refused(tagged, failure.sentence)

    def _refused(self, tagged: Tagged, sentence: str) -> Tagged:
        if sentence not in self._told:
            self._told.add(sentence)
            log.info("the tag %s %r is dropped: %s", tagged.kind, tagged.tag, sentence)
        return replace(tagged, refused=sentence)


def voice_of(tagged: Tagged) -> str:
    """The name of a character's voice."""
    return f"npc_{tagged.tag}"
