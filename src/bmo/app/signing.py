"""The address that carries a sign-in code, for the one who started BMO."""

import os
from pathlib import Path

from bmo.app.trust.trust import Trust
from bmo.core.errors import Broken
from bmo.settings.app import AppSettings


def address_file(home: Path) -> Path:
    """Where the running app leaves it."""
    return home / "run" / "address"


def write_address(settings: AppSettings, trust: Trust) -> str:
    """A fresh address that signs in once; also put where only this user can read it. Raises `Broken`."""
    address = f"http://127.0.0.1:{settings.app.port}/sign-in?code={trust.codes.issue()}"
    path = address_file(settings.home)
    temporary = path.with_name(".address.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary.unlink(missing_ok=True)
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(address + "\n")
        temporary.replace(path)
    except OSError as fault:
        raise Broken(f"{path} cannot be written: {fault.strerror}.", code="home_unwritable") from fault
    return address
