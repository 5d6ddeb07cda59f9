"""Picture files -> pixels, the right way up."""

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from PIL import Image, ImageOps

from bmo.capabilities.media import Picture
from bmo.core import picture_file
from bmo.core.errors import Refused

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_ORIENTATION = 0x0112
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
"""EXIF orientations that swap width and height."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as people see it: turned as its EXIF orientation says."""

    image: Image.Image
    """RGB; of the same shape as the picture, but possibly smaller."""
    width: int
    """Pixels of the picture itself; boxes are told in these."""
    height: int


def shown(picture: Picture, about: int, most_pixels: int = picture_file.MOST_PIXELS) -> Shown:
    """The pixels of a picture. A JPEG larger than `about` x `about` is decoded at an 1/2, 1/4 or 1/8 of its size, not
    below `about`, which costs a fraction of the time.

    Raises `Refused` as `picture_file.look` does, and for data that cannot be decoded.
    """
    header = picture_file.look(picture.data, most_pixels)
    try:
        image = Image.open(BytesIO(picture.data), formats=[_FORMATS[header.kind]])
        image.draft("RGB", (about, about))
        turned = image.getexif().get(_ORIENTATION) in _ON_ITS_SIDE
        ImageOps.exif_transpose(image, in_place=True)
        rgb = image if image.mode == "RGB" else _eight_bits(image).convert("RGB")
        rgb.load()
    except Exception as fault:  # hostile bytes make a decoder raise nearly anything, and no code of ours is in there
        raise Refused("This picture is damaged: it cannot be decoded.", code="bad_picture") from fault
    width, height = (header.height, header.width) if turned else (header.width, header.height)
    return Shown(rgb, width, height)


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit greys are scaled: Pillow would cut them off at 255, which makes them white."""
    if not image.mode.startswith("I"):
        return image
    return Image.fromarray((np.asarray(image).astype(np.int64) // 257).clip(0, 255).astype(np.uint8))
