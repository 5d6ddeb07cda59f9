"""Pictures that come inside JSON."""

import base64

from bmo.capabilities.media import Picture
from bmo.core import picture_file
from bmo.core.errors import WrongType


def picture(data: bytes) -> Picture:
    """Raises `Refused` and its kinds for what `picture_file.look` does not take; nothing is decoded here."""
    picture_file.look(data)
    return Picture(data)


def of_base64(text: str) -> Picture:
    """A picture in base64. Raises as `picture`."""
    try:
        return picture(base64.b64decode(text, validate=True))
    except ValueError as fault:  # binascii's, and characters that are not ASCII
        raise WrongType("A picture is not valid base64.", code="not_a_picture") from fault


def of_url(url: str) -> Picture:
    """A picture inside a `data:` address. Raises `WrongType`, also for other addresses: this server fetches nothing."""
    head, comma, data = url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64") or not comma:
        raise WrongType("Send pictures inside the request, as data:image/jpeg;base64,...: nothing is fetched here.")
    return of_base64(data)
