"""Documents put into a folder through the page or the REST route, and taken out again."""

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import PurePath

from bmo.core.errors import NotFound, Refused, TooLarge, WrongType
from bmo.core.inside import Inside, disk_faults
from bmo.core.plain_text import decoded
from bmo.skills.documents.scan import MOST_BYTES, MOST_TEXT_BYTES

LONGEST_NAME = 120
"""Characters."""
_KINDS = "Send Markdown, text or PDF: a name that ends in .md, .txt or .pdf."


def limit(name: str) -> int:
    """Bytes a document of this name may have."""
    return MOST_BYTES.get(PurePath(name).suffix.lower(), MOST_TEXT_BYTES)


def check_name(name: str, kinds: frozenset[str]) -> str:
    """A plain name of a document. Raises `Refused`, `WrongType`."""
    if not 0 < len(name) <= LONGEST_NAME or name.startswith((".", "~")) or name != name.strip():
        raise Refused(f"Give the document a name of 1 to {LONGEST_NAME} characters that does not begin with a dot.")
    if any(sign in '/\\:*?"<>|' or not sign.isprintable() for sign in name):
        raise Refused("The name of a document has no slashes, colons or control characters in it.")
    if PurePath(name).suffix.lower() not in kinds:
        raise WrongType(_KINDS)
    return name


def check_content(name: str, data: bytes) -> None:
    """Raises `TooLarge`, and `WrongType` for what is not what its name says."""
    if len(data) > limit(name):
        raise TooLarge(f"{name} is too large: at most {limit(name) // 1_000_000} MB.")
    if PurePath(name).suffix.lower() == ".pdf":
        if b"%PDF-" not in data[:1024]:
            raise WrongType(f"{name} is not a PDF.")
        return
    try:
        decoded(data)
    except WrongType as fault:
        raise WrongType(f"{name} cannot be taken: {fault.sentence}.") from fault


def write(inside: Inside, parts: Sequence[str], data: bytes, *, replace: bool) -> None:
    """Keep a file, whole or not at all. Raises `Refused` when there is one of this name already."""
    *above, name = parts
    arriving = f".arriving-{secrets.token_hex(8)}"
    with disk_faults(f"{name} cannot be put there.", name), inside.folder(above, make=True) as folder:
        if not replace:
            _reserve(folder, name)
        try:
            handle = os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder)
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(arriving, name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            for left in (arriving,) if replace else (arriving, name):
                with suppress(FileNotFoundError):
                    os.unlink(left, dir_fd=folder)
            raise
        os.fsync(folder)


def delete(inside: Inside, parts: Sequence[str]) -> None:
    """Delete a file; a link goes, not what it leads to. Raises `NotFound`, `Refused` for a folder."""
    if not parts:
        raise Refused("Say which document shall be deleted.")
    *above, name = parts
    with disk_faults(f"{name} is not a document.", name):
        try:
            with inside.folder(above) as folder:
                os.unlink(name, dir_fd=folder)
                os.fsync(folder)
        except FileNotFoundError as fault:
            raise NotFound(f"There is no document {'/'.join(parts)}.") from fault


def _reserve(folder: int, name: str) -> None:
    """An empty file of this name, which is ours from now on."""
    try:
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=folder))
    except FileExistsError as fault:
        raise Refused(
            f"There is a document {name} already. Say that it shall be replaced, or choose another name.",
            code="already_there",
        ) from fault
