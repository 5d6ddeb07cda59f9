"""How an error travels: a code, a sentence, and the HTTP status that goes with its type."""

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


def problem(error: BmoError) -> Problem:
    """The error as it goes over the wire."""
    return Problem(code=error.code, sentence=error.sentence)


def status(error: BmoError) -> int:
    """The HTTP status of an error."""
    return next(number for kind, number in STATUS if isinstance(error, kind))
