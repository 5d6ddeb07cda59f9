"""What a loudspeaker has still to play, and what of it was heard. Thread-safe: the device takes, others add."""

import heapq
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bmo.capabilities.media import SAMPLE_WIDTH, Pcm
from bmo.core.clock import Clock
from bmo.hardware.rates import Resampled

SHORTEST_LOOK = 0.002
"""Seconds; a device's clock is no more exact."""


@dataclass(slots=True)
class _Piece:
    samples: bytes
    label: str
    last: bool


@dataclass(order=True, slots=True)
class _Due:
    at: float
    label: str = field(compare=False)


class Playlist:
    """Pieces in order, at the device's rate; `played` is called, in a thread of its own, when a label was heard."""

    def __init__(self, rate: int, played: Callable[[str], None], clock: Clock) -> None:
        self.rate = rate
        self._played = played
        self._clock = clock
        self._pieces: deque[_Piece] = deque()
        self._resampled: dict[str, Resampled] = {}
        self._due: list[_Due] = []
        self._change = threading.Condition()
        self._closed = False
        threading.Thread(target=self._report, name="played", daemon=True).start()

    def add(self, sound: Pcm, label: str, *, last: bool) -> None:
        """Play this after what waits already."""
        with self._change:
            stream = self._resampled.get(label)
            if stream is None or stream.come != sound.rate:
                stream = self._resampled[label] = Resampled(sound.rate, self.rate)
            samples = stream.feed(sound.samples, last=last)
            if last:
                del self._resampled[label]
            self._pieces.append(_Piece(samples, label, last))

    def drop(self, label: str = "") -> None:
        """Forget what waits of this label, or everything."""
        with self._change:
            if label:
                self._pieces = deque(piece for piece in self._pieces if piece.label != label)
                self._resampled.pop(label, None)
            else:
                self._pieces.clear()
                self._resampled.clear()

    def take(self, count: int, delay: float = 0.0) -> bytes:
        """Exactly `count` samples for the device: silence where nothing waits.

        `delay` is how many seconds from now the first of them will be heard.
        """
        wanted, taken = count * SAMPLE_WIDTH, bytearray()
        with self._change:
            while self._pieces and len(taken) < wanted:
                piece = self._pieces[0]
                part = piece.samples[: wanted - len(taken)]
                taken += part
                piece.samples = piece.samples[len(part) :]
                if not piece.samples:
                    self._pieces.popleft()
                    if piece.last:
                        self._expect(piece.label, delay + len(taken) / (SAMPLE_WIDTH * self.rate))
        return bytes(taken.ljust(wanted, b"\0"))

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        with self._change:
            return not self._pieces

    def close(self) -> None:
        """Nothing is reported any more."""
        with self._change:
            self._closed = True
            self._change.notify()

    def _expect(self, label: str, seconds: float) -> None:
        heapq.heappush(self._due, _Due(self._clock.monotonic() + seconds, label))
        self._change.notify()

    def _report(self) -> None:
        while True:
            with self._change:
                while not self._closed and (wait := self._wait()) > SHORTEST_LOOK:
                    self._change.wait(wait if self._due else None)
                if self._closed:
                    return
                due = heapq.heappop(self._due)
            self._played(due.label)

    def _wait(self) -> float:
        return self._due[0].at - self._clock.monotonic() if self._due else float("inf")
