"""What a picture file is, told from its bytes before anything decodes them.

Every picture from outside passes here first: one that is not what it says, is cut off, carries something else behind
its end, or would fill the memory once decoded is refused while it is still a few bytes to look at.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from bmo.core.errors import Refused, TooLarge, WrongType

Kind: TypeAlias = Literal["image/jpeg", "image/png", "image/webp"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_PIXELS = 25_000_000
"""A phone's 12-megapixel picture twice over; 75 MB once it is decoded."""

_MOST_PARTS = 20_000
"""Segments or chunks of a file; real ones have a few hundred."""
_MOST_SCANS = 64
"""Passes over a progressive JPEG, each of which costs a decoder the whole picture; real ones have about ten."""
_PNG = b"\x89PNG\r\n\x1a\n"
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MARKER = re.compile(rb"\xff(?=[^\x00\xff\xd0-\xd7])")
"""In the compressed part of a JPEG: what is not a stuffed byte, a filling byte or a restart."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture file says about itself."""

    kind: Kind
    width: int
    """Pixels as they are stored: an EXIF orientation is not applied."""
    height: int


def look(data: bytes, most_pixels: int = MOST_PIXELS) -> Header:
    """The header of a whole JPEG, PNG or WebP file.

    Raises `WrongType` for any other file, `TooLarge` for more than `most_pixels`, `Refused` for a file that is cut off,
    makes no sense, or goes on behind its end (a preview that a camera puts there, itself a JPEG, is let pass).
    """
    walk = _Walk(data)
    if data.startswith(b"\xff\xd8"):
        header = Header("image/jpeg", *_jpeg(walk))
        while walk.ahead(2) == b"\xff\xd8":
            _jpeg(walk)
    elif data.startswith(_PNG):
        header = Header("image/png", *_png(walk))
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        header = Header("image/webp", *_webp(walk))
    else:
        raise WrongType("This is not a picture that can be looked at: send JPEG, PNG or WebP.", code="not_a_picture")
    if walk.rest().strip(b"\0"):
        raise Refused(
            "There is something else behind the end of this picture; save it anew.", code="not_only_a_picture"
        )
    if header.width < 1 or header.height < 1:
        raise _senseless()
    if header.width * header.height > most_pixels:
        raise TooLarge(
            f"This picture has {header.width:,} x {header.height:,} pixels; at most {most_pixels:,} are looked at."
        )
    return header


class _Walk:
    """Goes through a file from front to back. Raises `Refused` where it ends too soon."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self._parts = 0

    def ahead(self, count: int) -> bytes:
        """The next bytes, fewer at the end; stays where it is."""
        return self.data[self.at : self.at + count]

    def take(self, count: int) -> bytes:
        """The next bytes, all of them."""
        piece = self.ahead(count)
        if len(piece) < count:
            raise Refused("This picture is cut off: its end is missing.", code="cut_off")
        self.at += count
        return piece

    def number(self, count: int, order: Literal["big", "little"] = "big") -> int:
        return int.from_bytes(self.take(count), order)

    def part(self) -> None:
        """Another segment or chunk begins."""
        self._parts += 1
        if self._parts > _MOST_PARTS:
            raise _senseless()

    def rest(self) -> bytes:
        return self.data[self.at :]


def _jpeg(walk: _Walk) -> tuple[int, int]:
    """One picture from its first marker to its last: ITU T.81, annex B."""
    walk.take(2)
    size, scans = None, 0
    while (marker := _marker(walk)) != _END:
        if marker in _STANDALONE:
            continue
        segment = walk.take(max(0, walk.number(2) - 2))
        if marker in _FRAMES:
            if size is not None or len(segment) < 6:
                raise _senseless()
            size = int.from_bytes(segment[3:5], "big"), int.from_bytes(segment[1:3], "big")
        elif marker == _SCAN:
            scans += 1
            found = _MARKER.search(walk.data, walk.at)
            walk.at = found.start() if found else len(walk.data)
    if size is None or not 1 <= scans <= _MOST_SCANS:
        raise _senseless()
    return size


def _marker(walk: _Walk) -> int:
    walk.part()
    if walk.take(1) != b"\xff":
        raise _senseless()
    while (marker := walk.number(1)) == 0xFF:
        pass
    return marker


def _png(walk: _Walk) -> tuple[int, int]:
    """The chunks from IHDR to IEND: ISO/IEC 15948, section 5."""
    walk.take(len(_PNG))
    first = b""
    while True:
        walk.part()
        length, name = walk.number(4), walk.take(4)
        chunk = walk.take(length)
        walk.take(4)  # its checksum, which whoever decodes it looks at
        if not first:
            if name != b"IHDR" or length != 13:
                raise _senseless()
            first = chunk
        if name == b"IEND":
            return int.from_bytes(first[:4], "big"), int.from_bytes(first[4:8], "big")


def _webp(walk: _Walk) -> tuple[int, int]:
    """The RIFF container and the size in its first chunk: RFC 9649, section 2."""
    walk.take(4)
    length = walk.number(4, "little")
    body = walk.take(length)
    name, chunk = body[4:8], body[12:]
    if name == b"VP8X" and len(chunk) >= 10:
        return 1 + int.from_bytes(chunk[4:7], "little"), 1 + int.from_bytes(chunk[7:10], "little")
    if name == b"VP8L" and len(chunk) >= 5 and chunk[0] == 0x2F:
        bits = int.from_bytes(chunk[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"VP8 " and len(chunk) >= 10 and chunk[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(chunk[6:8], "little") & 0x3FFF, int.from_bytes(chunk[8:10], "little") & 0x3FFF
    raise _senseless()


def _senseless() -> Refused:
    return Refused("This picture is damaged: its parts make no sense.", code="bad_picture")
