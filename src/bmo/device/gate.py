"""What of the sound leaves this machine: nothing until the wake word may have been heard. Pure.

Whether it was is the app's decision, which knows the thresholds and what the other satellites heard; this is only the
place where most sound ends. What came just before goes along: who speaks is judged by phrase and command together.
"""

from collections import deque
from dataclasses import dataclass

CANDIDATE = 0.05
"""Wake score from which sound is sent; no threshold is lower."""
BEFORE_CHUNKS = 25
"""Chunks of 80 ms from before, sent along: 2 s."""
AFTER_CHUNKS = 25
"""Chunks sent after the last candidate, so that the app's answer ("listening") has time to come."""


@dataclass(frozen=True, slots=True)
class Judged:
    """80 ms of sound and its wake score."""

    samples: bytes
    wake: float


class Gate:
    """One microphone's gate."""

    def __init__(self) -> None:
        self._before: deque[Judged] = deque(maxlen=BEFORE_CHUNKS)
        self._left = 0
        self.wanted = False
        """Whether the app wants to hear everything: it listens, thinks or speaks, or a timer rings."""

    def hear(self, samples: bytes, wake: float) -> list[Judged]:
        """One more chunk; the answer is what to send now, oldest first. Each chunk is sent at most once."""
        self._before.append(Judged(samples, wake))
        if wake >= CANDIDATE:
            self._left = AFTER_CHUNKS
        elif self._left:
            self._left -= 1
        if not (self.wanted or self._left):
            return []
        sent = list(self._before)
        self._before.clear()
        return sent

    def close(self) -> None:
        """Forget everything: another line, or another microphone."""
        self._before.clear()
        self._left = 0
        self.wanted = False
