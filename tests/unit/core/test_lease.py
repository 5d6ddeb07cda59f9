import threading

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bmo.core.errors import Broken, Busy, Unavailable
from bmo.core.lease import Lease, Shelf
from bmo.fakes.clock import ManualClock

BUDGET = 100
SIZES = {"small": 30, "middle": 50, "large": 60}
IDLE = {"small": 0.0, "middle": 10.0, "large": 20.0}


class Model:
    """Knows whether it was ended, and by accident dies."""

    def __init__(self) -> None:
        self.closed = 0
        self.alive = True

    def close(self) -> None:
        self.closed += 1


def lease(shelf: Shelf | None = None, **more: float) -> Lease[Model]:
    return Lease("model", Model, shelf=shelf or Shelf(), **more)


def test_it_is_made_once_for_all_who_borrow_it() -> None:
    made: list[Model] = []
    model = Lease("model", lambda: made.append(Model()) or made[-1])

    with model.borrowed() as first, model.borrowed() as second:
        assert first is second
        assert model.lent == 2
    assert len(made) == 1
    assert model.lent == 0


def test_nobody_loses_it_while_using_it() -> None:
    model = lease()
    with model.borrowed() as engine:
        assert not model.let_go()
        assert not engine.closed

    assert model.let_go()
    assert engine.closed == 1


def test_one_that_rests_is_let_go_of_after_its_time_and_comes_back() -> None:
    clock = ManualClock()
    model = lease(Shelf(clock=clock), idle_seconds=10)
    with model.borrowed() as first:
        clock.advance(100)
    clock.advance(9.9)
    assert not model.let_go_if_idle()

    clock.advance(0.2)
    assert model.let_go_if_idle()
    with model.borrowed() as second:
        assert second is not first


def test_room_is_made_by_whoever_was_used_longest_ago() -> None:
    clock = ManualClock()
    shelf = Shelf(100, clock=clock)
    old, young, new = (lease(shelf, size_mb=40) for _ in range(3))
    for one in (old, young):
        clock.advance(1)
        one.load()

    new.load()

    assert (old.here, young.here, new.here) == (False, True, True)
    assert shelf.used_mb() == 80


def test_what_is_in_use_makes_no_room() -> None:
    shelf = Shelf(100)
    one, other = lease(shelf, size_mb=60), lease(shelf, size_mb=60)

    with one.borrowed(), pytest.raises(Busy) as full:
        other.load()
    assert full.value.retry_after > 0
    other.load()
    assert not one.here


def test_a_first_load_takes_nothing_from_others() -> None:
    shelf = Shelf(100)
    one, other = lease(shelf, size_mb=60), lease(shelf, size_mb=60)
    one.load()

    with pytest.raises(Busy):
        other.load(for_others=False)
    assert one.here


def test_what_never_fits_says_so_with_the_numbers() -> None:
    with pytest.raises(Broken, match="takes 200 MB, more than the 100 MB"):
        lease(Shelf(100), size_mb=200).load()


def test_what_it_takes_is_measured_when_nobody_knows() -> None:
    memory = [10.0]

    def make() -> Model:
        memory[0] += 25
        return Model()

    model = Lease("model", make, shelf=Shelf(measure=lambda: memory[0]))
    model.load()

    assert model.size_mb == 25


def test_one_that_cannot_be_made_can_be_tried_again() -> None:
    tries = iter([Broken("The file is damaged."), None])

    def make() -> Model:
        if fault := next(tries):
            raise fault
        return Model()

    model = Lease("model", make)
    with pytest.raises(Broken):
        model.load()
    assert not model.here

    model.load()
    assert model.here


def test_one_that_is_closed_while_it_is_made_is_ended_and_not_lent() -> None:
    making, go_on, made = threading.Event(), threading.Event(), Model()

    def make() -> Model:
        making.set()
        go_on.wait(10)
        return made

    model = Lease("model", make)
    faults: list[Exception] = []

    def load() -> None:
        try:
            model.load()
        except Unavailable as fault:
            faults.append(fault)

    thread = threading.Thread(target=load)
    thread.start()
    making.wait(10)
    model.close()
    go_on.set()
    thread.join(10)

    assert made.closed == 1
    assert len(faults) == 1
    assert model.lend() is None


