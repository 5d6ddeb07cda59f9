"""The sound of one answer on its way to a loudspeaker. Pure: what may be sent now, and whether it was heard."""

from collections import deque

from bmo.capabilities.media import Pcm
from bmo.capabilities.turn import Sound
from bmo.core.clock import Clock


class Playback:
    """Sends ahead of what is playing, but not all at once: a loudspeaker's line holds only so much."""

    def __init__(self, clock: Clock, ahead: float, slack: float) -> None:
        """`ahead` is how far sound is sent ahead, `slack` how long a loudspeaker that reports nothing is waited for
        beyond the length of the sound; both in seconds."""
        self._clock = clock
        self._ahead = ahead
        self._slack = slack
        self._held: deque[Sound] = deque()
        self._sent = -1
        self._played = -1
        self._silent_at = 0.0
        """When everything sent so far has been played."""

    def begin(self) -> None:
        """Another answer: nothing of the last one is wanted."""
        self._held.clear()
        self._sent = self._played = -1
        self._silent_at = 0.0

    def hold(self, sound: Sound) -> None:
        """One more piece of the answer."""
        self._held.append(sound)

    def due(self) -> list[Sound]:
        """The pieces to send now."""
        due: list[Sound] = []
        now = self._clock.monotonic()
        while self._held and self._silent_at - now < self._ahead:
            sound = self._held.popleft()
            self._sent = max(self._sent, sound.clause)
            self._silent_at = max(self._silent_at, now) + Pcm(sound.samples, sound.rate).seconds
            due.append(sound)
        return due

    def heard(self, clause: int) -> None:
        """The loudspeaker played this clause to its end."""
        self._played = max(self._played, clause)

    @property
    def started(self) -> bool:
        """Whether there was anything to hear."""
        return self._sent >= 0

    @property
    def over(self) -> bool:
        """Whether all there is was heard, or must have been."""
        late = self._clock.monotonic() >= self._silent_at + self._slack
        return not self._held and (self._played >= self._sent or late)
