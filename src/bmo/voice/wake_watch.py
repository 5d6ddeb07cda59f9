"""What the wake word detector says of one microphone: the sound around each wake, and a meter for whoever looks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC

from bmo.capabilities.action import Asked
from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE, Pcm
from bmo.core.clock import Clock

BEFORE_SECONDS, AFTER_SECONDS = 2.0, 1.0
"""Sound that is kept with a wake: what led to it, with the phrase in it, and what came then."""
METER_APART = 0.2
"""Seconds between two scores of the meter, at least."""

_BEFORE = int(BEFORE_SECONDS * SPEECH_RATE) * SAMPLE_WIDTH
_AFTER = int(AFTER_SECONDS * SPEECH_RATE) * SAMPLE_WIDTH


@dataclass(frozen=True, slots=True)
class HeardWake:
    """The wake word was heard, or something like it."""

    at: str
    """ISO time, UTC."""
    turn: str
    """The turn that it began."""
    person: str
    """Whose page or device it was; not who spoke."""
    room: str
    score: float
    threshold: float
    """The score that counted."""
    sound: Pcm
    """16 kHz: up to 2 s before the detector was sure, and up to 1 s after."""


class WakeWatch:
    """Looks over the shoulder of one satellite. Pure and bounded; not thread-safe: the satellite's worker owns it."""

    def __init__(self, clock: Clock, keep: Callable[[HeardWake], None]) -> None:
        """`keep` gets every wake, once its sound is whole; it must not wait."""
        self._clock = clock
        self._keep = keep
        self._before = bytearray()
        self._sound = bytearray()
        self._wanted = 0
        """Bytes of `_sound` that make the clip whole."""
        self._wake: HeardWake | None = None
        """The wake whose clip is not whole."""
        self._metering = False
        self._highest = 0.0
        self._told = float("-inf")

    @property
    def bytes_held(self) -> int:
        """Bytes of sound in memory."""
        return len(self._before) + len(self._sound)

    def meter(self, on: bool) -> None:
        """Whether somebody looks at the scores."""
        self._metering = on
        self._highest, self._told = 0.0, float("-inf")

    def heard(self, samples: bytes, score: float) -> float | None:
        """Sound and its wake score. The highest score since the last time, when it is time to show one."""
        self._before += samples
        del self._before[: max(0, len(self._before) - _BEFORE)]
        if self._wake is not None:
            self._sound += samples[: self._wanted - len(self._sound)]
            if len(self._sound) >= self._wanted:
                self.over()
        return self._shown(score) if self._metering else None

    def woke(self, turn: str, score: float, threshold: float, asked: Asked) -> None:
        """The sound that came last made the detector sure."""
        self.over()
        at = self._clock.now().astimezone(UTC).isoformat()
        self._wake = HeardWake(at, turn, asked.person, asked.room, score, threshold, Pcm(b"", SPEECH_RATE))
        self._sound = bytearray(self._before)
        self._wanted = len(self._sound) + _AFTER

    def over(self) -> None:
        """No more sound belongs to the last wake, such as when the microphone is switched off."""
        wake, self._wake = self._wake, None
        if wake is not None:
            sound = Pcm(bytes(self._sound), SPEECH_RATE)
            self._sound.clear()
            self._keep(replace(wake, sound=sound))

    def switched(self) -> None:
        """The microphone was switched: what it hears from now on does not follow on what it heard."""
        self.over()
        self._before.clear()

    def _shown(self, score: float) -> float | None:
        self._highest = max(self._highest, score)
        now = self._clock.monotonic()
        if now - self._told < METER_APART:
            return None
        shown, self._highest, self._told = self._highest, 0.0, now
        return shown
