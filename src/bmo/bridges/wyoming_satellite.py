"""A Wyoming satellite: a microphone and a loudspeaker on the network that BMO connects to, never the other way round.

It is told `run-satellite` and then sends `run-pipeline` and sound: all the time, when it hears speech, or after a wake
word of its own. It plays `audio-start`, `audio-chunk` ... `audio-stop` and says `played`. A `transcript` or an `error`
ends its streaming where a wake word of its own began it. (wyoming-satellite 1.4 and the ESP32 firmwares.)

The protocol cannot take back sound that was sent, so sound goes out only a little ahead of what is being played.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event, Eventable
from wyoming.info import Info
from wyoming.ping import Ping, Pong
from wyoming.pipeline import PipelineStage, RunPipeline
from wyoming.satellite import RunSatellite
from wyoming.snd import Played

from bmo.bridges.wyoming import CONNECT_SECONDS, Bounds, connect, described, understood
from bmo.bridges.wyoming_sound import Resampled, sound_in
from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE
from bmo.core.errors import BmoError, Malformed, Refused, TimedOut

log = logging.getLogger(__name__)

AHEAD_SECONDS = 0.4
"""Of sound that the satellite has and has not played yet: what is still heard after "stop"."""
PIECE_SECONDS = 0.1
PING_SECONDS = 10.0
"""Between two pings, while nothing else is sent."""
SILENT_SECONDS = 35.0
"""A satellite that answers pings and then is silent for so long is gone."""
MOST_NEWS = 256
"""Events on their way to it; a satellite that leaves more unread is dropped."""
MOST_STOPPED = 32
"""Sounds that it may leave without a `played`."""
BOUNDS = Bounds(payload=500_000)

Clause: TypeAlias = tuple[str, int]
"""A turn and the number of a clause in it."""


class Hearer(Protocol):
    """Who owns the satellite. Called by the thread that reads from it: return soon. May raise `BmoError`, which the
    satellite is told."""

    def pipeline(self, awake: bool) -> None:
        """It begins to send sound; `awake`: it has heard its own wake word, and a command follows."""

    def sound(self, samples: bytes) -> None:
        """Sound of any length: 16 kHz mono int16."""

    def paused(self) -> None:
        """It sends no more sound for now."""

    def played(self, clauses: Sequence[Clause]) -> None:
        """These were heard to their end."""


@dataclass(slots=True)
class _Piece:
    """Sound on its way."""

    samples: bytes = field(repr=False)
    rate: int
    of: Clause
    last: bool


class WyomingSatellite:
    """One connection to one satellite. `run` reads; a second thread writes, so that nobody waits for a slow one."""

    def __init__(self, uri: str, name: str) -> None:
        """`uri` such as `tcp://192.168.1.30:10700`. Connects and asks what it is. Raises `Unavailable`, `Refused`."""
        self.name = name
        self._peer = connect(uri, name, bounds=BOUNDS)
        try:
            self.info = described(self._peer, CONNECT_SECONDS)
            if self.info.satellite is None:
                raise Refused(f"{name} at {uri} is a Wyoming service, but no satellite.", code="no_satellite")
        except BmoError:
            self._peer.close()
            raise
        self._speech = Resampled(SPEECH_RATE)
        self._answers_pings = False
        self._changed = threading.Condition()
        self._news: deque[Eventable] = deque()
        self._pieces: deque[_Piece] = deque()
        self._sent: list[Clause] = []
        """Clauses that were sent whole since the last `audio-start`."""
        self._stopped: deque[list[Clause]] = deque(maxlen=MOST_STOPPED)
        """The same for each `audio-stop` that it has not yet said `played` to."""
        self._pinged = float("-inf")
        self._rate = 0
        """Hz of the sound that is being sent; 0 between `audio-stop` and `audio-start`."""
        self._ends = 0.0
        """When all sound sent so far has been played."""
        self._closed = False

    def run(self, hearer: Hearer) -> None:
        """Serve it until it hangs up or `close`. Raises `Unavailable` when it goes away in another manner."""
        writer = threading.Thread(target=self._write, name=f"to {self.name}", daemon=True)
        writer.start()
        self.tell(RunSatellite())
        try:
            while (event := self._peer.read(SILENT_SECONDS if self._answers_pings else None)) is not None:
                self._take(event, hearer)
        except TimedOut as failure:
            raise TimedOut(f"{self.name} is silent; it may have lost its network or its power.") from failure
        except Malformed as failure:
            self._complain(failure)
            raise
        finally:
            self.close()
            writer.join()
            self._peer.close()

    def close(self) -> None:
        """Hang up; `run` returns."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._peer.hang_up()

    def tell(self, event: Eventable) -> None:
        """Send an event as soon as may be. Returns at once."""
        with self._changed:
            self._news.append(event)
            full = len(self._news) > MOST_NEWS
            self._changed.notify_all()
        if full:
            log.warning("%s reads nothing any more; hanging up", self.name)
            self.close()

    def play(self, samples: bytes, rate: int, of: Clause, *, last: bool, restart: bool = False) -> None:
        """Queue sound: int16 mono. `restart` drops what was queued of this clause. Returns at once."""
        size = int(rate * PIECE_SECONDS) * SAMPLE_WIDTH
        cut = [samples[start : start + size] for start in range(0, len(samples), size)] or [b""]
        with self._changed:
            if restart:
                self._pieces = deque(piece for piece in self._pieces if piece.of != of)
            self._pieces.extend(_Piece(part, rate, of, last and at == len(cut) - 1) for at, part in enumerate(cut))
            self._changed.notify_all()

    def hush(self) -> None:
        """Play nothing of what is queued. The satellite still plays what it has: at most `AHEAD_SECONDS`."""
        with self._changed:
            self._pieces.clear()
            self._sent.clear()
            self._ends = 0.0
            self._changed.notify_all()

    def _take(self, event: Event, hearer: Hearer) -> None:
        """Events that nobody knows are dropped, as the protocol asks for."""
        try:
            if AudioChunk.is_type(event.type):
                chunk = sound_in(event)
                hearer.sound(self._speech.feed(chunk.audio, chunk.rate))
            elif Ping.is_type(event.type):
                self.tell(Pong(text=understood(Ping, event).text))
            elif Pong.is_type(event.type):
                self._answers_pings = True
            elif RunPipeline.is_type(event.type):
                self._speech = Resampled(SPEECH_RATE)
                hearer.pipeline(awake=understood(RunPipeline, event).start_stage is PipelineStage.ASR)
            elif AudioStop.is_type(event.type):
                hearer.paused()
            elif Played.is_type(event.type):
                hearer.played(self._heard())
            elif Info.is_type(event.type):
                self.info = understood(Info, event)
            else:
                log.debug("%s sent %r", self.name, event.type)
        except BmoError as failure:
            self._complain(failure)

    def _heard(self) -> list[Clause]:
        with self._changed:
            return self._stopped.popleft() if self._stopped else []

    def _complain(self, failure: BmoError) -> None:
        log.info("%s: %s", self.name, failure)
        self.tell(Error(text=failure.sentence, code=failure.code))

    def _write(self) -> None:
        """In a thread: news at once, sound at the pace at which it is played, a ping when there is neither."""
        try:
            while (events := self._next()) is not None:
                for event in events:
                    self._peer.send(event)
        except BmoError as failure:
            log.info("%s", failure)
        self._peer.hang_up()

    def _next(self) -> list[Eventable] | None:
        """What to send now; waits for it. None once closed and everything told."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._news:
                    told, self._news = list(self._news), deque()
                    return told
                if self._closed:
                    return None
                if due := self._due_sound(now):
                    return due
                if now - self._pinged >= PING_SECONDS:
                    self._pinged = now
                    return [Ping(text=self.name)]
                self._changed.wait(self._rest(now))

    def _due_sound(self, now: float) -> list[Eventable]:
        """The next piece, when it is time for it; the end of the sound, when all of it has been played."""
        if self._fits() and self._ends - now < AHEAD_SECONDS:
            return self._send_piece(self._pieces.popleft(), now)
        if self._rate and now >= self._ends:
            self._rate = 0
            self._stopped.append(self._sent)
            self._sent = []
            return [AudioStop()]
        return []

    def _fits(self) -> bool:
        """Whether there is sound, and it can follow on what is being sent: another rate begins anew."""
        return bool(self._pieces) and self._rate in (0, self._pieces[0].rate)

    def _send_piece(self, piece: _Piece, now: float) -> list[Eventable]:
        starts = [] if self._rate else [AudioStart(piece.rate, SAMPLE_WIDTH, 1)]
        self._rate = piece.rate
        self._ends = max(self._ends, now) + len(piece.samples) / (SAMPLE_WIDTH * piece.rate)
        if piece.last:
            self._sent.append(piece.of)
        return [*starts, AudioChunk(piece.rate, SAMPLE_WIDTH, 1, piece.samples)]

    def _rest(self, now: float) -> float:
        """Seconds until something may be due, unless somebody wants something sooner."""
        waits = [self._pinged + PING_SECONDS - now]
        if self._rate:
            waits.append(self._ends - now)
        if self._fits():
            waits.append(self._ends - AHEAD_SECONDS - now)
        return max(0.001, min(waits))
