"""Watches for the cloud's notice that it takes this machine away, in a thread of its own that nobody waits for."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bmo.bridges.ec2 import Notice
from bmo.core.clock import Clock, SystemClock
from bmo.core.errors import Unavailable
from bmo.wire.machine import SpotStatus

log = logging.getLogger(__name__)


class Metadata(Protocol):
    """Who knows; `bridges.ec2.InstanceMetadata` is one."""

    def notice(self) -> Notice | None: ...

    def rebalance(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the last looks found."""

    notice: Notice | None = None
    rebalance: datetime | None = None
    why: str = ""
    """Why the last look found nothing out; empty when it did."""
    at: float | None = None
    """Monotonic time of the last look that did."""


class SpotWatch:
    """Looks every few seconds, and tells of a notice at once. A server that hangs or lies holds up nobody else."""

    def __init__(
        self, metadata: Metadata | None = None, *, every: float = 5.0, why: str = "", clock: Clock | None = None
    ) -> None:
        """Without `metadata` there is nothing to watch, for the reason `why`: empty when this is no EC2 machine."""
        self._metadata = metadata
        self._every = every
        self._off = why
        self._clock = clock or SystemClock()
        self._seen = _Seen()
        self._ended = threading.Event()

    def start(self, told: Callable[[datetime], object]) -> None:
        """Watch from now on; `told` is called with the time of the end whenever it becomes known or changes."""
        if self._metadata is not None:
            threading.Thread(target=self._watch, args=(self._metadata, told), name="spot-watch", daemon=True).start()

    def stop(self) -> None:
        """Watch no more."""
        self._ended.set()

    def look(self, metadata: Metadata, told: Callable[[datetime], object]) -> None:
        """One look. The notice comes first: what else there is to read must not hold it up."""
        before = self._seen
        try:
            notice = metadata.notice()
            if notice is not None and notice != before.notice:
                log.warning("spot notice: %s at %s", notice.action, notice.at.isoformat())
                told(notice.at)
            self._seen = replace(before, notice=notice, why="", at=self._clock.monotonic())
            self._seen = replace(self._seen, rebalance=metadata.rebalance())
        except Unavailable as fault:
            if fault.sentence != before.why:
                log.warning("spot notices cannot be seen: %s", fault)
            self._seen = replace(self._seen, why=fault.sentence)

    def status(self) -> SpotStatus:
        """What is known now; asks nobody."""
        seen = self._seen
        if self._metadata is None:
            return SpotStatus(state="off", why=self._off) if self._off else _not_on_ec2()
        if seen.notice is not None:
            state, left = "notice", max(0.0, (seen.notice.at - self._clock.now()).total_seconds())
        else:
            state, left = "blind" if seen.why else "watching", None
        return SpotStatus.model_validate(
            {
                "state": state,
                "why": seen.why,
                "action": seen.notice.action if seen.notice else "",
                "at": seen.notice.at.isoformat() if seen.notice else "",
                "seconds_left": left,
                "rebalance": seen.rebalance.isoformat() if seen.rebalance else "",
                "looked_seconds_ago": None if seen.at is None else self._clock.monotonic() - seen.at,
            }
        )

    def _watch(self, metadata: Metadata, told: Callable[[datetime], object]) -> None:
        wait = 0.0
        while not self._ended.wait(wait):
            began = self._clock.monotonic()
            try:
                self.look(metadata, told)
            except Exception:  # the next look may go better, and there must be one
                log.exception("looking for a spot notice failed")
            wait = max(0.0, self._every - (self._clock.monotonic() - began))


def _not_on_ec2() -> SpotStatus:
    return SpotStatus(state="not_on_ec2", why="This machine is not an EC2 instance.")
