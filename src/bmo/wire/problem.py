"""How an error travels: a code, a sentence, and the HTTP status that goes with its type."""

import math
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from bmo.core.errors import (
    BmoError,
    Broken,
    Busy,
    Cancelled,
    Denied,
    Forbidden,
    NotFound,
    Refused,
    TooLarge,
    TooMany,
    Unavailable,
    WrongType,
)


class Problem(BaseModel):
    """The body of every answer that is not a success, over REST, socket and CLI alike."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    """Stable, lower_snake_case."""
    sentence: str
    """For people: what is wrong and what to do."""


STATUS: tuple[tuple[type[BmoError], int], ...] = (
    (TooLarge, 413),
    (WrongType, 415),
    (NotFound, 404),
    (Refused, 400),
    (Forbidden, 403),
    (Denied, 401),
    (TooMany, 429),
    (Busy, 503),
    (Cancelled, 409),
    (Unavailable, 503),
    (Broken, 500),
    (BmoError, 500),
)
"""The first type that fits gives the status."""


OF_HTTP: Mapping[int, Problem] = {
    number: Problem(code=code, sentence=sentence)
    for number, code, sentence in (
        (400, "bad_request", "BMO did not understand this request."),
        (404, "not_found", "There is nothing at this address."),
        (405, "wrong_method", "This address does not take this kind of request."),
        (408, "timed_out", "The request came in too slowly. Send it again."),
        (413, "too_large", "This is too large."),
        (414, "too_large", "This address is too long."),
        (415, "wrong_type", "This is not the kind of data that belongs here."),
        (431, "too_large", "The headers of this request are too large."),
    )
}
"""What the web servers themselves refuse, by HTTP status."""


def of_status(number: int) -> Problem:
    """The problem that goes with a status when nothing more is known."""
    return OF_HTTP.get(number, OF_HTTP[400])


def problem(error: BmoError) -> Problem:
    """The error as it goes over the wire."""
    return Problem(code=error.code, sentence=error.sentence)


def headers(error: BmoError) -> dict[str, str]:
    """What goes with an error over HTTP besides its body: nobody keeps it, and whoever may come again is told when."""
    told = {"Cache-Control": "no-store"}
    if isinstance(error, Busy):
        told["Retry-After"] = str(max(1, math.ceil(error.retry_after)))
    return told


def status(error: BmoError) -> int:
    """The HTTP status of an error."""
    return next(number for kind, number in STATUS if isinstance(error, kind))
