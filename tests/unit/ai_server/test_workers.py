import threading
from concurrent.futures import Future

import pytest

from bmo.ai_server.workers import Workers

SOON = 5.0


def test_what_a_worker_did_is_told() -> None:
    def fail() -> None:
        raise LookupError("lost")

    workers = Workers(2)

    assert workers.submit(divmod, 7, 2).result(SOON) == (3, 1)
    with pytest.raises(LookupError, match="lost"):
        workers.submit(fail).result(SOON)


def test_a_worker_that_failed_works_again() -> None:
    workers = Workers(1)
    workers.submit(divmod, 1, 0).exception(SOON)

    assert workers.submit(divmod, 1, 1).result(SOON) == (1, 0)


def test_what_comes_when_all_are_busy_waits_its_turn_in_order() -> None:
    workers, go, did = Workers(2), threading.Event(), list[int]()
    busy = [workers.submit(go.wait, SOON) for _ in range(2)]
    waiting = [workers.submit(did.append, number) for number in range(20)]
    assert not any(one.done() for one in waiting)

    go.set()

    for one in (*busy, *waiting):
        one.result(SOON)
    assert sorted(did) == list(range(20))


def test_no_more_threads_than_needed_are_started_and_never_more_than_allowed() -> None:
    workers = Workers(3, "few")
    for _ in range(50):
        workers.submit(int).result(SOON)
    ran = {workers.submit(threading.get_ident).result(SOON) for _ in range(50)}
    assert len(ran) <= 2, "one that rests is taken before another is started"

    go = threading.Event()
    for future in [workers.submit(go.wait, 0.01) for _ in range(30)]:
        future.result(SOON)

    assert sum(thread.name.startswith("few-") for thread in threading.enumerate()) <= 3


def test_nothing_is_lost_when_many_hand_over_at_once() -> None:
    workers, futures, lock = Workers(4), list[Future[int]](), threading.Lock()

    def hand_over() -> None:
        for number in range(200):
            future = workers.submit(int, number)
            with lock:
                futures.append(future)

    askers = [threading.Thread(target=hand_over) for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()

    assert sorted(future.result(SOON) for future in futures) == sorted(list(range(200)) * 6)
