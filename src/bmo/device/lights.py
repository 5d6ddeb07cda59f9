"""The lights beside `bmo voice`: what the answer asks for, when its clause begins, and dark again after a while."""

import logging
import threading

from bmo.capabilities.glow import OFF, Glow, Leds, glow_of
from bmo.core.errors import BmoError
from bmo.wire.page import Played, TagLine

log = logging.getLogger(__name__)

SHINE_SECONDS = 45.0
"""After the end of a turn; as long as its words stay on the page."""


class Lights:
    """Any thread may call. Lights that do not answer cost a line in the log, never the answer."""

    def __init__(self, leds: Leds, shine: float = SHINE_SECONDS) -> None:
        self._leds = leds
        self._shine = shine
        self._lock = threading.Lock()
        self._turn = ""
        self._heard = -1
        """The last clause of this turn that was heard to its end."""
        self._waiting: list[tuple[int, Glow]] = []
        self._shown = OFF
        self._dark: threading.Timer | None = None

    def tag(self, line: TagLine) -> None:
        """A tag of the answer; those for lights wait for their clause. Raises `Refused` for an unknown light."""
        if line.kind != "led" or line.refused:
            return
        glow = glow_of(line.tag)
        with self._lock:
            self._enter(line.turn)
            self._waiting.append((line.clause, glow))
            self._due()

    def heard(self, played: Played) -> None:
        """A clause was heard, the next one begins."""
        with self._lock:
            if played.turn == self._turn:
                self._heard = max(self._heard, played.clause)
                self._due()

    def ended(self, turn: str) -> None:
        """The turn is over: it shines on for a while."""
        with self._lock:
            if turn != self._turn:
                return
            self._waiting.clear()
            self._dark = threading.Timer(self._shine, self._darken, [turn])
            self._dark.daemon = True
            self._dark.start()

    def close(self) -> None:
        """Dark, and the device let go."""
        with self._lock:
            if self._dark is not None:
                self._dark.cancel()
            try:
                self._leds.close()
            except BmoError as failure:
                log.warning("%s", failure.sentence)

    def _enter(self, turn: str) -> None:
        if turn == self._turn:
            return
        self._turn, self._heard = turn, -1
        self._waiting.clear()
        if self._dark is not None:
            self._dark.cancel()

    def _due(self) -> None:
        while self._waiting and self._waiting[0][0] <= self._heard + 1:
            self._show(self._waiting.pop(0)[1])

    def _darken(self, turn: str) -> None:
        with self._lock:
            if turn == self._turn:
                self._show(OFF)

    def _show(self, glow: Glow) -> None:
        if glow == self._shown:
            return
        try:
            self._leds.show(glow)
            self._shown = glow
        except BmoError as failure:
            log.warning("%s", failure.sentence)
