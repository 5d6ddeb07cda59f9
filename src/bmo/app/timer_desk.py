"""Timers as REST and the page see them."""

from datetime import timedelta

from bmo.app.sockets.server import Sockets
from bmo.capabilities.action import Asked
from bmo.core.errors import Refused
from bmo.skills.durations import parse_duration
from bmo.skills.timers.timer import Timer
from bmo.skills.timers.timers import Timers
from bmo.wire.page import TimerLine
from bmo.wire.page import Timers as TimersMessage


class TimerDesk:
    """The household's timers in wire messages."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers

    def listed(self) -> tuple[TimerLine, ...]:
        """All of them, the next to ring first."""
        return tuple(line(timer) for timer in self._timers.all())

    def start(self, duration: str | float, name: str, asked: Asked) -> TimerLine:
        """Set one, for "five minutes" or for seconds. Raises `Refused`."""
        return line(self._timers.set(_length(duration), name, asked))

    def cancel(self, number: int) -> TimerLine:
        """Take one back. Raises `NotFound`."""
        return line(self._timers.cancel(number)[0])

    def silence(self) -> tuple[TimerLine, ...]:
        """Stop whatever rings; the answer is what rang. Raises `NotFound`."""
        return tuple(line(timer) for timer in self._timers.stop())

    def broadcast(self, sockets: Sockets) -> None:
        """Tell every open page how the timers are now."""
        sockets.broadcast("timers", TimersMessage(timers=self.listed()))


def line(timer: Timer) -> TimerLine:
    """A timer as it travels."""
    return TimerLine(
        id=timer.id,
        name=timer.name,
        seconds=timer.seconds,
        left=timer.left,
        state=timer.state,
        due=timer.due.isoformat(),
        room=timer.asked.room,
    )


def _length(duration: str | float) -> timedelta:
    try:
        return parse_duration(duration) if isinstance(duration, str) else timedelta(seconds=duration)
    except (ValueError, OverflowError) as fault:
        raise Refused(
            'I did not understand how long. Say it like "five minutes", or give seconds.', code="bad_duration"
        ) from fault
