"""Write a file whole or not at all: a temporary file, fsync, then `os.replace`."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def whole(into: Path) -> Iterator[IO[bytes]]:
    """A stream to write; `into` is replaced when the block ends well and left alone when it does not.

    The temporary file lies in the folder of `into`, which must exist. Raises `OSError` as the system does.
    """
    handle, name = tempfile.mkstemp(prefix=".arriving-", dir=into.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, into)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)
        raise
