"""Keep an eye on the AI servers in the background, so that nobody who talks to BMO ever waits for a health check.

One daemon thread per server asks for its health and, where a breaker is open, tries a tiny inference when it is due.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bmo.capabilities.breaker import Breaker, Pace
from bmo.core.clock import Clock, SystemClock
from bmo.core.errors import Refused, Unavailable
from bmo.remote.probe import Probe, ask_health, make_probes
from bmo.remote.server import Server
from bmo.remote.standing import ServerGate, ServerView, Standing
from bmo.wire.ai import HealthWord

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a server is looked at, in seconds."""

    health: float = 30.0
    """Between health checks when all is well, or when the server is down (each probe checks too)."""
    suspect: float = 5.0
    """After one missed check, and while it drains."""
    loading: float = 2.0
    """While a model loads there."""
    waited_for: float = 0.25
    """While a person waits for the server to come back."""
    timeout: float = 3.0
    """For the answer to a health check."""
    fresh: float = 1.0
    """A probe believes a health report that is not older."""
    back: float = 20.0
    """A person waits at most so long for a supervised server."""


class Watch:
    """The AI servers, watched. Start it in the process that asks them, after any fork."""

    def __init__(
        self,
        servers: Sequence[Server],
        *,
        clock: Clock | None = None,
        pace: Pace | None = None,
        rhythm: Rhythm | None = None,
        probes: Mapping[str, Probe] = make_probes(),
        health: Callable[[Server, float], HealthWord] = ask_health,
        on_change: Callable[[tuple[ServerView, ...]], None] | None = None,
        on_draining: Callable[[str], None] | None = None,
    ) -> None:
        """`on_change` gets the snapshot when it differs from the last, `on_draining` a server's name, once each time
        it begins to drain. Both are called from the watching threads and must not block."""
        self._on_change = on_change
        self._told = threading.Lock()
        self._last: tuple[ServerView, ...] = ()
        self._lookouts = {
            server.name: Lookout(
                server,
                clock or SystemClock(),
                pace or Pace(),
                rhythm or Rhythm(),
                probes,
                health,
                self._tell,
                on_draining,
            )
            for server in servers
        }

    def start(self) -> None:
        """Look at every server, at once and from now on."""
        for lookout in self._lookouts.values():
            lookout.start()

    def stop(self) -> None:
        """Look no more; waits a little for the threads to end."""
        for lookout in self._lookouts.values():
            lookout.stop()

    def gate(self, server: Server, capability: str) -> ServerGate:
        """The gate for one capability of one of the servers."""
        return self._lookouts[server.name].standing.gate(capability)

    def model(self, server: Server, capability: str) -> str:
        """The name of what serves this there, as its last health report says; empty while there was none."""
        return self._lookouts[server.name].standing.view().models.get(capability, "")

    def snapshot(self) -> tuple[ServerView, ...]:
        """The servers as they are known now, in order."""
        return tuple(lookout.standing.view() for lookout in self._lookouts.values())

    def _tell(self) -> None:
        with self._told:
            now = self.snapshot()
            if now == self._last:
                return
            self._last = now
            if self._on_change is not None:
                self._on_change(now)


class Lookout:
    """Watches one server. `tick` does what is due and says when to come again; the thread only calls it."""

    def __init__(
        self,
        server: Server,
        clock: Clock,
        pace: Pace,
        rhythm: Rhythm,
        probes: Mapping[str, Probe],
        health: Callable[[Server, float], HealthWord],
        tell: Callable[[], None],
        on_draining: Callable[[str], None] | None,
    ) -> None:
        # The server beside the app is the last one and asked anyway: longer and longer waits would only delay the news.
        pace = replace(pace, longest=pace.first) if server.supervised else pace
        self.standing = Standing(server, clock, pace, self.wake, rhythm.back)
        self._server = server
        self._clock = clock
        self._rhythm = rhythm
        self._probes = probes
        self._health = health
        self._tell = tell
        self._on_draining = on_draining
        self._drained = False
        self._warmed: frozenset[str] = frozenset()
        self._checked = float("-inf")
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch-{server.name}", daemon=True)

    def start(self) -> None:
        self.standing.watched = True
        self._thread.start()

    def stop(self) -> None:
        self.standing.watched = False
        self._stopping.set()
        self._woken.set()
        if self._thread.ident is not None:
            self._thread.join(timeout=self._rhythm.timeout)

    def wake(self) -> None:
        """Look at the server now."""
        self._woken.set()

    def tick(self, *, at_once: bool = False) -> float:
        """Check the health if that is due (or `at_once`), probe what is due; seconds until something is due again."""
        self._tell()
        if at_once or self._age() >= self._interval():
            self._check()
        for capability, (breaker, seconds) in self.standing.probes().items():
            if seconds == 0.0:
                self._probe(capability, breaker)
        self._warm()
        self._say_draining()
        self._tell()
        waits = [seconds for _, seconds in self.standing.probes().values()]
        return max(0.0, min([self._interval() - self._age(), *waits]))

    def _run(self) -> None:
        woken = True
        while not self._stopping.is_set():
            try:
                pause = self.tick(at_once=woken)
            except Exception:
                log.exception("watching %s failed; trying again", self._server.name)
                pause = self._rhythm.suspect
            woken = self._woken.wait(pause)
            self._woken.clear()

    def _check(self) -> None:
        check = self.standing.begin_check()
        self._checked = self._clock.monotonic()
        try:
            health = self._health(self._server, self._rhythm.timeout)
        except Unavailable as cause:
            self.standing.missed(cause)
        except Refused as refusal:
            self.standing.missed(Unavailable(refusal.sentence, code=refusal.code))
        else:
            self.standing.heard(check, health)

    def _probe(self, capability: str, breaker: Breaker) -> None:
        if self._age() > self._rhythm.fresh:
            self._check()
        if capability not in self.standing.probes():
            return
        ticket = breaker.take_probe()
        if ticket is None:
            return
        cause = self.standing.cause or self._try(capability)
        breaker.probed(ticket, cause)
        if cause is None:
            log.warning("%s is asked to %s again", self._server.name, capability)

    def _try(self, capability: str) -> Unavailable | None:
        """A real tiny inference; what it failed with. A refusal is an answer too."""
        try:
            if capability in self._probes:
                self._probes[capability](self._server)
        except Unavailable as cause:
            return cause
        except Refused:
            return None
        return None

    def _warm(self) -> None:
        """The first request to the models beside the app is slow: let it be ours, long before somebody needs them."""
        if not self._server.supervised:
            return
        ready = self.standing.ready()
        for capability in sorted(ready - self._warmed):
            if failure := self._try(capability):
                log.info("%s could not be warmed up to %s: %s", self._server.name, capability, failure)
        self._warmed = ready

    def _say_draining(self) -> None:
        begins = self.standing.draining and not self._drained
        self._drained = self.standing.draining
        if begins and self._on_draining is not None:
            self._on_draining(self._server.name)

    def _age(self) -> float:
        return self._clock.monotonic() - self._checked

    def _interval(self) -> float:
        if self.standing.waited_for:
            return self._rhythm.waited_for
        if self.standing.loading:
            return self._rhythm.loading
        if self.standing.suspect or self.standing.draining:
            return self._rhythm.suspect
        return self._rhythm.health
