"""Listening on after an answer, without the wake word: whether this answer asks for it. Pure.

A house full of voices would keep such a talk going for ever, and so would BMO's own echo: after `MOST` turns that
nobody began on purpose, the wake word or the button is needed again.
"""

import re
from collections.abc import Callable
from typing import Literal, TypeAlias

from bmo.capabilities.turn import Acted, Heard, Reply, TurnEvent

When: TypeAlias = Literal["never", "question", "always"]
"""After no answer, after one that asks something back, or after every one."""
MOST = 2
"""Turns in a row that began without a wake word or a button."""
_SENTENCES = re.compile(r"(?<=[.!?:;])\s+")
_ASKS = re.compile(r"""\?["'”’)\s]*$""")


class FollowUp:
    """What one satellite's conversation was so far, as far as it matters for going on."""

    def __init__(self, when: When, ends_it: Callable[[str], bool] = lambda _: False) -> None:
        """`ends_it` tells whether these words end a conversation, such as "stop"."""
        self.when = when
        self._ends_it = ends_it
        self._in_a_row = 0
        self._typed = False
        self._stopped = False
        self._waits = False
        self._lesson = False
        self.answer = ""
        """What BMO says in this turn, as far as it is known."""

    def begun(self, *, on_purpose: bool, typed: bool = False) -> None:
        """A turn begins; `on_purpose` by the wake word, the button or a keyboard."""
        self._in_a_row = 0 if on_purpose else self._in_a_row + 1
        self._typed = typed
        self._stopped = self._waits = self._lesson = False
        self.answer = ""

    def note(self, event: TurnEvent) -> None:
        """What happens in the turn."""
        match event:
            case Heard(text, True):
                self._stopped = self._ends_it(text)
            case Reply(text):
                self.answer += text
            case Acted():
                self._waits = bool(event.result.get("waiting"))
                self._lesson = bool(event.result.get("lesson"))

    def said_itself(self, text: str) -> bool:
        """Whether BMO said this, as a sentence of its own: the microphone may have heard it from the loudspeaker."""
        said = text.strip(" .,!?").casefold()
        return said in (part.strip(' .,!?"”').casefold() for part in _SENTENCES.split(self.answer))

    @property
    def wanted(self) -> bool:
        """Whether to listen on, now that the answer was heard."""
        if self._lesson and not self._typed:  # somebody asked for several turns
            return True
        if self._typed or self._stopped or self._in_a_row >= MOST:
            return False
        asks = self._waits or bool(_ASKS.search(self.answer))
        return self.when == "always" or (self.when == "question" and asks)
