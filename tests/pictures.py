"""Pictures made at test time, and photographs that a package carries."""

import shutil
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from bmo.catalogue.record import WheelMember, WheelPieces
from bmo.catalogue.wheel import Wheels
from bmo.core.errors import Unavailable
from bmo.core.filelock import in_turn
from conftest import missing
from models import models_dir

_PACKAGE = "scikit-image==0.26.0"
_PHOTOS = {
    "chelsea.png": (240_512, "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb"),
    "coffee.png": (466_706, "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7"),
}
"""A cat and a cup of coffee, both given to the public domain (CC0) by their photographers."""


def made(width: int = 64, height: int = 48) -> Image.Image:
    """Coloured noise, the same each time."""
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8))


def encoded(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def turned(image: Image.Image, orientation: int) -> bytes:
    """A JPEG that says that it has to be turned to be seen upright."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, quality=95, exif=exif)


@cache
def photo(name: str) -> bytes:
    """A photograph; without it the test is skipped, or fails in CI."""
    place = models_dir() / "photographs" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with in_turn(place.parent / ".lock"):  # two workers may want them at once
        if not place.is_file():
            _fetch(place.parent)
    return place.read_bytes()


def _fetch(folder: Path) -> None:
    """Take the photographs out of the package, which is not installed and not kept."""
    try:
        for name, (size, sha256) in _PHOTOS.items():
            member = WheelMember(_PACKAGE, 14_000_000, f"skimage/data/{name}", size, sha256)
            part = folder / f"{name}.part"
            Wheels().fetch(WheelPieces((member,)), part, folder, lambda _: None)
            part.rename(folder / name)
    except Unavailable as failure:
        missing(f"the photographs could not be fetched: {failure.sentence}")
    finally:
        shutil.rmtree(folder / "wheels", ignore_errors=True)
