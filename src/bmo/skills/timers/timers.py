"""Timers that are real: kept on the disk, rung by a thread, each exactly once.

While the program runs a timer is due by the monotonic clock, so setting the wall clock changes nothing. Only a
restart has to trust the wall clock; when that is set, the due times on the disk are moved along with it.

The memory is the truth while running: a full disk stops new timers, never the ringing or stopping of those set.
"""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bmo.capabilities.action import Asked
from bmo.capabilities.wording import Told
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, NotFound, Refused
from bmo.core.events import Events
from bmo.skills.durations import say_duration
from bmo.skills.timers.store import TimerRow, TimerTable
from bmo.skills.timers.timer import MOST, NAME_LENGTH, Timer, TimerRang, TimersChanged, check_length, chosen
from bmo.store.database import Database

RING_SECONDS = 600.0
"""A ringing timer that nobody stops ends by itself."""
LATE_SECONDS = 5.0
"""From here on BMO says that a timer is late."""
CHECK_SECONDS = 20.0
"""How often the thread looks whether somebody set the wall clock, and writes what a full disk refused."""
JUMP_SECONDS = 1.0
"""A smaller change of the wall clock is not worth a write."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Held:
    """A timer in memory; times are monotonic seconds."""

    row: TimerRow
    seconds: float
    due: float
    rang: float | None = None
    written: bool = True
    """Whether the disk knows that it rang."""


class Timers:
    """Every timer of the house. All methods may be called from any thread.

    Listeners are told in the thread that rings the timers, so they must be quick.
    """

    def __init__(self, database: Database, clock: Clock, events: Events) -> None:
        """Take up the timers that an earlier run left. Nothing rings before `start()`. Raises `Broken`."""
        self._table = TimerTable(database)
        self._clock = clock
        self._events = events
        self._changed = threading.Condition(threading.RLock())
        self._held: dict[int, _Held] = {row.id: self._taken_up(row) for row in self._table.rows()}
        self._forgotten: list[int] = []
        self._offset = self._wall_offset()
        self._thread: threading.Thread | None = None
        self._closing = False

    def start(self) -> None:
        """Ring what is due, from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="timers", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the thread; the timers stay on the disk."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def set(self, duration: timedelta, name: str = "", asked: Asked | None = None) -> Timer:
        """Start a timer; when this returns it is on the disk. Raises `Refused` or `Broken`."""
        check_length(duration)
        name = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
        if len(name) > NAME_LENGTH:
            raise Refused(Told("A timer's name can have {count} characters at most.", count=NAME_LENGTH))
        asked = asked or Asked()
        seconds = duration.total_seconds()
        with self._changed:
            if len(self._held) >= MOST:
                raise Refused(Told("There are {count} timers already. Cancel one first.", count=MOST))
            row = TimerRow(
                0, name, seconds, self._clock.now() + duration, None, asked.room, asked.conversation, asked.person
            )
            number = self._table.add(row)
            held = _Held(row, seconds, self._clock.monotonic() + seconds)
            self._held[number] = held
            timer = self._seen(number, held)
            self._changed.notify_all()
        self._events.tell(TimersChanged())
        return timer

    def extend(self, which: int | str, duration: timedelta) -> Timer:
        """Let a timer run longer; one that rings runs again for this long. Raises `NotFound`, `Refused`, `Broken`."""
        check_length(duration)
        with self._changed:
            (timer,) = chosen(self.all(), which, only_one=True)
            left = timer.left + duration.total_seconds()
            check_length(timedelta(seconds=left))
            held, seconds = self._held[timer.id], timer.seconds + duration.total_seconds()
            self._table.extend(timer.id, self._clock.now() + timedelta(seconds=left), seconds)
            held.seconds, held.due, held.rang = seconds, self._clock.monotonic() + left, None
            extended = self._seen(timer.id, held)
            self._changed.notify_all()
        self._events.tell(TimersChanged())
        return extended

    def all(self) -> tuple[Timer, ...]:
        """The timers as they are now, the next one first."""
        with self._changed:
            seen = [self._seen(number, held) for number, held in self._held.items()]
        return tuple(sorted(seen, key=lambda timer: (timer.left, timer.id)))

    def find(self, which: int | str) -> tuple[Timer, ...]:
        """The timer with this id, name or length ("5 minutes"); "all" for all. Raises `NotFound`, `Refused`."""
        return chosen(self.all(), which)

    def cancel(self, which: int | str) -> tuple[Timer, ...]:
        """Take timers away, ringing or not. Raises `NotFound`, `Refused` (which one is meant?) or `Broken`."""
        with self._changed:
            gone = chosen(self.all(), which)
            self._forget([timer.id for timer in gone if timer.state == "ringing"])
            running = [timer.id for timer in gone if timer.state == "running"]
            if running:
                self._table.remove(running)
            for number in running:
                del self._held[number]
        self._events.tell(TimersChanged())
        return gone

    def of_person(self, person: str) -> list[int]:
        """The ids of the timers that somebody set, by the name of their account."""
        with self._changed:
            return [n for n, held in self._held.items() if held.row.person.casefold() == person.casefold()]

    def forget_person(self, person: str) -> int:
        """Take away every timer that somebody set; tells how many. Raises `Broken`."""
        with self._changed:
            gone = self.of_person(person)
            self._table.remove(gone)
            for number in gone:
                del self._held[number]
        self._events.tell(TimersChanged())
        return len(gone)

    def rename_person(self, old: str, new: str) -> None:
        """What this person set belongs to a new name. Raises `Broken`."""
        with self._changed:
            theirs = self.of_person(old)
            self._table.give(theirs, new)
            for number in theirs:
                self._held[number].row = replace(self._held[number].row, person=new)

    def stop(self) -> tuple[Timer, ...]:
        """Silence every ringing timer. Raises `NotFound` when none rings."""
        with self._changed:
            ringing = tuple(timer for timer in self.all() if timer.state == "ringing")
            if not ringing:
                raise NotFound("No timer is ringing.")
            self._forget([timer.id for timer in ringing])
        self._events.tell(TimersChanged())
        return ringing

    def ring_due(self) -> None:
        """Ring what is due and end what rang too long; `start()` calls it whenever it is time."""
        with self._changed:
            now = self._clock.monotonic()
            due = [number for number, held in self._held.items() if held.rang is None and held.due <= now]
            due.sort(key=lambda number: self._held[number].due)
            for number in due:
                self._held[number].rang, self._held[number].written = now, False
            tired = [n for n, held in self._held.items() if held.rang is not None and held.rang + RING_SECONDS <= now]
            rings = [self._ring(number, now) for number in due]
        for ring in rings:
            self._events.tell(ring)
        with self._changed:
            # After the telling: killed in between, BMO rings again rather than not at all.
            self._forget([number for number in tired if number in self._held])
            self._write()
        if due or tired:
            self._events.tell(TimersChanged())

    def _run(self) -> None:
        while True:
            self.ring_due()
            with self._changed:
                if self._closing:
                    return
                due = [held.due for held in self._held.values() if held.rang is None]
                wait = min([CHECK_SECONDS, *(at - self._clock.monotonic() for at in due)])
                if wait > 0:
                    self._changed.wait(wait)

    def _ring(self, number: int, now: float) -> TimerRang:
        held = self._held[number]
        timer = self._seen(number, held)
        late = now - held.due
        if late < LATE_SECONDS:
            return TimerRang(timer, f"Your {timer.title} is done.", 0.0)
        ago = say_duration(timedelta(seconds=late))
        return TimerRang(timer, f"Your {timer.title} is late: it was done {ago} ago.", late)

    def _forget(self, numbers: list[int]) -> None:
        """Silence first, write second: an alarm can always be stopped."""
        for number in numbers:
            del self._held[number]
        self._forgotten += numbers
        self._write()

    def _write(self) -> None:
        """Bring the disk up to date with the memory; what a full disk refuses is tried again."""
        rang = [number for number, held in self._held.items() if not held.written]
        offset = self._wall_offset()
        jumped = abs((offset - self._offset).total_seconds()) > JUMP_SECONDS
        try:
            if self._forgotten:
                self._table.remove(self._forgotten)
                self._forgotten = []
            if rang:
                self._table.rang(rang, self._clock.now())
                for number in rang:
                    self._held[number].written = True
            if jumped:
                self._table.move({timer.id: timer.due for timer in self.all() if timer.state == "running"})
                self._offset = offset
        except BmoError as fault:
            log.warning("timers go on, but could not be written: %s", fault.sentence)

    def _taken_up(self, row: TimerRow) -> _Held:
        now, wall = self._clock.monotonic(), self._clock.now()
        # A clock that starts in the past must not make a timer longer than it was set for.
        left = min((row.due - wall).total_seconds(), row.seconds)
        rang = None if row.rang is None else now - max(0.0, (wall - row.rang).total_seconds())
        return _Held(row, row.seconds, now + left, rang)

    def _seen(self, number: int, held: _Held) -> Timer:
        left = 0.0 if held.rang is not None else max(0.0, held.due - self._clock.monotonic())
        due = self._clock.now() + timedelta(seconds=held.due - self._clock.monotonic())
        state: Literal["running", "ringing"] = "running" if held.rang is None else "ringing"
        asked = Asked(held.row.conversation, held.row.person, held.row.room)
        return Timer(number, held.row.name, held.seconds, left, state, due, asked)

    def _wall_offset(self) -> timedelta:
        """What the wall clock shows when the monotonic clock is at 0: changes only when somebody sets it."""
        monotonic = timedelta(seconds=self._clock.monotonic())
        return self._clock.now().replace(tzinfo=None) - datetime(1970, 1, 1) - monotonic
