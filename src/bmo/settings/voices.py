"""Voices that people name themselves: `voice.voices`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bmo.capabilities.speak import FASTEST, MOST_CENTS, SLOWEST, Mood

VoiceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]


class VoiceOfName(BaseModel):
    """One entry of `voice.voices`, such as `{grandma: {speaker: grandma, cents: -150, speed: 0.9}}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    speaker: VoiceName | None = None
    """Who is asked for first: a recording on an AI server, or a voice of its settings."""
    base: VoiceName = "bmo"
    """Who stands in where that speaker is not known."""
    cents: float = Field(default=0.0, ge=-MOST_CENTS, le=MOST_CENTS)
    """Moves the pitch of the base; 100 cents are a semitone."""
    speed: float = Field(default=1.0, ge=SLOWEST, le=FASTEST)
    """Times the speed of the base."""
    mood: Mood = "neutral"
    """How the base sounds while the words do not ask for another mood."""
