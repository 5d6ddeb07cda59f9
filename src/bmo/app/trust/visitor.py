"""Who made a request, once they have proved it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role

ENVIRON_KEY = "bmo.visitor"
"""Where the door leaves the `Visitor` in a request's WSGI environ."""

SIGN_IN = "Sign in first: `bmo token --sign-in` prints the address."

Proof: TypeAlias = Literal["session", "kiosk", "script", "satellite"]


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

    def asks(self, room: str, conversation: str = "main") -> Asked:
        """Who asks for an action, for what came from this visitor in a room; their own room goes before it."""
        device = f"{self.proof} {self.session}".strip()
        return Asked(conversation, self.name, self.room or room, role=self.role, device=device)
