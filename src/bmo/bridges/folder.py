"""Keep objects in a folder of this machine; `core/inside.py` keeps each inside it. POSIX only, like the AI server."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from bmo.capabilities.objects import Progress, Stored, check_key
from bmo.core.errors import Broken, Malformed, NotFound, Refused
from bmo.core.inside import Inside, disk_faults
from bmo.core.whole import whole

CHUNK = 1 << 20
_MARK = "user.bmo.sha256"
"""Extended attribute of an object: its hash and the time it was written, which tells whether the hash still holds."""
_ARRIVING = ".arriving-"
_MODE = 0o600


class FolderObjects:
    """Objects as files below a folder; an object's key is its path there. Files put there by hand are objects too."""

    name = "folder"

    def __init__(self, root: Path) -> None:
        """`root` is made with the first object."""
        self._root = root
        self._inside = Inside(root)

    def put(self, key: str, file: Path, progress: Progress | None = None) -> Stored:
        """A copy is quick here: one that was interrupted begins anew."""
        parts = check_key(key)
        with _disk_faults(key), file.open("rb") as source, self._inside.folder(parts[:-1], make=True) as folder:
            arriving = f"{_ARRIVING}{secrets.token_hex(8)}"
            handle = os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as out:
                    digest = _copy(source, out, os.fstat(source.fileno()).st_size, progress)
                    out.flush()
                    _mark(out.fileno(), digest)
                    os.fsync(out.fileno())
                    stored = _stored(key, os.fstat(out.fileno()), digest)
                os.replace(arriving, parts[-1], src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(arriving, dir_fd=folder)
                raise
            os.fsync(folder)
        return stored

    def get(self, key: str, into: Path, progress: Progress | None = None) -> Stored:
        parts = check_key(key)
        with self._opened(key, parts) as source, _disk_faults(key):
            found = os.fstat(source.fileno())
            known = _marked(source.fileno(), found)
            with whole(into) as out:
                digest = _copy(source, out, found.st_size, progress)
                if known and known != digest:
                    raise Malformed(f"The object {key} is damaged in {self._root}: its content has changed by itself.")
        return _stored(key, found, digest)

    def list(self, prefix: str = "") -> Iterator[Stored]:
        with _disk_faults(prefix):
            found = sorted(self._walk(prefix), key=lambda stored: stored.key)
        yield from found

    def delete(self, key: str) -> None:
        parts = check_key(key)
        with _disk_faults(key), suppress(FileNotFoundError), self._inside.folder(parts[:-1]) as folder:
            os.unlink(parts[-1], dir_fd=folder)

    def link(self, key: str, seconds: float) -> str:  # noqa: ARG002 - a folder has no address, however long it is for
        """Raises `Refused`: nobody serves this folder, so no address could be honoured."""
        with self._opened(key, check_key(key)):
            raise Refused(
                f"{key} lies in a folder, which has no address to give away: links need an S3 store.",
                code="no_links",
            )

    @contextmanager
    def _opened(self, key: str, parts: tuple[str, ...]) -> Iterator[IO[bytes]]:
        """The object's file. Raises `NotFound`, and `Refused` for what is not a plain file."""
        with _disk_faults(key):
            try:
                source = self._inside.file(parts)
            except FileNotFoundError as fault:
                raise NotFound(f"There is no object {key}.") from fault
        with source:
            yield source

    def _walk(self, prefix: str) -> Iterator[Stored]:
        if not self._root.is_dir():
            return
        for where, folders, names, handle in os.fwalk(self._root, onerror=_raise):
            folders[:] = [name for name in folders if not name.startswith(".")]
            above = Path(where).relative_to(self._root).as_posix()
            for name in names:
                key = name if above == "." else f"{above}/{name}"
                if name.startswith(".") or not key.startswith(prefix):
                    continue
                with suppress(FileNotFoundError):  # deleted between the look and the question
                    found = os.stat(name, dir_fd=handle, follow_symlinks=False)
                    if stat.S_ISREG(found.st_mode):
                        yield _stored(key, found, "")


def _copy(source: IO[bytes], out: IO[bytes], size: int, progress: Progress | None) -> str:
    """Copy to the end; the sha256 of what went through, in hex."""
    digest, done = sha256(), 0
    while chunk := source.read(CHUNK):
        out.write(chunk)
        digest.update(chunk)
        done += len(chunk)
        if progress is not None:
            progress(done, max(size, done))
    return digest.hexdigest()


def _mark(handle: int, digest: str) -> None:
    """Note the hash on the file itself, where the file system can; elsewhere it stays unknown."""
    if hasattr(os, "setxattr"):
        with suppress(OSError):
            os.setxattr(handle, _MARK, f"{digest} {os.fstat(handle).st_mtime_ns}".encode())


def _marked(handle: int, found: os.stat_result) -> str:
    """The hash noted on a file that nobody wrote to since, or an empty string."""
    if not hasattr(os, "getxattr"):
        return ""
    try:
        digest, _, written = os.getxattr(handle, _MARK).decode("ascii", "replace").partition(" ")
    except OSError:
        return ""
    return digest if written == str(found.st_mtime_ns) else ""


def _stored(key: str, found: os.stat_result, digest: str) -> Stored:
    return Stored(key, found.st_size, digest, datetime.fromtimestamp(found.st_mtime, UTC))


def _raise(fault: OSError) -> None:
    """Nothing is left out of a list but what is deleted meanwhile."""
    if not isinstance(fault, FileNotFoundError):
        raise fault


@contextmanager
def _disk_faults(key: str) -> Iterator[None]:
    """The system's faults as BMO's."""
    try:
        with disk_faults(f"{key} is not a plain file inside the store.", key):
            yield
    except FileNotFoundError as fault:
        raise Broken(f"{key} cannot be read or written here: {fault.strerror or fault}.") from fault
