"""The engines of this server: loaded in the background, each with its waiting line, all let go of in an orderly way."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from bmo.ai_server.desk import Desk
from bmo.capabilities.chat import Chat
from bmo.capabilities.describe import Describe
from bmo.capabilities.detect import Detect
from bmo.capabilities.embed import EmbedText
from bmo.capabilities.faces import FindFaces
from bmo.capabilities.read import ReadText
from bmo.capabilities.search import Search
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.capabilities.voiceprint import EmbedVoice
from bmo.wire.ai import Health


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
        search: Desk[Search] | None = None,
        faces: Desk[FindFaces] | None = None,
        read: Desk[ReadText] | None = None,
        voiceprint: Desk[EmbedVoice] | None = None,
        version: str = "",
    ) -> None:
        """A desk that is not given is one of a capability that this server does not have."""
        self.chat = chat
        self.transcribe = transcribe
        self.speak = speak
        self.detect: Desk[Detect] = detect or Desk("detect")
        self.describe: Desk[Describe] = describe or Desk("describe")
        self.embed: Desk[EmbedText] = embed or Desk("embed")
        self.search: Desk[Search] = search or Desk("search")
        self.faces: Desk[FindFaces] = faces or Desk("faces")
        self.read: Desk[ReadText] = read or Desk("read")
        self.voiceprint: Desk[EmbedVoice] = voiceprint or Desk("voiceprint")
        self._version = version
        self._gone_at: datetime | None = None

    @property
    def desks(self) -> tuple[Desk[Any], ...]:
        """In the order they load: what a person notices first comes first."""
        first = (self.speak, self.transcribe, self.chat)
        return (*first, self.embed, self.search, self.detect, self.describe, self.faces, self.read, self.voiceprint)

    def start(self) -> None:
        """Load every engine, one after the other, in the background."""
        threading.Thread(target=self.load, name="load-engines", daemon=True).start()

    def load(self) -> None:
        """Load every engine now."""
        for desk in self.desks:
            desk.load()

    def drain(self, seconds: float) -> None:
        """Serve nobody new; this server will be gone in `seconds`."""
        self._gone_at = datetime.now(UTC) + timedelta(seconds=seconds)
        for desk in self.desks:
            desk.drain()

    def idle(self) -> bool:
        """Nobody is served and nobody waits."""
        return not any(desk.inside for desk in self.desks)

    def close(self) -> None:
        """Let go of every engine."""
        for desk in self.desks:
            desk.close()

    def missing(self) -> tuple[str, ...]:
        """The capabilities that this server should have and does not (yet)."""
        return tuple(desk.capability for desk in self.desks if desk.state not in ("ready", "absent"))

    def word(self) -> Literal["ok", "degraded", "draining"]:
        """The state in one word."""
        if self._gone_at is not None:
            return "draining"
        return "degraded" if self.missing() else "ok"

    def health(self) -> Health:
        """The whole state."""
        return Health(
            state=self.word(),
            version=self._version,
            capabilities={desk.capability: desk.health() for desk in self.desks},
            draining_until=self._gone_at.isoformat() if self._gone_at else "",
        )
