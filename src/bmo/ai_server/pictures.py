"""Pictures that come inside JSON: what they look like from outside, before anybody decodes them."""

import base64
import binascii

from bmo.capabilities.media import Picture
from bmo.core.errors import WrongType

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_RIFF, _WEBP = b"RIFF", b"WEBP"
_KINDS = "Send pictures as JPEG, PNG or WebP."


def picture(data: bytes) -> Picture:
    """Raises `WrongType` for what does not begin like a JPEG, PNG or WebP file."""
    webp = data[:4] == _RIFF and data[8:12] == _WEBP
    if not webp and not data.startswith(_STARTS):
        raise WrongType(_KINDS)
    return Picture(data)


def of_base64(text: str) -> Picture:
    """A picture in base64. Raises `WrongType`."""
    try:
        return picture(base64.b64decode(text, validate=True))
    except binascii.Error as fault:
        raise WrongType("A picture is not valid base64.") from fault


def of_url(url: str) -> Picture:
    """A picture inside a `data:` address. Raises `WrongType`, also for other addresses: this server fetches nothing."""
    head, comma, data = url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64") or not comma:
        raise WrongType("Send pictures inside the request, as data:image/jpeg;base64,...: nothing is fetched here.")
    return of_base64(data)
