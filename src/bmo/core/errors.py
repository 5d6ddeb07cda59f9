"""Everything that goes wrong in BMO, as one tree.

    BmoError                  a code for the log and a sentence for the person
    ├── Unavailable           this provider cannot now: ask the next one
    │   ├── Unreachable       refused, reset, no route, bad certificate
    │   ├── TimedOut          a deadline passed
    │   ├── TurnedAway        it answered, but not to us: 401, 403, 404, 429, 5xx
    │   ├── Malformed         the answer makes no sense, or stopped before its end
    │   ├── Skipped           not asked: its breaker is open, it drains, it lacks the model
    │   └── NobodyCould       every provider failed; `causes` says how each did
    ├── Refused               the request is wrong: asking someone else would hide it
    │   ├── TooLarge          bigger than the limit named in the sentence
    │   ├── WrongType         not the kind of data that was asked for
    │   └── NotFound          nothing by that name
    ├── Denied                no valid session, key or code
    │   └── Forbidden         known, but not allowed: role, Host, Origin, CSRF
    ├── Busy                  full; try again after `retry_after` seconds
    │   └── TooMany           too many attempts from here, or too much asked by one key
    ├── Cancelled             the person said stop
    └── Broken                this machine is not set up: port taken, disk full, file damaged

A code is lower_snake_case and stable; a sentence is for people and says what to do.
"""

from collections.abc import Sequence


class BmoError(Exception):
    """The root: `code` goes to logs and programs, `sentence` to people."""

    code = "error"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if code is not None:
            self.code = code


class Unavailable(BmoError):
    """This provider cannot answer now; the next one may."""

    code = "unavailable"


class Unreachable(Unavailable):
    """No connection: refused, reset, no route, name unknown, certificate not trusted."""

    code = "unreachable"


class TimedOut(Unavailable):
    """A deadline passed before the first useful piece of the answer."""

    code = "timed_out"


class TurnedAway(Unavailable):
    """The server answered but would not serve us; `status` is its HTTP status."""

    code = "turned_away"

    def __init__(self, sentence: str, *, status: int, code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.status = status


class Malformed(Unavailable):
    """The answer makes no sense or ended before its end was announced."""

    code = "malformed"


class Skipped(Unavailable):
    """The provider was not asked, for the reason in the sentence."""

    code = "skipped"


class NobodyCould(Unavailable):
    """Every provider of a capability failed; `causes` holds each failure in order asked."""

    code = "nobody_could"

    def __init__(self, sentence: str, causes: Sequence[Unavailable], *, code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.causes = tuple(causes)

    def __str__(self) -> str:
        return "; ".join([self.sentence, *(str(cause) for cause in self.causes)])


class Refused(BmoError):
    """The request itself is wrong; no other provider is asked."""

    code = "bad_request"


class TooLarge(Refused):
    """The request is bigger than the limit that the sentence names."""

    code = "too_large"


class WrongType(Refused):
    """The data is not of the kind that was asked for."""

    code = "wrong_type"


class NotFound(Refused):
    """Nothing goes by that name."""

    code = "not_found"


class Denied(BmoError):
    """No valid session, key or code came with the request."""

    code = "denied"


class Forbidden(Denied):
    """Known, but not allowed to do this."""

    code = "forbidden"


class Busy(BmoError):
    """Full right now; `retry_after` is in seconds."""

    code = "busy"

    def __init__(self, sentence: str, *, retry_after: float = 1.0, code: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.retry_after = retry_after


class TooMany(Busy):
    """Too many attempts, or too many requests by one key; `retry_after` says when the next is looked at."""

    code = "too_many_attempts"


class Cancelled(BmoError):
    """The person stopped it."""

    code = "cancelled"


class Broken(BmoError):
    """This machine is not ready: a port is taken, a disk is full, a file is damaged."""

    code = "broken"
