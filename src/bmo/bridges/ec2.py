"""What EC2 tells an instance about its end, by the instance metadata service, version 2 (a token for every session).

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from socket import SHUT_RDWR
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

from bmo.core.errors import Malformed, TimedOut, TurnedAway, Unreachable

ADDRESS = "http://169.254.169.254"
_TOKEN_SECONDS = 21_600
"""The longest that AWS gives."""
_RENEW_AFTER = _TOKEN_SECONDS * 0.8
_NOTICE = "/latest/meta-data/spot/instance-action"
_REBALANCE = "/latest/meta-data/events/recommendations/rebalance"
_MOST_BYTES = 4_096
_NAME = "The instance metadata service"


@dataclass(frozen=True, slots=True)
class Notice:
    """This instance will be taken away."""

    action: str
    """terminate, stop or hibernate."""
    at: datetime
    """Aware, UTC; two minutes after the notice appeared."""


def on_ec2(system: Path = Path("/sys")) -> bool:
    """Whether the firmware says that this is an EC2 instance; asks nobody."""
    vendors = (system / "devices/virtual/dmi/id" / name for name in ("sys_vendor", "board_vendor", "bios_vendor"))
    return any("Amazon EC2" in _text(path) for path in vendors) or _text(system / "hypervisor/uuid").startswith("ec2")


class InstanceMetadata:
    """The metadata service of this instance. Every question ends within `seconds`, however slowly it is answered.

    All of it raises `Unavailable`: `Unreachable`, `TimedOut`, `TurnedAway`, `Malformed`.
    """

    def __init__(
        self, address: str = ADDRESS, *, seconds: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._seconds = seconds
        self._clock = clock
        self._token = ""
        self._renew_at = 0.0

    def notice(self) -> Notice | None:
        """The notice that this spot instance will be taken away; None as long as there is none."""
        told = self._document(_NOTICE)
        return None if told is None else Notice(str(told.get("action", "")), _moment(told.get("time")))

    def rebalance(self) -> datetime | None:
        """Since when AWS advises to move elsewhere; None when it does not."""
        told = self._document(_REBALANCE)
        return None if told is None else _moment(told.get("noticeTime"))

    def _document(self, path: str) -> dict[str, Any] | None:
        """The JSON object at `path`; None when there is nothing (404). A token that is refused is renewed once."""
        for renewed in (False, True):
            if renewed or not self._token or self._clock() >= self._renew_at:
                self._renew()
            status, body = self._ask("GET", path, {"X-aws-ec2-metadata-token": self._token})
            if status != 401:
                break
        if status == 404:
            return None
        if status != 200:
            raise _turned_away(status)
        try:
            told = json.loads(body)
        except ValueError as fault:
            raise Malformed(f"{_NAME} sent something that is not JSON.") from fault
        if not isinstance(told, dict):
            raise Malformed(f"{_NAME} sent something that is not a JSON object.")
        return told

    def _renew(self) -> None:
        self._token = ""
        status, body = self._ask(
            "PUT", "/latest/api/token", {"X-aws-ec2-metadata-token-ttl-seconds": str(_TOKEN_SECONDS)}
        )
        if status != 200:
            raise _turned_away(status)
        token = body.decode("latin-1").strip()
        if not token.isascii() or not token.isprintable() or not token:
            raise Malformed(f"{_NAME} gave something that is no token.")
        self._token, self._renew_at = token, self._clock() + _RENEW_AFTER

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        line = HTTPConnection(self._host, self._port, timeout=self._seconds)
        with _bounded(line, self._seconds):
            line.request(method, path, headers=headers)
            response = line.getresponse()
            return response.status, response.read(_MOST_BYTES)


@contextmanager
def _bounded(line: HTTPConnection, seconds: float) -> Iterator[None]:
    """Whatever happens on `line` ends in time: a socket's own timeout starts anew with every byte that drips in."""
    late: list[bool] = []

    def hang_up() -> None:
        late.append(True)
        if line.sock is not None:
            with suppress(OSError):  # the other side was faster
                line.sock.shutdown(SHUT_RDWR)

    timer = Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except TimeoutError as fault:
        raise _late() from fault
    except (OSError, HTTPException) as fault:
        raise (_late() if late else Unreachable(f"{_NAME} cannot be asked: {fault!r}.")) from fault
    finally:
        timer.cancel()
        line.close()
    if late:  # what was shut down looks like what ended
        raise _late()


def _late() -> TimedOut:
    return TimedOut(f"{_NAME} did not answer in time.")


def _turned_away(status: int) -> TurnedAway:
    return TurnedAway(f"{_NAME} answered {status}.", status=status)


def _moment(told: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError as fault:
        raise Malformed(f"{_NAME} told a time that is none.") from fault
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