def test_many_who_come_at_once_get_one_and_the_same() -> None:
    made: list[Model] = []
    model = Lease("model", lambda: made.append(Model()) or made[-1])
    got: list[Model] = []

    def borrow() -> None:
        with model.borrowed() as engine:
            got.append(engine)

    threads = [threading.Thread(target=borrow) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(made) == 1
    assert got == made * 16


class Models(RuleBasedStateMachine):
    """Three models that do not all fit, borrowed, given back, resting, failing, dying and closed in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.shelf = Shelf(BUDGET, clock=self.clock)
        self.damaged: set[str] = set()
        self.closed: set[str] = set()
        self.made: dict[str, list[Model]] = {name: [] for name in SIZES}
        self.borrowed: dict[str, list[Model]] = {name: [] for name in SIZES}
        self.used: dict[str, float] = dict.fromkeys(SIZES, 0.0)
        self.leases = {
            name: Lease(name, self.maker(name), idle_seconds=IDLE[name], size_mb=size, shelf=self.shelf)
            for name, size in SIZES.items()
        }

    def maker(self, name: str):  # type: ignore[no-untyped-def]
        def make() -> Model:
            if name in self.damaged:
                raise Broken("damaged")
            self.made[name].append(Model())
            return self.made[name][-1]

        return make

    names = st.sampled_from(sorted(SIZES))

    @rule(name=names)
    def borrow(self, name: str) -> None:
        here = [one for one in SIZES if self.leases[one].here]
        in_use = sum(SIZES[one] for one in SIZES if self.borrowed[one] and one != name)
        try:
            while (engine := self.leases[name].lend()) is None:
                self.leases[name].load()
        except Unavailable:
            assert name in self.closed
        except Broken:
            assert name in self.damaged
        except Busy:
            assert in_use + SIZES[name] > BUDGET
        else:
            self.borrowed[name].append(engine)
            self.used[name] = self.clock.monotonic()
            gone = [one for one in here if not self.leases[one].here]
            kept = [one for one in here if self.leases[one].here and one != name and not self.borrowed[one]]
            assert all(self.used[out] <= self.used[stays] for out in gone for stays in kept)

    @precondition(lambda self: any(self.borrowed.values()))
    @rule(data=st.data())
    def give_back(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from([name for name, lent in self.borrowed.items() if lent]))
        self.leases[name].give_back()
        self.borrowed[name].pop()
        self.used[name] = self.clock.monotonic()

    @rule(seconds=st.floats(0, 30), name=names)
    def rest(self, seconds: float, name: str) -> None:
        self.clock.advance(seconds)
        lease = self.leases[name]
        long = IDLE[name] and self.clock.monotonic() - self.used[name] >= IDLE[name]
        expected = bool(lease.here and long and not self.borrowed[name])

        assert lease.let_go_if_idle() == expected

    @rule(name=names)
    def damage_or_mend(self, name: str) -> None:
        self.damaged ^= {name}

    @rule(name=names)
    def die(self, name: str) -> None:
        if self.leases[name].here:
            self.made[name][-1].alive = False
            assert self.leases[name].dead
            assert self.leases[name].let_go() == (not self.borrowed[name])

    @rule(name=names)
    def close(self, name: str) -> None:
        self.leases[name].close()
        self.closed.add(name)

    @invariant()
    def they_fit(self) -> None:
        assert self.shelf.used_mb() <= BUDGET

    @invariant()
    def whatever_is_borrowed_works_unless_all_was_closed(self) -> None:
        for name, lent in self.borrowed.items():
            assert self.leases[name].lent == len(lent)
            assert all(not engine.closed for engine in lent) or name in self.closed

    @invariant()
    def whatever_is_gone_was_ended_once(self) -> None:
        for name, made in self.made.items():
            here = int(self.leases[name].here)
            assert [one.closed for one in made] == [1] * (len(made) - here) + [0] * here

    def teardown(self) -> None:
        for one in self.leases.values():
            one.close()
        assert all(one.closed == 1 for made in self.made.values() for one in made)


TestModels = Models.TestCase
TestModels.settings = settings(stateful_step_count=40, deadline=None)
