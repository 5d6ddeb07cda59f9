"""Arrays on disk: an ordinary `.npz` whose members are stored as they are, so that they can be mapped into memory.

`np.load` reads members of an archive whole, mapped or not. Here the archive is mapped once and every member becomes a
view of it: only what a query touches is read. The members are aligned and carry the archive's own checksums.
"""

import io
import mmap
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from bmo.core.errors import Broken

Array: TypeAlias = npt.NDArray[Any]

_ALIGNED = 64
"""Bytes; numpy is quick with addresses that are multiples of this."""
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
"""The head of a member in the archive; its last two numbers are the lengths of the name and the extra field."""
_PADDING = 0xD935
"""The id of an extra field that only moves the data to an aligned place."""
_PIECE = 16_777_216


def write(into: IO[bytes], arrays: Mapping[str, Array]) -> None:
    """Write the arrays by name; `np.load(path, allow_pickle=False)` reads them too."""
    with zipfile.ZipFile(into, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            member.extra = _padding(archive, member.filename)
            with archive.open(member, "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.ascontiguousarray(array), allow_pickle=False)


def read(path: Path) -> dict[str, Array]:
    """The arrays, mapped and read-only; the file may be deleted while they are in use.

    Raises `FileNotFoundError` when there is none, `Broken` when it is damaged.
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                members, directory = archive.infolist(), archive.start_dir
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            places = [_place(whole, member) for member in members]
            if directory != max((place.stop for place in places), default=0):
                raise zipfile.BadZipFile("the list of members is not whole")
            names = [member.filename.removesuffix(".npy") for member in members]
            return dict(zip(names, map(partial(_mapped, whole), members, places), strict=True))
        except (zipfile.BadZipFile, struct.error, ValueError, EOFError, NotImplementedError) as fault:
            raise damaged(path) from fault


def damaged(path: Path) -> Broken:
    """What is raised for a file that is not as it was written; the folder it lies in goes by its domain."""
    return Broken(
        f"The search index {path} is damaged; `bmo search index FOLDER --domain {path.parent.name}` makes it again.",
        code="index_damaged",
    )


def _padding(archive: zipfile.ZipFile, name: str) -> bytes:
    """An extra field after which the member's data begin at an aligned place. zipfile puts 20 bytes of its own before
    it, for sizes of more than 32 bits."""
    start = archive.fp.tell() + _LOCAL_HEADER.size + len(name) + 20 + 4  # type: ignore[union-attr]
    length = -start % _ALIGNED
    return struct.pack("<2H", _PADDING, length) + bytes(length)


def _place(whole: mmap.mmap, member: zipfile.ZipInfo) -> slice:
    """Where a member's data lie in the archive."""
    *_, name_bytes, extra_bytes = _LOCAL_HEADER.unpack_from(whole, member.header_offset)
    start = member.header_offset + _LOCAL_HEADER.size + name_bytes + extra_bytes
    return slice(start, start + member.file_size)


def _mapped(whole: mmap.mmap, member: zipfile.ZipInfo, place: slice) -> Array:
    if member.compress_type != zipfile.ZIP_STORED:
        raise zipfile.BadZipFile("a member is compressed")
    data = memoryview(whole)[place]
    if len(data) != member.file_size or _checksum(data) != member.CRC:
        raise zipfile.BadZipFile("a member is not what was written")
    head = io.BytesIO(data[: min(len(data), 4_096)])
    version = np.lib.format.read_magic(head)
    if version != (1, 0):
        raise zipfile.BadZipFile("a member is of another version")
    shape, _, kind = np.lib.format.read_array_header_1_0(head)
    return np.frombuffer(data[head.tell() :], dtype=kind).reshape(shape)


def _checksum(data: memoryview) -> int:
    """In pieces, so that other threads run in between."""
    value = 0
    for start in range(0, len(data), _PIECE):
        value = zlib.crc32(data[start : start + _PIECE], value)
    return value
