import threading

from bmo.fakes.clock import ManualClock
from bmo.voice.arbitration import WINDOW, Arbitration


def test_the_first_wins_at_once_and_the_others_stay_silent() -> None:
    house = Arbitration(ManualClock())

    assert [house.claim(name) for name in ("kitchen", "hall", "attic")] == [True, False, False]


def test_a_later_wake_word_is_another_one() -> None:
    clock = ManualClock()
    house = Arbitration(clock)
    house.claim("kitchen")

    clock.advance(WINDOW)

    assert house.claim("hall")


def test_whoever_lost_does_not_keep_the_others_waiting() -> None:
    clock = ManualClock()
    house = Arbitration(clock)
    house.claim("kitchen")
    clock.advance(WINDOW - 0.1)
    house.claim("hall")

    clock.advance(0.1)

    assert house.claim("hall")


def test_the_winner_may_hear_it_again() -> None:
    house = Arbitration(ManualClock())
    house.claim("kitchen")

    assert house.claim("kitchen")


def test_of_many_at_the_same_moment_one_wins() -> None:
    house = Arbitration(ManualClock())
    start = threading.Barrier(16)
    won: list[str] = []

    def hear(name: str) -> None:
        start.wait()
        if house.claim(name):
            won.append(name)

    threads = [threading.Thread(target=hear, args=(str(number),)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
