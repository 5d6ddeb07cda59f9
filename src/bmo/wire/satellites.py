"""How a satellite gets a key of its own, and what the page knows about satellites.

A satellite asks for a code and shows it; somebody who is signed in types it; the satellite fetches its key.
"""

from typing import Annotated, Literal

from annotated_types import Len
from pydantic import Field

from bmo.wire.ai import Wire


class PairingWish(Wire):
    """POST /pair: a satellite would like to come in."""

    name: str = Field(min_length=1, max_length=64)
    """What people will read, such as the name of its machine."""
    room: str = Field(default="", max_length=64)
    """Where it says it stands."""


class Pairing(Wire):
    """The answer: what to show, and the secret to fetch the key with."""

    code: str
    """Six digits for people."""
    ticket: str
    """For the satellite alone."""
    seconds: float
    """How long both are good for."""


class PairingClaim(Wire):
    """POST /pair/claim: has somebody typed the code?"""

    ticket: str = Field(max_length=100)


class PairingAnswer(Wire):
    """The answer: not yet, or the key, which is told once."""

    state: Literal["waiting", "paired"]
    key: str = ""
    name: str = ""
    room: str = ""


class PairingCode(Wire):
    """POST /api/satellites: the code that a satellite shows, and what to call it."""

    code: Annotated[str, Len(1, 20)]
    name: str = Field(default="", max_length=64)
    """Empty for the name it gave itself."""
    room: str = Field(default="", max_length=64)
    """Empty for the room it named itself."""


class SatelliteLine(Wire):
    """One paired satellite."""

    id: int
    name: str
    room: str
    seen: str
    """ISO time, UTC, of its last sign of life."""
    here: bool
    """Whether it is connected now."""


class SatellitePlace(Wire):
    """PATCH /api/satellites/ID: what it is called, and where it stands."""

    name: Annotated[str, Len(1, 64)]
    room: str = Field(default="", max_length=64)


class Satellites(Wire):
    """GET /api/satellites."""

    satellites: tuple[SatelliteLine, ...]
