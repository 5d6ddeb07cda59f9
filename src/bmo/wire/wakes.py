"""What page and app say about the wake word: the live meter, and the wakes of the last days."""

from bmo.wire.ai import Wire


class Meter(Wire):
    """Up, `meter`: show me, or no longer, how much what you hear from me sounds like the wake word."""

    on: bool


class WakeScore(Wire):
    """Down, event `wake_score`, to a page that asked for it and listens: at most five a second."""

    score: float
    """The highest since the last one, 0 to 1."""
    threshold: float
    """The score that counts here."""


class WakeEntry(Wire):
    """One wake."""

    id: int
    at: str
    """ISO time, UTC."""
    turn: str
    """The turn that it began."""
    person: str
    """Whose page or device heard it."""
    room: str
    word: str
    score: float
    threshold: float
    """The score that counted."""
    clip: bool
    """Whether GET /api/wakes/ID.wav has its sound: 2 s before BMO was sure, 1 s after."""
    wrong: bool
    """Whether somebody said that it should not have been."""


class Wakes(Wire):
    """The body of GET /api/wakes, the newest first: one's own, or everybody's for an owner."""

    wakes: tuple[WakeEntry, ...]
    phrase: str
    """What BMO listens for, such as `hey jarvis`."""
    kept_days: int
    """They are gone by themselves after so many."""
