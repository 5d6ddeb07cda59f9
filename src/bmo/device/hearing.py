"""What `bmo voice` makes of its microphone: frames with scores, for the app, and only those it needs.

The wake word model sees every frame. The voice activity model sees only what is sent: nobody asks whether somebody
speaks while nothing is recorded, and it is a quarter of the work.
"""

import threading
from collections.abc import Callable, Sequence

from bmo.capabilities.wake import VoiceActivity, WakeWord
from bmo.core.clock import Clock
from bmo.device.gate import CANDIDATE, Gate
from bmo.device.proof import Proof
from bmo.device.scoring import Activity

Send = Callable[[int, bytes, float, Sequence[float]], bool]
"""Sequence number, samples, wake score, speech probabilities; False when the line is down."""
ALONE_THRESHOLD = 0.5
"""Wake score that counts while the app is away ..."""
ALONE_IN_A_ROW = 2
"""... so many times in a row ..."""
ALONE_SECONDS = 5.0
"""... and not again for so long."""


class Hearing:
    """The detectors, the gate and the numbering of one microphone. `hear` is for one thread, all else for any."""

    def __init__(
        self, wake: WakeWord, activity: VoiceActivity, send: Send, alone: Callable[[], None], clock: Clock
    ) -> None:
        """`alone` is called when somebody says the wake word while the line is down."""
        self._wake = wake
        self._activity = Activity(activity)
        self._send = send
        self._alone = alone
        self._clock = clock
        self._gate = Gate()
        self._proof = Proof(clock)
        self._woke = False
        self._lock = threading.Lock()
        self._seq = 0
        self._forget = False
        self._in_a_row = 0
        self._told_at = float("-inf")

    def begin(self) -> None:
        """The line is new: numbers start at 0, and nothing old is sent."""
        with self._lock:
            self._seq = 0
            self._gate.close()
            self._forget = True

    def forget(self) -> None:
        """Let the detectors forget what they heard, before they hear more."""
        with self._lock:
            self._forget = True

    def wanted(self, wanted: bool) -> None:
        """Whether the app wants to hear everything now."""
        with self._lock:
            self._gate.wanted = wanted

    def woke(self) -> None:
        """The app says that what was just heard was the wake word."""
        with self._lock:
            self._woke = True

    def hear(self, frame: bytes) -> None:
        """80 ms of 16 kHz mono int16. Raises `BmoError` when a model breaks."""
        with self._lock:
            forget, self._forget = self._forget, False
            woke, self._woke = self._woke, False
        if woke:
            self._proof.woke()
        if forget:
            self._wake.reset()
            self._activity.reset()
        score = self._wake.score(frame)
        with self._lock:
            chunks = self._gate.hear(frame, score)
            first = self._seq
            self._seq += len(chunks)
        sent = True
        for seq, chunk in enumerate(chunks, first):
            sent = self._send(seq, chunk.samples, chunk.wake, self._activity.score(chunk.samples)) and sent
        self._notice_alone(score, sent)
        self._proof.heard(frame)
        if not chunks and score < CANDIDATE:
            self._proof.look(self._wake)

    def _notice_alone(self, score: float, sent: bool) -> None:
        self._in_a_row = self._in_a_row + 1 if score >= ALONE_THRESHOLD and not sent else 0
        now = self._clock.monotonic()
        if self._in_a_row >= ALONE_IN_A_ROW and now - self._told_at >= ALONE_SECONDS:
            self._told_at = now
            self._alone()
