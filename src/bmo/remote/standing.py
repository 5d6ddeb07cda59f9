"""What is known of one AI server: what its health report says, and what came of asking it.

Does no I/O. `watch` feeds it, gates read it; both from many threads.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bmo.capabilities.breaker import Breaker, Pace, State
from bmo.core.clock import Clock
from bmo.core.errors import Malformed, Skipped, TurnedAway, Unavailable, Unreachable
from bmo.core.stopping import LOOK_SECONDS, go_on
from bmo.remote.server import Server
from bmo.wire.ai import CapabilityHealth, Health, HealthWord

ServerState: TypeAlias = Literal["ok", "degraded", "draining", "down", "unknown"]
NOUNS = {"chat": "chat model", "transcribe": "ears", "speak": "voice"}
"""How the sentences call the capabilities."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerView:
    """One server, for the status page."""

    name: str
    state: ServerState
    sentence: str
    """For people; never empty."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Model name by capability, where the server tells."""
    breakers: Mapping[str, State] = field(default_factory=dict)
    """By capability."""


class Standing:
    """One server as BMO sees it."""

    def __init__(self, server: Server, clock: Clock, pace: Pace, wake: Callable[[], None], back_seconds: float) -> None:
        """`wake` is called when the server should be looked at now; it must not block."""
        self.server = server
        self.watched = False
        """Whether health reports will come; waiting for one is no use otherwise."""
        self._clock = clock
        self._pace = pace
        self._wake = wake
        self._back_seconds = back_seconds
        self._breakers: dict[str, Breaker] = {}
        self._health: HealthWord | None = None
        self._missed: Unavailable | None = None
        self._draining = False
        self._begun = self._answered = 0
        """Numbers of the latest health check that was begun, and of the latest that was answered."""
        self._waiting = 0
        self._news = threading.Condition()

    def gate(self, capability: str) -> "ServerGate":
        """The gate for one capability of this server; each call gives the same judgement."""
        with self._news:
            breaker = self._breakers.setdefault(capability, Breaker(self._clock, self._pace))
        return ServerGate(self, capability, breaker)

    def begin_check(self) -> int:
        """A health check goes out; hand its number to `heard`."""
        with self._news:
            self._begun += 1
            return self._begun

    def heard(self, check: int, health: HealthWord) -> None:
        """The server answered the health check."""
        with self._news:
            self._health, self._missed, self._answered = health, None, check
            self._draining = health.state == "draining"
            self._news.notify_all()
        for breaker in self._all():
            breaker.succeeded()

    def missed(self, cause: Unavailable) -> None:
        """The server did not answer the health check. After draining, once is enough to know that it is gone."""
        gone = self._draining
        self._missed, self._draining = cause, False
        for breaker in self._all():
            if gone:
                breaker.failed(cause)
            breaker.missed(cause)

    def failed(self, capability: str, breaker: Breaker, cause: Unavailable) -> None:
        """A person's request failed."""
        self._draining = self._draining or cause.code == "draining"
        if breaker.failed(cause):
            log.warning("%s is not asked to %s for a while: %s", self.server.name, capability, cause)
            self._wake()

    def wait_until_back(self, capability: str, cause: Unavailable) -> bool:
        """Wait for a health report, of a check begun from now on, on which the capability does not load any more.

        True when that says ready; a server that lives but lacks the model is not waited for.
        See `Gate.wait_until_back`. Raises `Cancelled` when nobody wants the turn any more.
        """
        restarting = isinstance(cause, Unreachable | Malformed)
        loading = isinstance(cause, TurnedAway) and cause.status == 503
        if not (self.watched and self.server.supervised) or not (restarting or loading):
            return False
        with self._news:
            self._waiting += 1
            now = self._begun
        self._wake()
        ends = time.monotonic() + self._back_seconds
        try:
            with self._news:
                while self._answered <= now or self._loads(capability):
                    go_on()
                    if time.monotonic() >= ends:
                        return False
                    self._news.wait(LOOK_SECONDS)
                return self._reported(capability) is None
        finally:
            with self._news:
                self._waiting -= 1

    def refusal(self, capability: str, breaker: Breaker) -> Skipped | None:
        """Why a person's request should not go there; None if it may."""
        if self._draining:
            return Skipped(f"{self.server.called} is being switched off.")
        report = self._reported(capability)
        if report is not None:
            return Skipped(report)
        if breaker.asked:
            return None
        return Skipped(breaker.cause.sentence if breaker.cause else f"{self.server.called} is not asked for a while.")

    @property
    def draining(self) -> bool:
        return self._draining

    @property
    def cause(self) -> Unavailable | None:
        """What the last health check failed with; None if it was answered."""
        return self._missed

    @property
    def waited_for(self) -> bool:
        """Whether a person waits for this server to come back."""
        return self._waiting > 0

    def ready(self) -> frozenset[str]:
        """What the server says it can do, as far as it is asked for; nothing while it does not answer."""
        if self._missed:
            return frozenset()
        return frozenset(name for name, report in self._reports().items() if report.state == "ready") & {
            *self._breakers
        }

    @property
    def loading(self) -> bool:
        """Whether a model is being loaded there."""
        return any(report.state == "loading" for report in self._reports().values())

    @property
    def suspect(self) -> bool:
        return any(breaker.state is State.SUSPECT for breaker in self._all())

    def probes(self) -> Mapping[str, tuple[Breaker, float]]:
        """The breakers that need a probe which could succeed, and in how many seconds."""
        if self._draining:
            return {}
        return {
            capability: (breaker, seconds)
            for capability, breaker in tuple(self._breakers.items())
            if (seconds := breaker.probe_in()) is not None and (self._missed or self._reported(capability) is None)
        }

    def view(self) -> ServerView:
        """The server for the status page."""
        models = {capability: report.model for capability, report in self._reports().items() if report.model}
        breakers = {capability: breaker.state for capability, breaker in tuple(self._breakers.items())}
        state, sentence = self._summary()
        return ServerView(self.server.name, state, sentence, models, breakers)

    def _summary(self) -> tuple[ServerState, str]:
        name = self.server.called
        refusals = self._refusals()
        if self._draining:
            return "draining", f"{name} is being switched off."
        if self._missed and (self._health is None or len(refusals) == len(self._breakers)):
            return "down", self._missed.sentence
        if self._missed:
            return "degraded", f"{name} missed a health check."
        if refusals:
            return "degraded", " ".join(dict.fromkeys(refusals))
        if self._health is None:
            return "unknown", f"{name} has not been heard of yet."
        return "ok", f"{name} is ready."

    def _refusals(self) -> list[str]:
        pairs = tuple(self._breakers.items())
        found = (self.refusal(capability, breaker) for capability, breaker in pairs)
        return [skipped.sentence for skipped in found if skipped]

    def _reported(self, capability: str) -> str | None:
        """What the health report holds against a capability; None if it is ready or not known."""
        report = self._reports().get(capability)
        if report is None or report.state == "ready":
            return None
        noun = NOUNS.get(capability, capability)
        if report.state == "loading":
            return f"{self.server.called} is still loading its {noun}."
        if report.state == "absent":
            return f"{self.server.called} has no {noun}."
        return f"{self.server.called} has trouble with its {noun}. {report.why}".strip()

    def _loads(self, capability: str) -> bool:
        report = self._reports().get(capability)
        return report is not None and report.state == "loading"

    def _reports(self) -> Mapping[str, CapabilityHealth]:
        return self._health.capabilities if isinstance(self._health, Health) else {}

    def _all(self) -> tuple[Breaker, ...]:
        return tuple(self._breakers.values())


class ServerGate:
    """The gate in front of one capability of one server."""

    def __init__(self, standing: Standing, capability: str, breaker: Breaker) -> None:
        self._standing = standing
        self._capability = capability
        self._breaker = breaker

    def refusal(self) -> Skipped | None:
        return self._standing.refusal(self._capability, self._breaker)

    def succeeded(self) -> None:
        self._breaker.succeeded()

    def failed(self, cause: Unavailable) -> None:
        self._standing.failed(self._capability, self._breaker, cause)

    def wait_until_back(self, cause: Unavailable) -> bool:
        return self._standing.wait_until_back(self._capability, cause)
