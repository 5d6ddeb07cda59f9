import threading

import pytest

from bmo.capabilities.breaker import Breaker, Pace, State
from bmo.core.errors import TimedOut, Unreachable
from bmo.fakes.clock import ManualClock

CAUSE = Unreachable("refused")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def breaker(clock: ManualClock) -> Breaker:
    return Breaker(clock, Pace())


def probe(breaker: Breaker, cause: Unreachable | None = None) -> None:
    ticket = breaker.take_probe()
    assert ticket is not None
    breaker.probed(ticket, cause)


def test_first_real_failure_opens(breaker: Breaker) -> None:
    assert breaker.asked

    assert breaker.failed(CAUSE)
    assert breaker.state is State.DOWN
    assert not breaker.asked
    assert breaker.cause is CAUSE


def test_stragglers_change_nothing(breaker: Breaker) -> None:
    breaker.failed(CAUSE)

    assert not breaker.failed(TimedOut("asked before it opened"))
    breaker.succeeded()
    assert breaker.state is State.DOWN
    assert breaker.probe_in() == 5.0
    assert breaker.cause is CAUSE


def test_one_missed_health_check_is_suspect_and_still_asked(breaker: Breaker) -> None:
    assert not breaker.missed(CAUSE)

    assert breaker.state is State.SUSPECT
    assert breaker.asked


def test_second_missed_health_check_in_a_row_opens(breaker: Breaker) -> None:
    breaker.missed(CAUSE)

    assert breaker.missed(CAUSE)
    assert breaker.state is State.DOWN


def test_any_good_sign_ends_suspicion(breaker: Breaker) -> None:
    breaker.missed(CAUSE)
    breaker.succeeded()

    assert breaker.state is State.HEALTHY
    assert breaker.cause is None
    assert not breaker.missed(CAUSE)


def test_probe_is_due_after_the_wait_and_closes_it_when_good(breaker: Breaker, clock: ManualClock) -> None:
    breaker.failed(CAUSE)
    clock.advance(4.9)
    assert breaker.take_probe() is None
    clock.advance(0.2)

    probe(breaker)

    assert breaker.state is State.HEALTHY
    assert breaker.probe_in() is None


def test_wait_doubles_up_to_the_longest(breaker: Breaker, clock: ManualClock) -> None:
    breaker.failed(CAUSE)
    waits = []
    for _ in range(6):
        waits.append(breaker.probe_in())
        clock.advance(waits[-1] or 0)
        probe(breaker, CAUSE)

    assert waits == [5, 10, 20, 40, 60, 60]


def test_wait_goes_on_doubling_for_a_server_that_flaps(breaker: Breaker, clock: ManualClock) -> None:
    breaker.failed(CAUSE)
    clock.advance(5)
    probe(breaker)
    clock.advance(59)

    breaker.failed(CAUSE)

    assert breaker.probe_in() == 10


def test_wait_starts_over_after_a_steady_time(breaker: Breaker, clock: ManualClock) -> None:
    breaker.failed(CAUSE)
    clock.advance(5)
    probe(breaker)
    clock.advance(60)

    breaker.failed(CAUSE)

    assert breaker.probe_in() == 5


def test_only_one_of_many_threads_becomes_the_prober(breaker: Breaker, clock: ManualClock) -> None:
    breaker.failed(CAUSE)
    clock.advance(5)
    tickets: list[int | None] = []
    start = threading.Barrier(16)

    def compete() -> None:
        start.wait()
        tickets.append(breaker.take_probe())

    threads = [threading.Thread(target=compete) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([ticket for ticket in tickets if ticket is not None]) == 1


def test_prober_that_died_is_replaced_and_not_listened_to(breaker: Breaker, clock: ManualClock) -> None:
    breaker.failed(CAUSE)
    clock.advance(5)
    dead = breaker.take_probe()
    assert dead is not None
    clock.advance(120)
    second = breaker.take_probe()
    assert second is not None

    breaker.probed(dead, None)
    assert breaker.state is State.HALF_OPEN
    breaker.probed(second, None)
    assert breaker.state is State.HEALTHY


def test_misses_from_before_a_probe_are_forgotten(breaker: Breaker, clock: ManualClock) -> None:
    breaker.missed(CAUSE)
    breaker.missed(CAUSE)
    clock.advance(5)
    probe(breaker)

    assert not breaker.missed(CAUSE)
    assert breaker.state is State.SUSPECT
