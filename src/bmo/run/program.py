"""What `bmo run` keeps running, and how long it waits before it starts a program again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import urllib3


@dataclass(frozen=True, slots=True)
class Program:
    """One child program."""

    name: str
    """Names its log and its pid file."""
    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Laid over the supervisor's own."""
    ready: Callable[[], bool] = lambda: True
    """Asked until it says yes; must answer or give up within about a second."""
    alive: Callable[[], bool] = lambda: True
    """Asked now and then once it is ready, in the same way; a program that says no for a minute is killed."""
    niceness: int = 0
    """Added to the supervisor's; 19 gives way to everybody."""


class Backoff:
    """Waits that double while a program keeps dying, and start anew once it has lived for a while."""

    def __init__(self, first: float = 0.5, most: float = 30.0, forgiven_after: float = 60.0) -> None:
        self._first = first
        self._most = most
        self._forgiven_after = forgiven_after
        self._next = first

    def wait(self, lived: float) -> float:
        """Seconds to wait before the next start of a program that has just died after `lived` seconds."""
        if lived >= self._forgiven_after:
            self._next = self._first
        wait, self._next = self._next, min(self._most, self._next * 2)
        return wait


def answers(*urls: str) -> Callable[[], bool]:
    """A `ready` that is content when one of the addresses answers 2xx."""
    http = urllib3.PoolManager()

    def ready() -> bool:
        return any(_answers(http, url) for url in urls)

    return ready


def _answers(http: urllib3.PoolManager, url: str) -> bool:
    try:
        return 200 <= http.request("GET", url, timeout=1.0, retries=False, redirect=False).status < 300
    except urllib3.exceptions.HTTPError:
        return False
