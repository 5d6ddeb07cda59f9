"""The AI server's messages about who can be spoken like.

GET    /tts/speakers         -> SpeakersAnswer
POST   /tts/speakers/{name}  a recording as for `POST /stt`, 3 to 60 s; `?transcript=` what is said in it, word for
                             word (written down by this server when it is left out) -> SpeakerPart
DELETE /tts/speakers/{name}  -> 204
"""

from typing import Literal

from bmo.wire.ai import Wire


class SpeakerPart(Wire):
    """A name that `POST /tts` takes as `voice`."""

    name: str
    kind: Literal["voice", "recording"]
    """A voice of the engine's own, or somebody whose recording is kept here."""
    usable: bool = True
    """False for a recording on a server whose voice cannot clone."""
    seconds: float = 0.0
    """Length of the recording."""
    transcript: str = ""
    """Only in the answer to the recording."""


class SpeakersAnswer(Wire):
    """Everybody there is."""

    speakers: tuple[SpeakerPart, ...]
    clones: bool
    """Whether this server can speak like a recording."""
