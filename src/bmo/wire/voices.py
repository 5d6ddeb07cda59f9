"""What BMO may sound like, and the settings that a page may change.

GET /api/voices/names -> VoiceNames
GET, PATCH /api/settings -> ChangeableSettings
DELETE /api/phrases -> ForgottenPhrases
"""

from typing import Literal

from bmo.wire.ai import Wire


class VoiceChoice(Wire):
    """A voice that BMO can be given, and that `POST /api/say` takes."""

    name: str
    title: str
    """What people call it: "BMO, happy", "Gruff dwarf"."""
    kind: Literal["bmo", "character", "other"]
    """BMO itself in a mood, somebody of a story, or another voice of a server or of the settings."""


class VoiceNames(Wire):
    """Everything that can be chosen."""

    own: str
    """The voice that BMO speaks with."""
    voices: tuple[VoiceChoice, ...]


class ChangeableSetting(Wire):
    """A setting that people may change while BMO runs."""

    key: str
    """Dotted: `voice.voice`."""
    value: str | bool | int | float
    read_only: str = ""
    """A sentence why it cannot be changed here; empty when it can."""


class ChangeableSettings(Wire):
    """All of them."""

    settings: tuple[ChangeableSetting, ...]


class ForgottenPhrases(Wire):
    """The sound of phrases that BMO had kept is gone."""

    files: int
