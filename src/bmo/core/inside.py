"""Files below one folder, and never outside it.

Every name on the way is opened relative to the folder before it and never through a link, so what was checked is what
is used, whatever somebody puts there meanwhile. POSIX only.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from bmo.core.errors import Broken, Refused

LONGEST_NAME = 255
"""Bytes of a name in a path, as file systems have it."""


class Inside:
    """One folder. It may be a link itself: whoever set it up chose that; nothing below it may."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def folder(self, parts: Sequence[str] = (), *, make: bool = False) -> Iterator[int]:
        """A handle of the folder below the root, opened name by name; `make` makes what is missing, for its owner only.

        Raises `OSError` as the system does: ELOOP or ENOTDIR for a link on the way.
        """
        if make:
            self.root.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in parts:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(part, 0o700, dir_fd=handle)
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
                os.close(handle)
                handle = inner
            yield handle
        finally:
            os.close(handle)

    def file(self, parts: Sequence[str]) -> IO[bytes]:
        """The plain file of this path, opened to be read. A pipe or device somebody put there does not hold us.

        Raises `OSError` as the system does, with EINVAL for what is not a plain file.
        """
        with self.folder(parts[:-1]) as folder:
            handle = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise OSError(errno.EINVAL, "not a plain file")
        return os.fdopen(handle, "rb")


@contextmanager
def disk_faults(refusal: str, what: str) -> Iterator[None]:
    """The system's faults as BMO's: `Refused(refusal)` for links, folders and special files where a plain file should
    be, `Broken` for the rest. What is missing (`FileNotFoundError`) is for the caller to tell."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (NotADirectoryError, IsADirectoryError) as fault:
        raise Refused(refusal, code="bad_key") from fault
    except OSError as fault:
        if fault.errno in (errno.ELOOP, errno.EXDEV, errno.EINVAL, errno.ENXIO, errno.EMLINK):
            raise Refused(refusal, code="bad_key") from fault
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Broken(f"The disk is full: {what} was not written. Free some space.", code="disk_full") from fault
        raise Broken(f"{what} cannot be read or written here: {fault.strerror or fault}.") from fault
