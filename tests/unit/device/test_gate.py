"""Sound leaves this machine when the wake word may have been heard or the app listens; each chunk at most once."""

from hypothesis import given
from hypothesis import strategies as st

from bmo.device.gate import AFTER_CHUNKS, BEFORE_CHUNKS, CANDIDATE, Gate


def chunk(number: int) -> bytes:
    return number.to_bytes(4, "little")


def numbers(sent: list) -> list[int]:
    return [int.from_bytes(one.samples, "little") for one in sent]


def test_nothing_leaves_while_nobody_says_the_wake_word() -> None:
    gate = Gate()

    assert [one for number in range(1_000) for one in gate.hear(chunk(number), 0.04)] == []


def test_what_came_just_before_the_wake_word_goes_along() -> None:
    gate = Gate()
    for number in range(100):
        gate.hear(chunk(number), 0.0)

    sent = gate.hear(chunk(100), 0.9)

    assert numbers(sent) == list(range(101 - BEFORE_CHUNKS, 101))
    assert [one.wake for one in sent[-2:]] == [0.0, 0.9]


def test_it_closes_when_the_app_does_not_care() -> None:
    gate = Gate()
    gate.hear(chunk(0), CANDIDATE)

    sent = [gate.hear(chunk(number), 0.0) for number in range(1, 100)]

    assert numbers([one for part in sent for one in part]) == list(range(1, AFTER_CHUNKS))


def test_it_stays_open_while_the_app_listens() -> None:
    gate = Gate()
    gate.wanted = True

    assert all(numbers(gate.hear(chunk(number), 0.0)) == [number] for number in range(200))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=300))
def test_order_is_kept_and_nothing_is_sent_twice(course: list[tuple[float, bool]]) -> None:
    gate = Gate()
    sent: list[int] = []
    for number, (wake, wanted) in enumerate(course):
        gate.wanted = wanted
        sent += numbers(gate.hear(chunk(number), wake))

    assert sent == sorted(set(sent))
