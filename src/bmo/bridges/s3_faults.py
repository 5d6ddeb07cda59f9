"""The one place where botocore's faults become BMO's."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import botocore.exceptions as faults
from botocore.parsers import ResponseParserError

from bmo.core.errors import BmoError, Broken, Malformed, NotFound, Refused, TimedOut, TurnedAway, Unreachable

_NOT_THERE = frozenset({"NoSuchKey", "404", "NotFound"})
_WRONG = frozenset({"InvalidArgument", "KeyTooLongError", "EntityTooLarge", "InvalidObjectState"})
_SAYS = {
    "InvalidAccessKeyId": "does not know our access key",
    "SignatureDoesNotMatch": "does not accept our secret key",
    "AccessDenied": "does not let our key do this",
    "RequestTimeTooSkewed": "has another time than this machine: set the clock",
    "NoSuchBucket": "has no bucket of this name",
    "PreconditionFailed": "has got another file under this key meanwhile: ask again",
    "NoSuchUpload": "has forgotten the upload meanwhile: begin again",
    "SlowDown": "is being asked too much",
}


@contextmanager
def store_faults(name: str, key: str = "") -> Iterator[None]:
    """Raise ours for everything botocore raises; with `key`, "not there" means that object."""
    try:
        yield
    except faults.ClientError as fault:
        raise _answered(name, key, fault) from fault
    except (faults.BotoCoreError, ResponseParserError) as fault:
        raise _failed(name, fault) from fault


@contextmanager
def own_faults(key: str) -> Iterator[None]:
    """A file of this machine that cannot be read or written is `Broken`, not the store's fault."""
    try:
        yield
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Broken(f"The disk is full: {key} was not written. Free some space.", code="disk_full") from fault
        raise Broken(f"{key} cannot be read or written here: {fault.strerror or fault}.") from fault


def _answered(name: str, key: str, fault: faults.ClientError) -> BmoError:
    code = str(fault.response.get("Error", {}).get("Code", ""))
    status = int(fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if key and code in _NOT_THERE:
        return NotFound(f"There is no object {key}.")
    if code in _WRONG:
        return Refused(f"{name} refuses this ({code}).")
    if code == "BadDigest":
        return Malformed(f"What arrived at {name} is not what was sent.")
    return TurnedAway(f"{name} {_SAYS.get(code, f'turned us away ({code})')} (HTTP {status}).", status=status)


def _failed(name: str, fault: Exception) -> BmoError:
    if isinstance(fault, faults.ConnectTimeoutError | faults.ReadTimeoutError):
        return TimedOut(f"{name} did not answer in time.")
    if isinstance(fault, faults.SSLError):
        return Unreachable(f"No safe connection to {name}: its certificate is not trusted.", code="no_safe_connection")
    if isinstance(fault, faults.ResponseStreamingError | faults.IncompleteReadError):
        return Malformed(f"{name} stopped in the middle of its answer.")
    if isinstance(fault, faults.HTTPClientError | faults.ConnectionError):
        return Unreachable(f"{name} cannot be reached, or hung up.")
    if isinstance(fault, faults.ParamValidationError | faults.NoCredentialsError | faults.InvalidRegionError):
        return Broken(f"{name} is not set up rightly: {fault}")
    return Malformed(f"{name} answered with something that makes no sense.")
