"""Threads that take up work at once: a pool whose hand-over is one lock, not a queue, a semaphore and a lock.

A streamed answer changes threads twice before its first word. With `ThreadPoolExecutor` that took 118 us of a call of
840 us, here it takes 88 of 810 (`docs/decisions/0017`).
"""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Workers(Executor):
    """At most `most` threads, started when they are first needed. What comes when all are busy waits its turn.

    They end with the process, whatever they are at: an engine that hangs does not hold up the end of the server.
    """

    def __init__(self, most: int, name: str = "worker") -> None:
        self._most = most
        self._name = name
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._waiting: deque[Callable[[], None]] = deque()
        self._started = 0

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run it in a thread, now or when one is free. It cannot be cancelled."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()

        def job() -> None:
            try:
                result = fn(*args, **kwargs)
            except BaseException as fault:  # it is not lost: whoever asks the future gets it
                future.set_exception(fault)
            else:
                future.set_result(result)

        with self._lock:
            worker = self._idle.pop() if self._idle else self._another()
            if worker is None:
                self._waiting.append(job)
        if worker is not None:
            worker.take(job)
        return future

    def _another(self) -> "_Worker | None":
        if self._started == self._most:
            return None
        self._started += 1
        return _Worker(f"{self._name}-{self._started}", self._next)

    def _next(self, worker: "_Worker") -> Callable[[], None] | None:
        """What a worker that is done does now; None if it should rest."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(worker)
        return None


class _Worker:
    """One thread. The last that came to rest is the first to work again: its memory is still warm."""

    def __init__(self, name: str, following: Callable[["_Worker"], Callable[[], None] | None]) -> None:
        self._following = following
        self._job: Callable[[], None] | None = None
        self._wanted = threading.Lock()  # a bare lock: it is held by whoever waits, let go by the other
        self._wanted.acquire()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    def take(self, job: Callable[[], None]) -> None:
        """Only while it rests."""
        self._job = job
        self._wanted.release()

    def _run(self) -> None:
        while True:
            self._wanted.acquire()
            job, self._job = self._job, None
            while job is not None:
                job()
                job = self._following(self)
