"""`bmo voice`: the satellite of this machine. Its microphone, ears and loudspeaker, and the line to the app."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from bmo.capabilities.media import Pcm
from bmo.capabilities.sound import Loudspeaker, Microphone
from bmo.capabilities.wake import VoiceActivity, WakeWord
from bmo.core.clock import Clock
from bmo.core.errors import BmoError, Broken, Unavailable
from bmo.device.hearing import Hearing
from bmo.device.lights import Lights
from bmo.device.mouth import Mouth
from bmo.wire.page import (
    TURN_LINE,
    Alarm,
    Announcement,
    AudioLine,
    EndLine,
    FollowUpLine,
    Listen,
    Played,
    ScoredHead,
    StateLine,
    TagLine,
    Timers,
    WakeLine,
)

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
"""Seconds until a microphone that went away is looked for again; doubles up to `LONGEST_PAUSE`."""
LONGEST_PAUSE = 15.0


class Sending(Protocol):
    """The line to the app, as this program uses it."""

    def send(self, event: str, message: BaseModel, samples: bytes | None = None) -> bool:
        """Send it; False when the line is down."""


class Satellite:
    """Joins the parts. `listen` runs in the main thread; the line calls everything else."""

    def __init__(
        self,
        microphone: Microphone,
        make_loudspeaker: Callable[[Callable[[str], None]], Loudspeaker],
        detectors: tuple[WakeWord, VoiceActivity],
        line: Callable[[], Sending],
        fetch: Callable[[str], Pcm | None],
        clock: Clock,
        lights: Lights | None = None,
    ) -> None:
        """`line` gives the line, which is made after this; `fetch` gets a sound by its address at the app; `lights` is
        None where there are none."""
        self._microphone = microphone
        self._line = line
        self._fetch = fetch
        self._lights = lights
        self._mouth = Mouth(make_loudspeaker, self._played, clock)
        self._hearing = Hearing(*detectors, self._scored, lambda: self._mouth.chime("sorry"), clock)
        self._face = "idle"
        self._ringing: set[int] = set()
        """Ids of the timers that ring in this room."""

    def listen(self, stop: threading.Event) -> None:
        """Hear until `stop`; a microphone that goes away is waited for."""
        pause = FIRST_PAUSE
        while not stop.is_set():
            try:
                with closing(self._microphone.listen(stop)) as frames:
                    for frame in frames:
                        self._hearing.hear(frame)
                        pause = FIRST_PAUSE
            except Unavailable as failure:
                log.warning("%s Trying again in %.1f s.", failure.sentence, pause)
                self._hearing.forget()
                stop.wait(pause)
                pause = min(LONGEST_PAUSE, pause * 2)

    def joined(self) -> None:
        """The line is up."""
        self._hearing.begin()
        self._line().send("listen", Listen(mode="always", own_ears=True))

    def lost(self) -> None:
        """The line is down: what was going on will get no end from the app."""
        self._face = "idle"
        self._ringing.clear()
        self._hearing.begin()
        self._mouth.hush()
        self._mouth.drop()

    def events(self) -> dict[str, Callable[[Any], None]]:
        """What to do with each event of the app; a message that makes no sense is left out."""
        wanted: dict[str, Callable[[Any], None]] = {
            "turn": self._turn,
            "timers": self._timers,
            "alarm": self._alarm,
            "announcement": lambda told: self._say_soon(Announcement.model_validate(told).audio),
            "problem": lambda told: log.warning("BMO says: %s", told.get("sentence")),
            "reset_ears": lambda _: self._hearing.forget(),
        }
        return {name: _careful(name, do) for name, do in wanted.items()}

    def close(self) -> None:
        """Let the devices go."""
        self._mouth.close()
        if self._lights is not None:
            self._lights.close()

    def _turn(self, message: Any) -> None:
        match TURN_LINE.validate_python(message):
            case AudioLine() as line:
                self._mouth.audio(line)
            case EndLine() as line:
                self._mouth.ended(line)
                if self._lights is not None:
                    self._lights.ended(line.turn)
            case TagLine() as line if self._lights is not None:
                self._lights.tag(line)
            case WakeLine():
                self._hearing.woke()
                self._mouth.chime("wake")
            case FollowUpLine():
                self._mouth.chime("follow_up")
            case StateLine(state=state):
                self._face = state
                self._want()

    def _timers(self, message: Any) -> None:
        """It rings for an `alarm` of this room alone, until that timer rings no more."""
        timers = Timers.model_validate(message).timers
        self._ringing &= {timer.id for timer in timers if timer.state == "ringing"}
        if not self._ringing:
            self._mouth.hush()
        self._want()

    def _alarm(self, message: Any) -> None:
        alarm = Alarm.model_validate(message)
        if not alarm.aloud:
            return
        self._ringing.add(alarm.timer.id)
        self._want()
        self._mouth.ring(lambda: self._face == "listening")
        self._say_soon(alarm.audio)

    def _say_soon(self, address: str) -> None:
        """After what is playing. Fetching it must not hold up the line."""
        if address:
            threading.Thread(target=self._say, args=(address,), name="sentence", daemon=True).start()

    def _say(self, address: str) -> None:
        sound = self._fetch(address)
        if sound is not None:
            self._mouth.say(sound)

    def _want(self) -> None:
        self._hearing.wanted(self._face not in ("idle", "error") or bool(self._ringing))

    def _scored(self, seq: int, samples: bytes, wake: float, speech: Sequence[float]) -> bool:
        head = ScoredHead(seq=seq, wake=_share(wake), speech=tuple(_share(one) for one in speech))
        return self._line().send("scored", head, samples)

    def _played(self, played: Played) -> None:
        self._line().send("played", played)
        if self._lights is not None:
            self._lights.heard(played)


def _careful(name: str, do: Callable[[Any], None]) -> Callable[[Any], None]:
    """A fault in one event must not end the thread that brings all the others."""

    def carefully(message: Any = None) -> None:
        try:
            do(message)
        except ValidationError as fault:
            log.warning("BMO sent a %s that makes no sense: %s", name, fault)
        except Broken:
            raise
        except BmoError as failure:
            log.warning("%s: %s", name, failure.sentence)

    return carefully


def _share(score: float) -> float:
    """Float32 models overshoot 1 by a hair now and then."""
    return min(1.0, max(0.0, score))
