"""A pull as people see it: one line that grows on a terminal, a line now and then elsewhere."""

from typing import TextIO

from bmo.core.clock import Clock, SystemClock

BAR = 30
TERMINAL_SECONDS = 0.1
PLAIN_SECONDS = 5.0


class Progress:
    """Told how a pull goes, tells the person."""

    def __init__(self, out: TextIO, clock: Clock | None = None) -> None:
        self._out = out
        self._clock = clock or SystemClock()
        self._terminal = out.isatty()
        self._began: tuple[float, int] | None = None
        self._told = 0.0
        self._open_line = False

    def say(self, sentence: str) -> None:
        """A line of its own, below the bar."""
        if self._open_line:
            self._out.write("\n")
            self._open_line = False
        self._out.write(sentence + "\n")
        self._out.flush()

    def moved(self, name: str, done: int, total: int) -> None:
        """The pull holds `done` of `total` bytes."""
        now = self._clock.monotonic()
        if self._began is None:
            self._began, self._told = (now, done), now
        every = TERMINAL_SECONDS if self._terminal else PLAIN_SECONDS
        if now - self._told < every and not (self._terminal and done >= total):
            return
        self._told = now
        text = self._text(name, done, total, now)
        if self._terminal:
            self._out.write("\r\x1b[K" + text)
            self._open_line = True
        else:
            self._out.write(text + "\n")
        self._out.flush()

    def _text(self, name: str, done: int, total: int, now: float) -> str:
        start, there = self._began or (now, done)
        speed = max(0, done - there) / (now - start) / 1e6 if now > start else 0.0
        share = done / total if total else 1.0
        numbers = f"{done / 1e6:6.1f} of {total / 1e6:.1f} MB  {speed:5.1f} MB/s  {name}"
        if not self._terminal:
            return f"{share:4.0%}  {numbers}"
        full = round(BAR * share)
        return f"[{'#' * full}{'.' * (BAR - full)}] {numbers}"
