"""The engines of this server: loaded in the background, each with its waiting line, all let go of in an orderly way."""

import logging
import threading
from datetime import datetime
from typing import Any, Literal

from bmo.ai_server.desk import Desk
from bmo.ai_server.draining import Draining
from bmo.ai_server.lifetime import Meter
from bmo.capabilities.chat import Chat
from bmo.capabilities.describe import Describe
from bmo.capabilities.detect import Detect
from bmo.capabilities.embed import EmbedText
from bmo.capabilities.faces import FindFaces
from bmo.capabilities.read import ReadText
from bmo.capabilities.search import Library
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.capabilities.voiceprint import EmbedVoice
from bmo.core.lease import Shelf
from bmo.wire.ai import Health

log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
"""Between two looks at whether an engine is idle, dead, or to be tried again, and whether time is up."""
HAND_BACK_SECONDS = 3.0
"""Before the end, answers that still run are handed back."""


class EngineRoom:
    """The desks of a server and what the world is told about them."""

    def __init__(
        self,
        chat: Desk[Chat],
        transcribe: Desk[Transcribe],
        speak: Desk[Speak],
        *,
        detect: Desk[Detect] | None = None,
        describe: Desk[Describe] | None = None,
        embed: Desk[EmbedText] | None = None,
        search: Desk[Library] | None = None,
        faces: Desk[FindFaces] | None = None,
        read: Desk[ReadText] | None = None,
        voiceprint: Desk[EmbedVoice] | None = None,
        version: str = "",
        shelf: Shelf | None = None,
        draining: Draining | None = None,
    ) -> None:
        """A desk that is not given is one of a capability that this server does not have."""
        self.chat = chat
        self.transcribe = transcribe
        self.speak = speak
        self.detect: Desk[Detect] = detect or Desk("detect")
        self.describe: Desk[Describe] = describe or Desk("describe")
        self.embed: Desk[EmbedText] = embed or Desk("embed")
        self.search: Desk[Library] = search or Desk("search")
        self.faces: Desk[FindFaces] = faces or Desk("faces")
        self.read: Desk[ReadText] = read or Desk("read")
        self.voiceprint: Desk[EmbedVoice] = voiceprint or Desk("voiceprint")
        self._version = version
        self._shelf = shelf or Shelf()
        self._draining = draining or Draining()
        self._closed = threading.Event()
        self._stopped = False
        for desk in self.desks:
            desk.share(self._shelf, Meter())

    @property
    def desks(self) -> tuple[Desk[Any], ...]:
        """In the order they load: what a person notices first comes first."""
        first = (self.speak, self.transcribe, self.chat)
        return (*first, self.embed, self.search, self.detect, self.describe, self.faces, self.read, self.voiceprint)

    def measure(self, meter: Meter) -> None:
        """Tell `meter` what happens at the desks."""
        for desk in self.desks:
            desk.meter = meter

    def start(self) -> None:
        """Load every engine, one after the other, in the background; then look after them until `close`."""
        if self._draining.until is not None:  # the worker before this one died while it drained
            self._stop_serving()
        threading.Thread(target=self._keep, name="keep-engines", daemon=True).start()

    def load(self) -> None:
        """Load every engine that is to be there from the start, now, as far as there is memory."""
        for desk in self.desks:
            if desk.lifetime.load == "eager" and not self._closed.is_set():
                desk.load(for_others=False)

    def look(self) -> None:
        """Let go of idle engines, start dead ones again, try failed ones again."""
        for desk in self.desks:
            desk.look()

    def drain(self, seconds: float) -> datetime:
        """Serve nobody new; this server will be gone in `seconds`. Gives the time of its end, which may be nearer."""
        self._stop_serving()  # first: whoever reads `draining` must not find an open desk
        until = self._draining.begin_in(seconds)
        log.info("draining until %s", until)
        return until

    def drain_until(self, end: datetime) -> datetime:
        """`drain` with a time instead of seconds."""
        self._stop_serving()
        until = self._draining.begin(end)
        log.info("draining until %s", until)
        return until

    def hand_back(self) -> None:
        """End the streams that still run, each with the word that another server should go on."""
        for desk in self.desks:
            desk.hand_back()

    def running(self) -> int:
        """Requests that are served or wait."""
        return sum(desk.inside for desk in self.desks)

    def idle(self) -> bool:
        """Nobody is served and nobody waits."""
        return not self.running()

    def close(self) -> None:
        """Let go of every engine."""
        self._closed.set()
        for desk in self.desks:
            desk.close()

    def missing(self) -> tuple[str, ...]:
        """The capabilities that this server should have and does not (yet)."""
        return tuple(desk.capability for desk in self.desks if desk.state not in ("ready", "absent"))

    def word(self) -> Literal["ok", "degraded", "draining"]:
        """The state in one word."""
        if self._draining.until is not None:
            return "draining"
        return "degraded" if self.missing() else "ok"

    def until(self) -> str:
        """ISO time when the server will be gone; empty unless it drains."""
        until = self._draining.until
        return until.isoformat() if until else ""

    def health(self) -> Health:
        """The whole state."""
        return Health(
            state=self.word(),
            version=self._version,
            capabilities={desk.capability: desk.health() for desk in self.desks},
            draining_until=self.until(),
        )

    def _stop_serving(self) -> None:
        self._stopped = True
        for desk in self.desks:
            desk.drain()

    def _keep(self) -> None:
        self.load()
        while not self._closed.wait(_LOOK_SECONDS):
            if self._draining.until is None:
                self.look()
            elif not self._stopped:  # another worker was told
                self._stop_serving()
            elif self._draining.left <= HAND_BACK_SECONDS and not self.idle():
                self.hand_back()
