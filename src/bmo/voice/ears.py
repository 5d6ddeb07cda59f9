"""The app's side of the child that hears: started with the first listening browser, ended after the last.

Nothing here waits for the child: sound goes through a bounded queue, scores come back by callback. A child that dies
is started again, sooner the first time than the tenth; what was being recorded is lost, and its owner is told.
"""

import itertools
import logging
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Broken, Busy, Unavailable
from bmo.voice.earline import Kind, Message, read_scores
from bmo.voice.ears_child import Child

log = logging.getLogger(__name__)
LINGER_SECONDS = 60.0
"""The child stays this long after the last microphone left: pages are reloaded."""
MOST_EARS = 8
"""Microphones at once; each costs about 4 % of a core."""
WAITING_CHUNKS = 125
"""Sound of one microphone that waits for its scores: 10 s, as a child needs time to start. More means it is stuck."""
FIRST_PAUSE = 0.2
"""Seconds before a dead child is started again; doubles up to `LONGEST_PAUSE` while it dies young."""
LONGEST_PAUSE = 30.0
YOUNG_SECONDS = 30.0

LOST = Unavailable("My ears broke for a moment. Please say that again.", code="ears_lost")


class Hearer(Protocol):
    """Who owns a microphone. Called in the child's reader thread: return at once."""

    def scored(self, samples: bytes, wake: float, speech: Sequence[float]) -> None:
        """80 ms of sound with its wake score and the speech probabilities that became known with it."""

    def deaf(self, failure: BmoError) -> None:
        """What was sent and not yet scored is lost."""


class Ear:
    """One microphone's place at the detectors."""

    def __init__(self, ears: "Ears", number: int, hearer: Hearer) -> None:
        self._ears = ears
        self._number = number
        self._hearer = hearer
        self._waiting: deque[bytes] = deque()

    def hear(self, samples: bytes) -> None:
        """Send 80 ms of 16 kHz mono int16. Raises `Busy` when the child does not keep up; the sound is dropped."""
        if len(self._waiting) >= WAITING_CHUNKS:
            raise Busy("My ears can't keep up right now.")
        self._waiting.append(samples)
        if not self._ears.send(Message(Kind.SOUND, self._number, samples)):
            self._waiting.clear()

    @property
    def waiting(self) -> int:
        """Pieces of sound whose scores have not been handed over yet."""
        return len(self._waiting)

    def reset(self) -> None:
        """The detectors forget what they heard."""
        self._ears.send(Message(Kind.RESET, self._number))

    def close(self) -> None:
        """The microphone is off."""
        self._ears.leave(self._number)

    def answered(self, message: Message) -> None:
        """The child judged the oldest sound that waits."""
        with suppress(IndexError):  # nothing waits: it was dropped when the child was full
            if message.kind is Kind.FAILED:
                self._hearer.deaf(Unavailable(message.body.decode(errors="replace"), code="ears_failed"))
            else:
                self._hearer.scored(self._waiting[0], *read_scores(message.body))
            self._waiting.popleft()

    def lost(self) -> None:
        """The child died."""
        self._waiting.clear()
        self._hearer.deaf(LOST)


class Ears:
    """Every listening microphone, and the one child that hears for them. `command` starts the child."""

    def __init__(self, command: Sequence[str], clock: Clock, *, wake: bool = True, linger: float = LINGER_SECONDS):
        self.wake = wake
        """Whether the child knows the wake word."""
        self._command = tuple(command)
        self._clock = clock
        self._linger = linger
        self._numbers = itertools.count(1)
        self._ears: dict[int, Ear] = {}
        self._child: Child | None = None
        self._pause = FIRST_PAUSE
        self._closed = threading.Event()
        self._farewell: threading.Timer | None = None
        self._lock = threading.RLock()

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        with self._lock:
            return self._child.process.pid if self._child is not None else None

    @property
    def listening(self) -> bool:
        """Whether a microphone is on."""
        with self._lock:
            return bool(self._ears)

    def restart(self) -> None:
        """The child does not do its work: end it, whatever it is at; another takes its place as if it had died."""
        with self._lock:
            child = self._child
        if child is not None:
            child.process.kill()

    def open(self, hearer: Hearer) -> Ear:
        """A place for one more microphone; starts the child with the first. Raises `Busy` and `Broken`."""
        with self._lock:
            if len(self._ears) >= MOST_EARS or self._closed.is_set():
                raise Busy("Too many microphones are listening. Switch one off first.", retry_after=10)
            number = next(self._numbers)
            ear = self._ears[number] = Ear(self, number, hearer)
            if self._farewell is not None:
                self._farewell.cancel()
            if self._child is None and len(self._ears) == 1:
                self._start_for(number)
            self.send(Message(Kind.OPEN, number))
        return ear

    def leave(self, number: int) -> None:
        """A microphone is off; the child lingers for a while after the last."""
        with self._lock:
            if self._ears.pop(number, None) is None:
                return
            self.send(Message(Kind.CLOSE, number))
            if not self._ears and not self._closed.is_set():
                self._farewell = threading.Timer(self._linger, self._end_if_idle)
                self._farewell.daemon = True
                self._farewell.start()

    def send(self, message: Message) -> bool:
        """Put a message on its way. False when there is no child just now, or it is stuck."""
        with self._lock:
            return self._child is not None and self._child.send(message)

    def close(self) -> None:
        """End the child and refuse every microphone from now on."""
        self._closed.set()
        with self._lock:
            self._ears.clear()
            if self._farewell is not None:
                self._farewell.cancel()
        self._end_if_idle()

    def _end_if_idle(self) -> None:
        with self._lock:
            if self._ears or self._child is None:
                return
            child, self._child = self._child, None
        child.end()

    def _start_for(self, number: int) -> None:
        try:
            self._start()
        except Broken:
            del self._ears[number]
            raise

    def _start(self) -> None:
        """Under the lock. Raises `Broken` when this machine cannot start a process."""
        try:
            self._child = Child(self._command, self._answered, self._died, self._clock.monotonic())
        except OSError as fault:
            raise Broken(f"I can't start the program that listens: {fault.strerror}.") from fault
        for number in self._ears:
            self._child.send(Message(Kind.OPEN, number))

    def _answered(self, message: Message) -> None:
        with self._lock:
            ear = self._ears.get(message.satellite)
        if ear is not None:
            ear.answered(message)

    def _died(self, child: Child) -> None:
        """In the dead child's reader thread: tell everybody, then replace it if somebody still listens."""
        with self._lock:
            if child is not self._child:
                return
            self._child = None
            ears = tuple(self._ears.values())
            young = self._clock.monotonic() - child.born < YOUNG_SECONDS
            pause = self._pause if young else FIRST_PAUSE
            self._pause = min(LONGEST_PAUSE, pause * 2)
        log.warning("the ears died (exit %s); starting them again in %.1f s", child.process.poll(), pause)
        for ear in ears:
            ear.lost()
        while not self._closed.wait(pause) and not self._replaced():
            pause = LONGEST_PAUSE

    def _replaced(self) -> bool:
        """Start another child if somebody listens and there is none. False when that has to be tried again."""
        with self._lock:
            if self._ears and self._child is None:
                try:
                    self._start()
                except Broken as failure:
                    log.warning("%s", failure)
                    return False
        return True
