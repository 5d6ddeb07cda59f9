"""How much one key may ask of an AI server: section `ai_server.key_limits`."""

from pydantic import Field

from bmo.settings.app import Section


class AppLimit(Section):
    """Of a key that the app holds: nothing that one household does comes near it."""

    per_minute: int = Field(default=0, ge=0, le=1_000_000)
    """Requests of one key, on average; 0 for as many as it likes."""
    at_once: int = Field(default=80, ge=0, le=10_000)
    """Requests of one key that run or wait, streams until they are closed; 0 for as many as it likes."""


class VttLimit(AppLimit):
    """Of a key that a gaming table holds."""

    per_minute: int = Field(default=120, ge=0, le=1_000_000)
    at_once: int = Field(default=8, ge=0, le=10_000)


class KeyLimits(Section):
    """By the key's role."""

    app: AppLimit = AppLimit()
    vtt: VttLimit = VttLimit()
    admin: AppLimit = AppLimit()
