"""What a satellite goes by: the settings decide, the state machine obeys."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bmo.voice.follow_up import When
from bmo.voice.recorder import Hearing


@dataclass(frozen=True, slots=True)
class Rules:
    """When a satellite wakes, listens and lets go; seconds and scores."""

    threshold: float = 0.5
    """Wake score that counts."""
    thresholds: Mapping[str, float] = field(default_factory=dict)
    """... in these rooms."""
    in_a_row: int = 2
    """Chunks of 80 ms over the threshold that wake: one alone is often "Hey Charlie"."""
    loud_threshold: float = 0.8
    """Wake score that counts while BMO itself is speaking into the microphone."""
    refractory: float = 2.0
    """No second wake for this long after one."""
    settle: float = 0.5
    """No wake for this long after a turn: the room still rings with BMO's own voice."""
    no_sound: float = 3.0
    """A recording that gets no sound for this long is given up."""
    playback_slack: float = 1.5
    """Waited beyond the length of the sound for a loudspeaker that does not report what it played."""
    ahead: float = 6.0
    """Sound is sent this far ahead of what is playing, no further: a loudspeaker's line holds only so much."""
    sorry: float = 2.0
    """The face shows an error this long."""
    adaptive: bool = True
    """Whether the words decide how much silence ends a command; else it is always the longest."""
    follow_up: When = "never"
    """After which answers it listens on without the wake word."""
    follow_up_seconds: float = 8.0
    """How long, until somebody speaks."""
    wake_words: tuple[str, ...] = ("jarvis",)
    """Words of the wake phrase: an answer that says one of them would wake BMO through its own loudspeaker."""
    hearing: Hearing = field(default_factory=Hearing)
