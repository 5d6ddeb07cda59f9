"""How much an AI server takes on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Set once, the same for every route."""

    streams: int = 64
    """Answers that stream at a time."""
    body: int = 16_000_000
    """Bytes of a request."""
    body_seconds: float = 20.0
    """Seconds a request may take to arrive."""
    audio_seconds: float = 120.0
    """Seconds of sound in one recording."""
    drain_seconds: float = 30.0
    """Seconds that running answers have to finish when the server drains."""


DEFAULT_LIMITS = Limits()
