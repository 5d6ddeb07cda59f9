"""Keeps programs running in the foreground: one Ctrl-C ends them all, a crash starts one again."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bmo.core.clock import Clock, SystemClock
from bmo.run.child import Child
from bmo.run.program import Backoff, Program

LOOK_SECONDS = 0.1
GRACE_SECONDS = 10.0
PROBE_SECONDS = 10.0
"""Between two questions whether a program that is up still answers."""
PROBES = 6
"""So many times without an answer, and it hangs: it is killed, and starts again like one that died."""
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class _Kept:
    """A program and how it is doing."""

    program: Program
    backoff: Backoff = field(default_factory=Backoff)
    child: Child | None = None
    since: float = 0.0
    start_at: float = 0.0
    ready: bool = False
    probe_at: float = 0.0
    silent: int = 0
    """How often in a row it did not answer."""


class Supervisor:
    """Starts programs in the given order, starts them again when they die, ends them in reverse order.

    `say` gets sentences for the terminal; `up` is called each time a program has become ready.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        home: Path,
        say: Callable[[str], None],
        *,
        up: Callable[[Program], None] = lambda _: None,
        clock: Clock | None = None,
        pause: Callable[[float], None] = time.sleep,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self._kept = [_Kept(program) for program in programs]
        self._home = home
        self._say = say
        self._up = up
        self._clock = clock or SystemClock()
        self._pause = pause
        self._grace = grace
        self._stops = 0

    def run(self) -> None:
        """Block until Ctrl-C, SIGTERM or `stop`; then no program of ours is left. Call it in the main thread."""
        with self._signals():
            try:
                while not self._stops:
                    self.look()
                    self._pause(LOOK_SECONDS)
            finally:
                self.end()

    def stop(self) -> None:
        """End everything soon; asked a second time, at once."""
        self._stops += 1

    def look(self) -> None:
        """One round: start what is due, notice what died or became ready."""
        for kept in self._kept:
            if kept.child is None:
                if self._clock.monotonic() >= kept.start_at:
                    self._start(kept)
            elif (code := kept.child.code()) is not None:
                self._died(kept, kept.child, code)
            elif kept.ready:
                self._probe(kept, kept.child)
            elif kept.program.ready():
                kept.ready = True
                kept.silent, kept.probe_at = 0, self._clock.monotonic() + PROBE_SECONDS
                self._say(f"{kept.program.name} is up ({self._clock.monotonic() - kept.since:.1f} s)")
                self._up(kept.program)

    def end(self) -> None:
        """End all programs, last started first: SIGTERM, then SIGKILL for who is not gone within the grace period."""
        for kept in reversed(self._kept):
            if kept.child is not None:
                self._end(kept.program.name, kept.child)
                kept.child = None

    def _start(self, kept: _Kept) -> None:
        kept.since = self._clock.monotonic()
        kept.ready = False
        kept.child = Child(kept.program, self._home)

    def _probe(self, kept: _Kept, child: Child) -> None:
        """A program may hang without dying; nobody else would ever notice."""
        if self._clock.monotonic() < kept.probe_at:
            return
        kept.silent = 0 if kept.program.alive() else kept.silent + 1
        kept.probe_at = self._clock.monotonic() + PROBE_SECONDS
        if kept.silent >= PROBES:
            self._say(f"{kept.program.name} has not answered for {PROBES * PROBE_SECONDS:g} s and was killed")
            kept.silent = 0
            child.kill()

    def _died(self, kept: _Kept, child: Child, code: int) -> None:
        now = self._clock.monotonic()
        wait = kept.backoff.wait(now - kept.since)
        kept.child, kept.start_at = None, now + wait
        words = child.last_words()
        self._say(f"{kept.program.name} {_ending(code)}; it starts again in {wait:g} s. Its log is {child.log}")
        if words:
            self._say(f"  its last words: {words[:300]}")

    def _end(self, name: str, child: Child) -> None:
        child.ask_to_end()
        deadline = self._clock.monotonic() + self._grace
        while child.code() is None:
            if self._clock.monotonic() >= deadline or self._stops > 1:
                self._say(f"{name} did not end by itself and was killed")
                child.kill()
                deadline = float("inf")
            self._pause(LOOK_SECONDS / 2)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def heard(_number: int, _frame: FrameType | None) -> None:
            self.stop()

        before = {number: signal.signal(number, heard) for number in STOPPING}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _ending(code: int) -> str:
    if code >= 0:
        return f"stopped (exit code {code})"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
