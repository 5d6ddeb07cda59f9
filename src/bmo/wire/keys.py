"""Keys of programs that talk to BMO for a person: `/api/keys`."""

from typing import Annotated

from annotated_types import Len
from pydantic import Field

from bmo.wire.ai import Wire


class NewKey(Wire):
    """POST /api/keys: a program shall come in."""

    name: Annotated[str, Len(1, 64)] = Field(pattern=r"^\S(.*\S)?$")
    """What people will read, such as `home assistant`."""
    person: str = Field(default="", max_length=64)
    """Whom it acts for; empty for whoever makes it."""


class KeyLine(Wire):
    """One key, without its secret."""

    id: int
    name: str
    person: str
    role: str
    """What it may do: what that person may."""
    made: str
    """ISO time, UTC."""
    seen: str
    """ISO time, UTC, of its last use, to ten minutes; empty for never."""


class MadeKey(Wire):
    """The answer: the key itself, which is told once."""

    key: str
    line: KeyLine


class Keys(Wire):
    """GET /api/keys."""

    keys: tuple[KeyLine, ...]
