"""Socket.IO namespace `/voice`: what pages say and hear. A handler checks what came and puts it in the page's inbox.

Up: `place`, `ask`, `listen`, `meter`, `frame` (head, binary) or `scored` (head, binary), `played`, `stop`. Down: `turn`
(one line each), `reset_ears`, `wake_score`, `problem`; the wiring also tells `timers`, `alarm`, `announcement` and
`status`. The messages are in `wire.page` and `wire.wakes`.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bmo.app.rooms import Rooms, Send
from bmo.app.sockets.server import Sockets
from bmo.app.sockets.talk import Talk
from bmo.capabilities.action import Asked
from bmo.capabilities.media import SAMPLE_WIDTH, SPEECH_RATE
from bmo.core.clock import Clock
from bmo.core.errors import Busy, NotFound, WrongType
from bmo.voice.arbitration import Arbitration
from bmo.voice.ears import Ears
from bmo.voice.frames import FRAME_BYTES
from bmo.voice.rules import Rules
from bmo.voice.satellite import Satellite
from bmo.voice.turn import Turns
from bmo.voice.wake_watch import HeardWake
from bmo.wire.page import Ask, FrameHead, Listen, Place, Played, ScoredHead, Stop
from bmo.wire.wakes import Meter

NAMESPACE = "/voice"
SOUND_BURST = 5.0
"""Seconds of sound at once: what a page held back while its line was slow."""
SOUND_PACE = 1.1
"""Seconds of sound a second, in the long run: clocks differ a little."""
WARNINGS_APART = 5.0
"""Seconds between two warnings that sound comes too fast."""


@dataclass(slots=True)
class _Page:
    """One connected page."""

    talk: Talk
    asked: Asked
    """Who sits there, and where."""
    placed: bool
    """Whether its key says where it stands; then it is not asked."""
    allowance: float
    """Seconds of sound it may send now."""
    filled: float
    warned: float = float("-inf")

    def takes(self, seconds: float, now: float) -> bool:
        """Whether this much sound may come now."""
        self.allowance = min(SOUND_BURST, self.allowance + (now - self.filled) * SOUND_PACE)
        self.filled = now
        if self.allowance < seconds:
            return False
        self.allowance -= seconds
        return True


class VoiceNamespace:
    """Every page that talks with BMO."""

    def __init__(
        self,
        sockets: Sockets,
        turns: Turns,
        ears: Ears,
        clock: Clock,
        rules: Rules | None = None,
        room: str = "",
        *,
        rooms: Rooms | None = None,
        wakes: Arbitration | None = None,
        stops: Callable[[str], bool] = lambda _: False,
        noisy: Callable[[], bool] = lambda: False,
        keep_wake: Callable[[HeardWake], None] = lambda _: None,
    ) -> None:
        """`rules` are those of every satellite; `room` is where this machine stands. `rooms` and `wakes` are those of
        the whole house; `stops` and `noisy` as for `Satellite`; `keep_wake` records wakes. Call it after
        `sockets.attach`."""
        self._sockets = sockets
        self._turns = turns
        self._ears = ears
        self._clock = clock
        self._rules = rules
        self._room = room
        self._rooms = rooms or Rooms()
        self._wakes = wakes or Arbitration(clock)
        self._stops = stops
        self._noisy = noisy
        self._keep_wake = keep_wake
        self._pages: dict[str, _Page] = {}
        self._lock = threading.Lock()
        sockets.register(
            NAMESPACE,
            {
                "place": self._place,
                "ask": self._ask,
                "listen": self._listen,
                "meter": self._meter,
                "frame": self._frame,
                "scored": self._scored,
                "played": self._played,
                "stop": self._stop,
            },
            on_connect=self._enter,
            on_disconnect=self._leave,
        )

    def close(self) -> None:
        """End every turn and every recording."""
        with self._lock:
            pages, self._pages = tuple(self._pages.values()), {}
        for page in pages:
            page.talk.close()

    def open_talk(self, name: str, asked: Asked, send: Send) -> Talk:
        """The turns of one more satellite of the house, also of one that came another way than by a socket.

        `name` is anything that is its own; whoever opens it closes it.
        """
        satellite = Satellite(
            self._clock,
            partial(secrets.token_hex, 6),
            self._rules,
            claim=partial(self._wakes.claim, name),
            noisy=self._noisy,
            stops=self._stops,
        )
        return Talk(satellite, self._turns, self._ears, self._clock, asked, send, self._keep_wake)

    def _enter(self, sid: str) -> None:
        visitor = self._sockets.visitor(sid)
        asked = visitor.asks(self._room)
        send = partial(self._sockets.send, sid)
        talk = self.open_talk(sid, asked, send)
        with self._lock:
            self._pages[sid] = _Page(talk, asked, bool(visitor.room), SOUND_BURST, self._clock.monotonic())
        self._rooms.enter(sid, asked.room, send)

    def _leave(self, sid: str) -> None:
        with self._lock:
            page = self._pages.pop(sid, None)
        self._rooms.leave(sid)
        if page is not None:
            page.talk.close()

    def _page(self, sid: str) -> _Page:
        with self._lock:
            page = self._pages.get(sid)
        if page is None:
            raise NotFound("This socket is closed.")
        return page

    def _place(self, sid: str, message: object) -> None:
        place = Place.model_validate(message)
        page = self._page(sid)
        if not page.placed:
            page.asked = replace(page.asked, room=place.room.strip() or self._room)
            self._rooms.enter(sid, page.asked.room, partial(self._sockets.send, sid))
        page.talk.place(page.asked, place.follow_up)

    def _ask(self, sid: str, message: object) -> None:
        ask = Ask.model_validate(message)
        self._page(sid).talk.ask(ask.text, ask.conversation, ask.aloud, ask.question)

    def _listen(self, sid: str, message: object) -> None:
        listen = Listen.model_validate(message)
        self._page(sid).talk.listen(listen.mode, listen.own_ears, listen.threshold)

    def _meter(self, sid: str, message: object) -> None:
        self._page(sid).talk.meter(Meter.model_validate(message).on)

    def _frame(self, sid: str, message: object, samples: object) -> None:
        head = FrameHead.model_validate(message)
        sound = _binary(samples)
        page = self._page(sid)
        if self._takes(page, sound):
            page.talk.frame(head.seq, sound)

    def _scored(self, sid: str, message: object, samples: object) -> None:
        head = ScoredHead.model_validate(message)
        sound = _binary(samples)
        page = self._page(sid)
        if self._takes(page, sound):
            page.talk.judged(head.seq, sound, head.wake, head.speech)

    def _takes(self, page: _Page, samples: bytes) -> bool:
        """Whether this sound is taken. Raises `Busy` now and then when it is not: it came too fast."""
        now = self._clock.monotonic()
        if page.takes(len(samples) / (SAMPLE_WIDTH * SPEECH_RATE), now):
            return True
        if now - page.warned >= WARNINGS_APART:
            page.warned = now
            raise Busy("Sound comes faster than anybody can speak; some of it was dropped.")
        return False

    def _played(self, sid: str, message: object) -> None:
        played = Played.model_validate(message)
        self._page(sid).talk.played(played.turn, played.clause)

    def _stop(self, sid: str, message: object = None) -> None:
        if message is not None:
            Stop.model_validate(message)
        self._page(sid).talk.stop()


def _binary(samples: object) -> bytes:
    if not isinstance(samples, bytes):
        raise WrongType(f"Sound travels as binary: {FRAME_BYTES} bytes, 80 ms of 16 kHz mono int16.")
    return samples
