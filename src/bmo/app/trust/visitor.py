"""Who made a request, once they have proved it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

ENVIRON_KEY = "bmo.visitor"
"""Where the door leaves the `Visitor` in a request's WSGI environ."""

SIGN_IN = "Sign in first: `bmo token --sign-in` prints the address."

Proof: TypeAlias = Literal["session", "kiosk", "script", "satellite"]


class Role(StrEnum):
    """What a person may do; set-up makes the owner."""

    OWNER = "owner"
    ADULT = "adult"
    CHILD = "child"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may come in."""

    proof: Proof
    """`session` for a cookie, `kiosk` and `script` for the tokens in `$BMO_HOME`, `satellite` for the key of one."""
    role: Role
    name: str
    """Name of the account; empty for the tokens and for satellites, which anybody speaks to."""
    session: str = ""
    """Hash of the session's cookie or the satellite's key, as the database knows it; empty for the tokens."""
    csrf: str = ""
    """What a state-changing request with this session's cookie must repeat."""
    room: str = ""
    """Where the satellite stands; empty for everybody else."""
