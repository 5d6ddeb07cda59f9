"""The bearer tokens of this machine: one for scripts, one for the kiosk, in files that only their user can read."""

import hmac
import os
import secrets
import stat
from pathlib import Path

from bmo.app.trust.visitor import Proof, Visitor
from bmo.capabilities.people import Role
from bmo.core.errors import Broken

FILES: dict[Proof, str] = {"script": "token", "kiosk": "kiosk-token"}
ROLES: dict[Proof, Role] = {"script": Role.OWNER, "kiosk": Role.ADULT}
"""Who can read the owner's files acts for the owner; whoever stands before the kiosk is anybody at home."""
SHORTEST = 20
"""Characters; a shorter token could be guessed."""


class Tokens:
    """Read once; a file that is missing is made."""

    def __init__(self, home: Path) -> None:
        """Raises `Broken` when a file cannot be read or made, or holds no usable token."""
        self._tokens = {proof: token_in(home / name) for proof, name in FILES.items()}

    def visitor(self, token: str) -> Visitor | None:
        """Who holds this token; every token is compared, in constant time."""
        given = token.encode("utf-8", "surrogatepass")
        matches = [proof for proof, own in self._tokens.items() if hmac.compare_digest(given, own.encode())]
        return Visitor(matches[0], ROLES[matches[0]], "") if matches else None


def token_in(path: Path) -> str:
    """The token in this file, made now if there is none. Raises `Broken`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read(path)
        token = secrets.token_urlsafe(32)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(token + "\n")
    except OSError as fault:
        raise Broken(f"{path} cannot be read or made: {fault.strerror}.", code="token_file") from fault
    return token


def _read(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)
    token = path.read_text("utf-8", errors="replace").strip()
    if len(token) < SHORTEST or not token.isascii():
        raise Broken(f"{path} holds no usable token. Delete it, and BMO makes a new one.", code="token_file")
    return token
