"""The wake word for one Wyoming client, by the child that hears for BMO."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from wyoming.error import Error
from wyoming.event import Eventable
from wyoming.wake import Detection, NotDetected

from bmo.capabilities.wake import WAKE_CHUNK
from bmo.core.errors import BmoError, Busy
from bmo.voice.ears import WAITING_CHUNKS, Ears
from bmo.voice.frames import Chunks

log = logging.getLogger(__name__)

IN_A_ROW = 2
"""Chunks over the threshold that wake, as for BMO's own microphones."""
REFRACTORY_CHUNKS = 25
"""No second wake for 2 s after one."""
PATIENCE = 15.0
"""Seconds that a client's sound may wait for the detector, which may have to start first."""
_CHUNK_MS = WAKE_CHUNK // 16
_LOOK = 0.05


class Detecting:
    """Judges one stream of sound. `scored` and `deaf` are called by the ears and return at once."""

    def __init__(self, ears: Ears, word: str, threshold: float, tell: Callable[[Eventable], None]) -> None:
        """`word` is what the wake word is called; `tell` sends an event to the client, from a thread of its own.

        Raises `Busy` and `Broken`.
        """
        self._word = word
        self._threshold = threshold
        self._chunks = Chunks(WAKE_CHUNK)
        self._milliseconds = 0
        self._over = 0
        self._deaf = 0
        self._detected = False
        self._scored = threading.Event()
        self._news: SimpleQueue[Eventable | None] = SimpleQueue()
        self._ear = ears.open(self)
        threading.Thread(target=self._announce, args=(tell,), name="wyoming wake", daemon=True).start()

    def feed(self, samples: bytes) -> None:
        """More sound: 16 kHz mono int16. Waits while the detector is behind. Raises `Busy` when it stays behind."""
        for chunk in self._chunks.feed(samples):
            self._wait(WAITING_CHUNKS - 1)
            self._ear.hear(chunk)

    def finish(self) -> None:
        """The sound has ended: what was not heard by now is not in it. Raises `Busy`."""
        self._wait(0)
        if not self._detected:
            self._news.put(NotDetected())
        self._chunks.reset()
        self._ear.reset()
        self._milliseconds = self._over = self._deaf = 0
        self._detected = False

    def close(self) -> None:
        """The client is gone, or wants something else."""
        self._ear.close()
        self._news.put(None)

    def scored(self, samples: bytes, wake: float, speech: Sequence[float]) -> None:  # noqa: ARG002 - the ears' words
        """From the ears."""
        self._milliseconds += _CHUNK_MS
        self._deaf = max(0, self._deaf - 1)
        self._over = self._over + 1 if wake >= self._threshold and not self._deaf else 0
        if self._over >= IN_A_ROW:
            self._over, self._deaf, self._detected = 0, REFRACTORY_CHUNKS, True
            self._news.put(Detection(name=self._word, timestamp=self._milliseconds))
        self._scored.set()

    def deaf(self, failure: BmoError) -> None:
        """From the ears."""
        self._news.put(Error(text=failure.sentence, code=failure.code))
        self._scored.set()

    def _wait(self, waiting: int) -> None:
        """Until at most so many chunks wait to be judged."""
        ends = time.monotonic() + PATIENCE
        while self._ear.waiting > waiting:
            if time.monotonic() > ends:
                raise Busy("My ears can't keep up right now.")
            self._scored.wait(_LOOK)
            self._scored.clear()

    def _announce(self, tell: Callable[[Eventable], None]) -> None:
        for event in iter(self._news.get, None):
            try:
                tell(event)
            except BmoError as failure:
                log.info("nobody is there any more to hear of a wake word: %s", failure)
                return
