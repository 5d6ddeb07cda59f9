"""The sound around a wake, and the meter."""

from hypothesis import given
from hypothesis import strategies as st

from bmo.capabilities.action import Asked
from bmo.fakes.clock import ManualClock
from bmo.voice.wake_watch import METER_APART, HeardWake, WakeWatch

CHUNK = 2_560
SECOND = 32_000
ASKED = Asked(person="ada", room="kitchen")


def numbered(number: int) -> bytes:
    return number.to_bytes(2, "little") * (CHUNK // 2)


def fed(watch: WakeWatch, first: int, count: int) -> None:
    for number in range(first, first + count):
        watch.heard(numbered(number), 0.0)


def test_a_wake_is_kept_with_two_seconds_before_it_and_one_after() -> None:
    kept: list[HeardWake] = []
    watch = WakeWatch(ManualClock(), kept.append)
    fed(watch, 0, 100)

    watch.woke("t1", 0.9, 0.5, ASKED)
    fed(watch, 100, 12)
    early = len(kept)
    fed(watch, 112, 50)

    assert early == 0
    [wake] = kept
    assert wake.sound.seconds == 3.0
    assert wake.sound.samples == b"".join(map(numbered, range(75, 113)))[: 3 * SECOND]
    assert (wake.turn, wake.score, wake.threshold, wake.person, wake.room) == ("t1", 0.9, 0.5, "ada", "kitchen")


def test_a_microphone_that_goes_off_hands_in_what_there_is() -> None:
    kept: list[HeardWake] = []
    watch = WakeWatch(ManualClock(), kept.append)
    fed(watch, 0, 3)
    watch.woke("t1", 0.9, 0.5, ASKED)
    fed(watch, 3, 2)

    watch.switched()
    watch.over()

    assert [wake.sound.samples for wake in kept] == [b"".join(map(numbered, range(5)))]
    assert watch.bytes_held == 0


def test_the_meter_shows_the_highest_score_of_each_fifth_of_a_second() -> None:
    clock = ManualClock()
    watch = WakeWatch(clock, lambda _: None)
    watch.meter(True)
    shown = []

    for score in (0.1, 0.9, 0.2, 0.3, 0.1):
        shown.append(watch.heard(numbered(0), score))
        clock.advance(METER_APART / 2)

    assert shown == [0.1, None, 0.9, None, 0.3]


def test_nobody_looks_nothing_is_shown() -> None:
    watch = WakeWatch(ManualClock(), lambda _: None)
    watch.meter(True)
    watch.meter(False)

    assert watch.heard(numbered(0), 0.9) is None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("sound"), st.integers(1, 30), st.sampled_from([640, CHUNK])),
        st.sampled_from([("woke",), ("over",), ("switched",), ("meter",)]),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_memory_is_bounded_and_every_wake_is_kept_once(steps: list[tuple]) -> None:
    kept: list[HeardWake] = []
    clock = ManualClock()
    watch = WakeWatch(clock, kept.append)
    wakes, shown = 0, 0

    for step in steps:
        match step:
            case ("sound", count, size):
                for _ in range(count):
                    clock.advance(size / SECOND)
                    shown += watch.heard(bytes(size), 0.5) is not None
            case ("woke",):
                wakes += 1
                watch.woke(str(wakes), 0.9, 0.5, ASKED)
            case ("over",):
                watch.over()
            case ("switched",):
                watch.switched()
            case ("meter",):
                watch.meter(True)
        assert watch.bytes_held <= 5 * SECOND
    watch.over()

    assert [wake.turn for wake in kept] == [str(number) for number in range(1, wakes + 1)]
    assert all(wake.sound.seconds <= 3.0 for wake in kept)
