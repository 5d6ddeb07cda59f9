"""A loudspeaker and a microphone in one room that is no room: what is played is heard, later and softer."""

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bmo.capabilities.media import SAMPLE_WIDTH
from bmo.capabilities.provider import Stream
from bmo.core.clock import Clock
from bmo.core.errors import Unavailable
from bmo.hardware.rates import ToFrames
from bmo.hardware.simulated import FRAME_SECONDS, RATE, FileLoudspeaker


class SimulatedRoom:
    """Its `loudspeaker` is heard by its `microphone` after `delay` seconds, `gain` times as loud, with some noise."""

    def __init__(self, path: Path, delay: float, gain: float = 0.5, noise: float = 20.0) -> None:
        """`path` keeps what was played; `noise` is the root mean square of int16 samples."""
        self._path = path
        self._delay = delay
        self._gain = gain
        self._noise = noise
        self._frames = ToFrames(RATE)
        self._luck = np.random.default_rng(1)
        self._air: deque[bytes] = deque(maxlen=100)
        """Frames on their way."""
        self._next = 0.0
        """When the first of them has arrived whole."""
        self._come = threading.Condition()

    @property
    def name(self) -> str:
        return "the simulated room"

    def loudspeaker(self, played: Callable[[str], None], clock: Clock) -> FileLoudspeaker:
        """What plays in this room, which is silent before."""
        self._next = time.monotonic() + FRAME_SECONDS
        self._hear(bytes(SAMPLE_WIDTH * round(self._delay * RATE)))
        return FileLoudspeaker(self._path, played, clock, also=self._hear)

    def listen(self, stop: threading.Event) -> Stream[bytes]:
        """See `capabilities.sound.Microphone`; gone when nothing plays any more, not even silence."""
        while not stop.is_set():
            with self._come:
                if not self._come.wait_for(lambda: self._air, timeout=2.0):
                    raise Unavailable("The simulated room is empty.", code="device_gone")
                frame = self._air.popleft()
                due, self._next = self._next, self._next + FRAME_SECONDS
            if not stop.wait(max(0.0, due - time.monotonic())):
                yield frame

    def _hear(self, block: bytes) -> None:
        sound = np.frombuffer(block, "<i2") * self._gain + self._luck.normal(0, self._noise, len(block) // 2)
        frames = self._frames.feed(np.clip(np.rint(sound), -32_768, 32_767).astype("<i2").tobytes())
        with self._come:
            self._air.extend(frames)
            self._come.notify()
