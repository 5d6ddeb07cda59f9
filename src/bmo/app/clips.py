"""Short sounds the page fetches by address: spoken replies and alarms, kept in memory for a few minutes."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from bmo.core.clock import Clock

MOST = 64
"""Clips at a time."""
MOST_BYTES = 20_000_000
"""Bytes at a time, all together."""
SECONDS = 300.0
"""How long a clip is kept."""


@dataclass(frozen=True, slots=True)
class _Clip:
    wav: bytes
    until: float


class Clips:
    """A bounded shelf; the oldest clip makes room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._clips: OrderedDict[str, _Clip] = OrderedDict()

    def put(self, wav: bytes) -> str:
        """Keep this WAV file; the answer is its address."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._clips[name] = _Clip(wav, self._clock.monotonic() + SECONDS)
            self._tidy()
        return f"/api/clips/{name}.wav"

    def get(self, name: str) -> bytes | None:
        """The WAV file of this name; None when it is gone."""
        with self._lock:
            self._tidy()
            clip = self._clips.get(name)
        return clip.wav if clip is not None else None

    def _tidy(self) -> None:
        now = self._clock.monotonic()
        while self._clips and (
            len(self._clips) > MOST
            or next(iter(self._clips.values())).until < now
            or sum(len(clip.wav) for clip in self._clips.values()) > MOST_BYTES
        ):
            self._clips.popitem(last=False)
