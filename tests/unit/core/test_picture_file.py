"""Everything about a picture file that can be told, and refused, before it is decoded."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bmo.core.errors import Refused, TooLarge, WrongType
from bmo.core.picture_file import Header, look
from pictures import encoded, made

FILES = {
    "jpeg": encoded(made()),
    "progressive jpeg": encoded(made(), progressive=True),
    "png": encoded(made(), "PNG"),
    "webp": encoded(made(), "WEBP"),
    "webp without loss": encoded(made(), "WEBP", lossless=True),
    "webp that says more": encoded(made(), "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"),
}
every_kind = pytest.mark.parametrize("data", FILES.values(), ids=FILES)


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")


@every_kind
def test_kind_and_size_are_told(data: bytes) -> None:
    header = look(data)

    assert (header.width, header.height) == (64, 48)
    assert header.kind in ("image/jpeg", "image/png", "image/webp")


@every_kind
def test_a_picture_that_is_cut_off_anywhere_is_refused(data: bytes) -> None:
    for length in range(len(data) - 1, 12, -(len(data) // 200) or -1):
        with pytest.raises(Refused):
            look(data[:length])


@every_kind
def test_a_picture_that_is_something_else_too_is_refused(data: bytes) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("run.sh", "echo surprise")
    for tail in (archive.getvalue(), b"<script>alert(1)</script>", b"%PDF-1.7", b"MZ\x90"):
        with pytest.raises(Refused) as refusal:
            look(data + tail)

        assert refusal.value.code == "not_only_a_picture"


@every_kind
def test_padding_is_no_other_file(data: bytes) -> None:
    assert look(data + bytes(7)) == look(data)


def test_the_preview_that_a_camera_puts_behind_its_picture_is_let_pass() -> None:
    assert look(encoded(made(80, 60)) + encoded(made(16, 12))) == Header("image/jpeg", 80, 60)


def test_an_image_bomb_is_refused_by_what_it_says_and_costs_nothing() -> None:
    tracemalloc.start()
    for bomb in (png(60_000, 60_000), png(2**31 - 1, 2**31 - 1)):
        with pytest.raises(TooLarge, match="at most 25,000,000"):
            look(bomb)

    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_a_limit_of_its_own_can_be_set() -> None:
    assert look(png(100, 100), most_pixels=10_000).width == 100
    with pytest.raises(TooLarge):
        look(png(100, 101), most_pixels=10_000)


@pytest.mark.parametrize("size", [(0, 10), (10, 0)])
def test_a_picture_without_pixels_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(Refused):
        look(png(*size))


def test_a_jpeg_of_a_thousand_passes_is_refused() -> None:
    data = encoded(made(), progressive=True)
    scan = data.index(b"\xff\xda")

    with pytest.raises(Refused) as refusal:
        look(data[:scan] + data[scan:-2] * 100 + b"\xff\xd9")
    assert refusal.value.code == "bad_picture"


def test_a_file_of_a_million_empty_parts_is_refused() -> None:
    data = encoded(made())

    with pytest.raises(Refused) as refusal:
        look(data[:2] + b"\xff\xe1\0\x02" * 1_000_000 + data[2:])
    assert refusal.value.code == "bad_picture"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
def test_other_kinds_of_pictures_are_refused(kind: str) -> None:
    with pytest.raises(WrongType, match="JPEG, PNG or WebP"):
        look(encoded(made(), kind))


@pytest.mark.parametrize("data", [b"", b"\xff", b"RIFF", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(WrongType):
        look(data)


@given(
    which=st.sampled_from(sorted(FILES)), edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8)
)
def test_any_damage_is_either_not_seen_from_outside_or_refused(which: str, edits: list[tuple[float, int]]) -> None:
    data = bytearray(FILES[which])
    for where, value in edits:
        data[int(where * (len(data) - 1))] = value
    try:
        header = look(bytes(data))
    except Refused:
        return

    assert 0 < header.width * header.height <= 25_000_000


@given(start=st.sampled_from([b"\xff\xd8", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBP"]), rest=st.binary(max_size=300))
def test_any_bytes_behind_a_good_start_are_refused(start: bytes, rest: bytes) -> None:
    with pytest.raises(Refused, match=r"\.$"):
        look(start + rest)
