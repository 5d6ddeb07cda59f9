"""The people of the house, as the page and programs see and change them.

GET, POST /api/people -> People; PATCH, DELETE /api/people/ID -> People; POST /api/people/ID/sign-out -> People
POST /api/people/ID/invitation -> Invitation
"""

from typing import Annotated, Literal

from annotated_types import Len
from pydantic import Field

from bmo.wire.ai import Wire

RoleName = Literal["owner", "adult", "child", "guest"]
Name = Annotated[str, Len(1, 64)]
Digits = Annotated[str, Field(max_length=100)]
"""A PIN, looked at where it is set."""


class NewPerson(Wire):
    """POST /api/people: somebody who may come in."""

    name: Name
    role: RoleName
    pin: Digits = ""
    """4 to 12 digits that nobody else has; empty for somebody who comes in by an invitation."""


class PersonChange(Wire):
    """PATCH /api/people/ID: what shall be otherwise; null leaves it. Owners change everybody, people themselves."""

    name: Name | None = None
    role: RoleName | None = None
    """For owners only. Whoever's role changes is signed out everywhere."""
    pin: Digits | None = None
    """Empty takes the PIN away, from anybody but an owner."""


class Person(Wire):
    """Somebody who may come in."""

    id: int
    name: str
    role: RoleName
    me: bool
    """Whether it is whoever asks."""
    has_pin: bool | None = None
    """Told to owners, and to themselves."""
    places: int | None = None
    """In how many browsers they are signed in; told to owners, and to themselves."""


class People(Wire):
    """Those whom the asker may know of: everybody for owners and adults who are signed in, else themselves."""

    people: tuple[Person, ...]


class Invitation(Wire):
    """An address that signs in as one person, once."""

    address: str
    """To be opened in their browser; also good as the text of a QR code."""
    seconds: float
    """How long it is good for."""
