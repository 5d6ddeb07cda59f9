"""Whatever happens in whatever order, the breaker keeps its promises."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bmo.capabilities.breaker import Breaker, Pace, State
from bmo.core.errors import Unreachable
from bmo.fakes.clock import ManualClock

CAUSE = Unreachable("refused")
PACE = Pace(first=5, longest=60, steady=60, misses=2, prober=120)
MOVES = {
    State.HEALTHY: {State.SUSPECT, State.DOWN},
    State.SUSPECT: {State.HEALTHY, State.DOWN},
    State.DOWN: {State.HALF_OPEN},
    State.HALF_OPEN: {State.HEALTHY, State.DOWN},
}


class BreakerMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.breaker = Breaker(self.clock, PACE)
        self.before = self.breaker.state
        self.probers: dict[int, float] = {}
        """Ticket and when it was taken, of probers that have not reported."""
        self.opened: float | None = None
        self.wait = 0.0

    @rule(seconds=st.sampled_from([0.5, 1, 4, 5, 10, 30, 60, 120]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def request_fails(self) -> None:
        was = self.breaker.asked
        assert self.breaker.failed(CAUSE) == was
        assert not self.breaker.asked

    @rule()
    def request_succeeds(self) -> None:
        was = self.breaker.asked
        self.breaker.succeeded()
        assert self.breaker.asked == was

    @rule()
    def health_check_is_missed(self) -> None:
        was = self.breaker.state
        opened = self.breaker.missed(CAUSE)
        assert opened == (was is State.SUSPECT)

    @rule()
    def somebody_wants_to_probe(self) -> None:
        now = self.clock.monotonic()
        on_the_way = [taken for taken in self.probers.values() if now - taken < PACE.prober]
        ticket = self.breaker.take_probe()
        if ticket is not None:
            assert not on_the_way or self.before is State.DOWN
            self.probers[ticket] = now

    @precondition(lambda self: self.probers)
    @rule(data=st.data(), good=st.booleans())
    def prober_reports(self, data: st.DataObject, good: bool) -> None:
        ticket = data.draw(st.sampled_from(sorted(self.probers)))
        del self.probers[ticket]
        self.breaker.probed(ticket, None if good else CAUSE)

    @invariant()
    def moves_are_legal(self) -> None:
        now = self.breaker.state
        assert now is self.before or now in MOVES[self.before]
        self._note_opening(now)
        self.before = now

    def _note_opening(self, now: State) -> None:
        """At most one switch away from a provider in each window, and windows never shrink while it flaps."""
        if now is State.DOWN and self.before is not State.DOWN:
            at = self.clock.monotonic()
            if self.opened is not None:
                assert at - self.opened >= self.wait
            self.opened, self.wait = at, self.breaker.probe_in() or 0.0
            assert PACE.first <= self.wait <= PACE.longest

    @invariant()
    def never_stuck(self) -> None:
        """What is not asked is probed within the longest wait, or the longest that a dead prober can block."""
        due = self.breaker.probe_in()
        assert (due is None) == self.breaker.asked
        assert due is None or due <= max(PACE.longest, PACE.prober)

    @invariant()
    def cause_is_told_while_not_healthy(self) -> None:
        assert (self.breaker.cause is None) == (self.breaker.state is State.HEALTHY)


TestBreakerInAnyOrder = BreakerMachine.TestCase
TestBreakerInAnyOrder.settings = settings(stateful_step_count=40, deadline=None)
