"""Who made a request, once they have proved it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bmo.capabilities.action import Asked
from bmo.capabilities.people import Role
from bmo.capabilities.threads import MAIN, key_of

ENVIRON_KEY = "bmo.visitor"
"""Where the door leaves the `Visitor` in a request's WSGI environ."""

SIGN_IN = "Sign in first: `bmo token --sign-in` prints the address."

Proof: TypeAlias = Literal["session", "kiosk", "script", "satellite", "key"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may come in."""

    proof: Proof
    """`session` for a cookie, `kiosk` and `script` for the tokens in `$BMO_HOME`, `satellite` for the key of one,
    `key` for that of a program which acts for somebody."""
    role: Role
    name: str
    """Name of the account; empty for the tokens and for satellites, which anybody speaks to."""
    session: str = ""
    """Hash of the cookie, or of the satellite's or program's key, as the database knows it; empty for the tokens."""
    csrf: str = ""
    """What a state-changing request with this session's cookie must repeat."""
    room: str = ""
    """Where the satellite stands; empty for everybody else."""
    account: int = 0
    """Id of the account; 0 for the tokens, the kiosk and satellites."""

    def asks(self, room: str, conversation: str = MAIN) -> Asked:
        """Who asks for an action, for what came from this visitor in a room; their own room goes before it.

        `conversation` is one of their own by name: there is no name for anybody else's.
        """
        device = f"{self.proof} {self.session}".strip()
        shared = self.proof in ("kiosk", "satellite")
        # The kiosk's token opens this machine only, and each start of its browser is another session.
        key = key_of(self.name, "kiosk" if self.proof == "kiosk" else device, conversation)
        return Asked(key, self.name, self.room or room, role=self.role, device=device, shared=shared)
