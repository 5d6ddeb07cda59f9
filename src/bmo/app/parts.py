"""What the wiring hands to the routes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from flask import Flask

from bmo.app.clips import Clips
from bmo.app.deeds import Deeds
from bmo.app.game.desk import GameDesk
from bmo.app.permissions import Permissions
from bmo.app.remembering import Remembering
from bmo.app.rooms import Rooms
from bmo.app.rules_search import RulesSearch
from bmo.app.sockets.server import Sockets
from bmo.app.trust.trust import Trust
from bmo.app.ui_settings import UiSettings
from bmo.app.voice_desk import VoiceDesk
from bmo.capabilities.action import Asked
from bmo.capabilities.media import Pcm
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Speak
from bmo.capabilities.turn import Said, TurnEvent
from bmo.settings.app import AppSettings
from bmo.skills.documents.papers import Papers
from bmo.skills.routines.store import Routines
from bmo.voice.turn_log import TurnLog
from bmo.voice.wakes import Wakes
from bmo.voice.who import Who
from bmo.wire.page import Status, TimerLine

BUILT_PAGE = Path(__file__).parent / "page"


class Turns(Protocol):
    """Runs whole turns."""

    def typed(self, said: Said, aloud: bool, stop: threading.Event) -> Stream[TurnEvent]:
        """A typed question; ends with one `Ended`."""

    def spoken(self, sound: Pcm, asked: Asked, stop: threading.Event) -> Stream[TurnEvent]:
        """A recording of 16 kHz mono; ends with one `Ended`."""


class TimerDesk(Protocol):
    """Timers as REST knows them. Raises `Refused` with a sentence, `NotFound` for an unknown id."""

    def listed(self) -> tuple[TimerLine, ...]:
        """All of them, the next to ring first."""

    def start(self, duration: str | float, name: str, asked: Asked) -> TimerLine:
        """Set one, for "five minutes" or for seconds."""

    def cancel(self, number: int) -> TimerLine:
        """Take one back."""

    def silence(self) -> tuple[TimerLine, ...]:
        """Stop whatever rings; the answer is what rang."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the app's routes use."""

    settings: AppSettings
    trust: Trust
    sockets: Sockets
    turns: Turns
    timers: TimerDesk
    speak: Speak
    clips: Clips
    turn_log: TurnLog
    wakes: Wakes
    status: Callable[[], Status]
    ready: Callable[[], bool]
    """Whether a person's turn would be answered."""
    forget: Callable[[Asked], int]
    """Save the conversation of whoever asks, and begin anew; the answer is how many turns were saved."""
    remembering: Remembering
    deeds: Deeds
    """What programs and buttons may ask for by name."""
    announce: Callable[[str, Asked], int]
    """Say this in all rooms; the answer is how many loudspeakers do. Raises `Busy`."""
    rooms: Rooms
    """Who stands where."""
    pin_provider: Callable[[str, str | None], None]
    """Ask this provider of a capability first, or the usual one again. Raises `NotFound`."""
    voices: VoiceDesk
    ui_settings: UiSettings
    permissions: Permissions = field(default_factory=lambda: Permissions((), {}))
    """Which role each action asks for."""
    who: Who | None = None
    """Knows people by their voice."""
    papers: Papers | None = None
    """The documents of the household."""
    game: GameDesk | None = None
    """The tables that are played at."""
    rules: RulesSearch | None = None
    """What players ask about the rules."""
    routines: Routines | None = None
    """The routines of the household."""
    page: Path = BUILT_PAGE
    """The built page."""


class Built(Protocol):
    """What `bmo.app.wiring.build` gives: the app and everything that runs beside its routes."""

    @property
    def app(self) -> Flask:
        """All routes and sockets."""

    @property
    def parts(self) -> Parts:
        """What they use."""

    def start(self) -> None:
        """Begin: ring timers, watch servers. Called once, in the process that serves."""

    def close(self) -> None:
        """End it all, in order."""
