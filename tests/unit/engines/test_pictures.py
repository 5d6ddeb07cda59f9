import numpy as np
import pytest
from PIL import Image

from bmo.capabilities.media import Picture
from bmo.core.errors import Refused, TooLarge
from bmo.engines.pictures import shown
from pictures import encoded, made, turned


def halves(width: int, height: int) -> Image.Image:
    """White on top, black below."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("black", (0, height // 2, width, height))
    return image


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_becomes_rgb(kind: str) -> None:
    picture = shown(Picture(encoded(made(), kind)), 640)

    assert picture.image.mode == "RGB"
    assert picture.image.size == (picture.width, picture.height) == (64, 48)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1"])
def test_every_colour_model_becomes_rgb(mode: str) -> None:
    assert shown(Picture(encoded(made().convert(mode), "PNG")), 640).image.mode == "RGB"


def test_a_picture_taken_with_the_camera_on_its_side_is_seen_upright() -> None:
    upright = halves(60, 100)
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    picture = shown(Picture(turned(stored, 6)), 640)

    assert (picture.width, picture.height) == (60, 100) == picture.image.size
    pixels = np.asarray(picture.image)
    assert pixels[:40].min() > 200
    assert pixels[60:].max() < 50


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_tells_the_size_as_people_see_it(orientation: int) -> None:
    picture = shown(Picture(turned(made(64, 48), orientation)), 640)

    assert picture.image.size == (picture.width, picture.height)
    assert (picture.width, picture.height) == ((64, 48) if orientation < 5 else (48, 64))


def test_a_large_jpeg_is_decoded_no_finer_than_needed_and_its_size_is_still_told() -> None:
    picture = shown(Picture(turned(made(2_000, 1_600), 8)), 300)

    assert (picture.width, picture.height) == (1_600, 2_000)
    assert 300 <= min(picture.image.size) <= 600
    assert picture.image.width / picture.image.height == pytest.approx(0.8, abs=0.01)


def test_sixteen_bits_of_grey_do_not_become_white() -> None:
    grey = Image.fromarray(np.full((20, 20), 0x4000, np.uint16))

    assert np.asarray(shown(Picture(encoded(grey, "PNG")), 640).image).mean() == pytest.approx(63, abs=1)


def test_too_many_pixels_are_refused_before_decoding() -> None:
    with pytest.raises(TooLarge):
        shown(Picture(encoded(made(200, 200), "PNG")), 640, most_pixels=30_000)


def test_a_picture_that_cannot_be_decoded_is_refused() -> None:
    data = bytearray(encoded(made(), "PNG"))
    at = data.index(b"IDAT") + 10
    data[at : at + 40] = bytes(40)

    with pytest.raises(Refused) as refusal:
        shown(Picture(bytes(data)), 640)
    assert refusal.value.code == "bad_picture"
