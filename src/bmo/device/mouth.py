"""What `bmo voice` plays: the spoken answer, chimes, and the ringing of a timer."""

import logging
import threading
from collections.abc import Callable

from bmo.capabilities.media import Pcm
from bmo.capabilities.sound import Loudspeaker
from bmo.core.clock import Clock
from bmo.core.errors import BmoError
from bmo.voice.chimes import Chime, chime
from bmo.wire.page import AudioLine, EndLine, Played

log = logging.getLogger(__name__)

RING_EVERY = 1.6
"""Seconds between two calls of an alarm."""
COMPLAINTS_APART = 30.0
"""Seconds between two log lines about a loudspeaker that does not work."""


class Mouth:
    """Plays for one satellite. Any thread may call."""

    def __init__(
        self, make: Callable[[Callable[[str], None]], Loudspeaker], tell: Callable[[Played], object], clock: Clock
    ) -> None:
        """`make` gets whom to tell of a label that was heard; `tell` takes the report of a clause that was."""
        self._tell = tell
        self._clock = clock
        self._loudspeaker = make(self._heard)
        self._hushed = threading.Event()
        self._hushed.set()
        self._complained = float("-inf")
        self._speaking: set[str] = set()
        """Turns with sound so far; the last one, mostly."""

    def audio(self, line: AudioLine) -> None:
        """A piece of the spoken answer."""
        label = f"{line.turn} {line.clause}"
        if line.restart:
            self._loudspeaker.drop(label)
        self._speaking.add(line.turn)
        self._play(Pcm(line.pcm, line.rate), label, last=line.last)

    def ended(self, line: EndLine) -> None:
        """A turn is over: what is left of it is not wanted when it was stopped; a silent failure is heard."""
        spoke = line.turn in self._speaking
        self._speaking.discard(line.turn)
        if line.outcome == "cancelled":
            self._loudspeaker.drop()
        elif line.outcome == "failed" and not spoke:
            self.chime("sorry")

    def chime(self, name: Chime) -> None:
        """A short sound."""
        self._play(chime(name))

    def say(self, sound: Pcm) -> None:
        """Something ready-made, after what is playing."""
        self._play(sound)

    def ring(self, pause: Callable[[], bool]) -> None:
        """Ring until `hush`; not while `pause` says that somebody is being listened to."""
        if not self._hushed.is_set():
            return
        self._hushed.clear()
        threading.Thread(target=self._ring, args=(pause,), name="alarm", daemon=True).start()

    def hush(self) -> None:
        """The alarm is over."""
        self._hushed.set()

    def drop(self) -> None:
        """Be silent now; the line to the app is gone, and the rest of the answer with it."""
        self._speaking.clear()
        self._loudspeaker.drop()

    def close(self) -> None:
        """Let the device go."""
        self.hush()
        self._loudspeaker.close()

    def _ring(self, pause: Callable[[], bool]) -> None:
        while not self._hushed.is_set():
            if not pause():
                self.chime("alarm")
            self._hushed.wait(RING_EVERY)

    def _play(self, sound: Pcm, label: str = "", *, last: bool = True) -> None:
        try:
            self._loudspeaker.play(sound, label, last=last)
        except BmoError as failure:
            now = self._clock.monotonic()
            if now - self._complained > COMPLAINTS_APART:
                self._complained = now
                log.warning("%s", failure.sentence)

    def _heard(self, label: str) -> None:
        turn, _, clause = label.rpartition(" ")
        if turn:
            self._tell(Played(turn=turn, clause=int(clause)))
