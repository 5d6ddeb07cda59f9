"""Proves that the wake word detector is alive: every hour, while it is quiet, it is played a wake it once heard.

The clip is the sound of a wake that the app confirmed, kept in memory. It counts once the detector has fired on it
a second time, from the beginning: half a phrase would prove nothing.
"""

import logging
from collections import deque

from bmo.capabilities.wake import WakeWord
from bmo.core.clock import Clock
from bmo.core.errors import Broken

log = logging.getLogger(__name__)

CLIP_FRAMES = 25
"""Frames of 80 ms: 2 s, the phrase and what came before it."""
EVERY_SECONDS = 3_600.0
SOON_SECONDS = 30.0
"""After a wake: the first look at its clip."""
FIRES = 0.5
"""Score that proves it."""


class Proof:
    """The watchdog of one detector. It lives in the detector's own thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: deque[bytes] = deque(maxlen=CLIP_FRAMES)
        self._clip: tuple[bytes, ...] = ()
        self._sure = False
        """Whether the detector ever fired on this clip."""
        self._due = float("inf")

    def heard(self, frame: bytes) -> None:
        """One more frame went through the detector."""
        self._last.append(frame)

    def woke(self) -> None:
        """The app confirmed a wake just now; the first clip that proved itself stays."""
        if not self._sure:
            self._clip = tuple(self._last)
            self._due = self._clock.monotonic() + SOON_SECONDS

    def look(self, wake: WakeWord) -> None:
        """Prove it if it is time; takes as long as 2 s of sound take the detector, less than a frame.

        Raises `Broken` when a detector that knew its clip does not know it any more: only a new process helps.
        """
        now = self._clock.monotonic()
        if now < self._due:
            return
        wake.reset()
        fires = max(wake.score(frame) for frame in self._clip) >= FIRES
        wake.reset()
        if self._sure and not fires:
            raise Broken("The wake word detector does not hear its own word any more.", code="deaf")
        self._sure = fires
        self._due = now + EVERY_SECONDS if fires else float("inf")
        log.info("the wake word detector %s", "is alive" if fires else "waits for a better clip of its word")
