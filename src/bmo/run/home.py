"""The folder BMO lives in, its keys and its ports."""

import os
import secrets
import socket
from contextlib import closing
from pathlib import Path

from bmo.core.errors import Broken
from bmo.core.listening import listen


def prepare(home: Path) -> None:
    """Make the folder and what belongs into it, for its owner only; an existing folder keeps its rights.

    Raises `Broken` when that cannot be done.
    """
    try:
        for folder in (home, home / "run", home / "logs", home / "data"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "models").mkdir(parents=True, exist_ok=True)
        for name in ("token", "kiosk-token"):
            secret(home / name)
    except OSError as fault:
        raise Broken(
            f"BMO cannot use {home} as its folder: {fault.strerror}. Set BMO_HOME to one it can write."
        ) from fault


def secret(path: Path) -> str:
    """The secret in this file, which is made once and readable by its owner only."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return path.read_text("ascii").strip()
    value = secrets.token_urlsafe(32)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(value)
    return value


def free_port() -> int:
    """A loopback port that nobody listens on right now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(host: str, port: int, setting: str) -> None:
    """Raise `Broken` with what to do when this port cannot be listened on; `setting` names where it is changed."""
    listen(host, port, setting).close()
