"""The app with scripted turns: what its routes, sockets and servers are tested with."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import Flask
from pydantic import BaseModel, Field

from bmo.app.clips import Clips
from bmo.app.deeds import Deeds
from bmo.app.factory import create_app
from bmo.app.game.desk import GameDesk
from bmo.app.papers import papers_of
from bmo.app.parts import Parts
from bmo.app.remembering import MEMORY_TABLES, Remembering
from bmo.app.rooms import Rooms
from bmo.app.rules_search import RulesSearch
from bmo.app.sockets.dnd import GameNamespace
from bmo.app.sockets.server import Sockets
from bmo.app.timer_desk import TimerDesk
from bmo.app.trust.keys import KEY_TABLE
from bmo.app.trust.satellites import SATELLITE_TABLE
from bmo.app.trust.tables import PEOPLE_TABLES, TRUST_TABLES
from bmo.app.trust.trust import Trust
from bmo.app.ui_settings import Follower, UiSettings
from bmo.app.voice_desk import VoiceDesk
from bmo.assistant.assistant import Assistant
from bmo.capabilities.action import Action, Asked, Done, Effect, Skill
from bmo.capabilities.media import Pcm
from bmo.capabilities.people import Role
from bmo.capabilities.provider import Stream
from bmo.capabilities.speak import Utterance
from bmo.capabilities.turn import (
    Acted,
    Ended,
    Heard,
    Reply,
    Said,
    Served,
    Showing,
    Sound,
    Tagged,
    Timed,
    TurnEvent,
)
from bmo.core.clock import Clock, SystemClock
from bmo.core.errors import NotFound
from bmo.core.events import Events
from bmo.dnd.content.library import Library
from bmo.dnd.dice import SystemLuck
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.engines.search.library import DocumentLibrary
from bmo.fakes.chat import FakeChat
from bmo.fakes.private import FakeVoiceprint
from bmo.settings.app import AppSettings
from bmo.skills.documents.store import DOCUMENT_TABLES
from bmo.skills.routines.skill import routines_skill
from bmo.skills.routines.store import ROUTINE_TABLE, Routines
from bmo.skills.timers.skill import timers_skill
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database
from bmo.voice.fixed import Fixed
from bmo.voice.phrases import Phrases
from bmo.voice.profiles import SPEAKER_TABLE, Profiles
from bmo.voice.turn_log import TURN_TABLE, TurnLog
from bmo.voice.voices import VoiceTable
from bmo.voice.wakes import WAKE_TABLE, Wakes
from bmo.voice.who import Who
from bmo.wire.page import Status

ANSWER: tuple[TurnEvent, ...] = (
    Showing("thinking"),
    Served("chat", "here", "The cloud does not answer."),
    Reply("Five "),
    Tagged("happy"),
    Reply("minutes."),
    Acted("timer.set", {"duration": "five minutes"}, {"sentence": "Five minutes.", "id": 1}),
    Sound(0, 24_000, b"\1\0" * 240),
    Sound(0, 24_000, b"\2\0" * 240, restart=True, last=True),
    Sound(1, 24_000, b"\3\0" * 240, last=True),
    Timed({"reply": 12.0}),
    Ended("done"),
)


@dataclass
class ScriptedTurns:
    """Plays one script for every turn and remembers what it was asked."""

    script: tuple[TurnEvent, ...] = ANSWER
    fails: Exception | None = None
    said: list[Said] = field(default_factory=list)
    heard: list[Pcm] = field(default_factory=list)
    closed: int = 0
    stops: list[threading.Event] = field(default_factory=list)

    def typed(self, said: Said, aloud: bool, stop: threading.Event) -> Stream[TurnEvent]:
        assert not aloud
        self.said.append(said)
        yield from self._play(stop)

    def spoken(self, sound: Pcm, asked: Asked, stop: threading.Event) -> Stream[TurnEvent]:
        self.heard.append(sound)
        yield Heard("set a timer", final=False)
        yield Heard("set a timer for five minutes")
        yield from self._play(stop)

    def _play(self, stop: threading.Event) -> Stream[TurnEvent]:
        self.stops.append(stop)
        try:
            yield from self.script
            if self.fails is not None:
                raise self.fails
        finally:
            self.closed += 1


class Which(BaseModel):
    """A door of the house."""

    door: str = Field(default="front", max_length=40)


DOORS = Skill(
    "door",
    (
        Action(
            "door.look",
            "Say whether a door is open.",
            Effect.READS,
            Which,
            lambda which, _: Done(f"{which.door}: shut"),
        ),
        Action(
            "door.open",
            "Unlock a door.",
            Effect.DANGEROUS,
            Which,
            lambda which, _: Done(f"The {which.door} door is open.", {"door": which.door}),
            least=Role.ADULT,
        ),
    ),
)
"""Something that needs a yes."""


class Voice:
    """Says everything as the same half second."""

    name = "voice"

    def speak(self, utterance: Utterance) -> Stream[Pcm]:
        if utterance.voice != "bmo":
            raise NotFound(f"There is no voice {utterance.voice!r}.")
        yield Pcm(b"\1\0" * 6_000, 24_000)
        yield Pcm(b"\2\0" * 6_000, 24_000)


@dataclass
class ScriptedApp:
    """Real trust, timers, sockets and routes around scripted turns."""

    app: Flask
    parts: Parts
    database: Database
    turns: ScriptedTurns
    forgotten: list[str]
    pinned: list[tuple[str, str | None]]
    ready: list[bool]

    def start(self) -> None:
        """Nothing runs beside the routes."""

    def close(self) -> None:
        """Let go of the database."""
        self.parts.sockets.close()
        self.database.close()


def scripted_app(settings: AppSettings, clock: Clock, notices: Sequence[str] = ()) -> ScriptedApp:
    """The page lies in `page` below the home."""
    trust_tables = [TRUST_TABLES, PEOPLE_TABLES, KEY_TABLE, SATELLITE_TABLE]
    tables = [
        TIMER_TABLE,
        LOG_TABLES,
        *trust_tables,
        *MEMORY_TABLES,
        TURN_TABLE,
        SPEAKER_TABLE,
        WAKE_TABLE,
        DOCUMENT_TABLES,
        ROUTINE_TABLE,
    ]
    database = Database(settings.home / "data" / "bmo.db", tables)
    events = Events()
    trust = Trust(database, settings.home, clock, settings.app, events)
    turns = ScriptedTurns()
    forgotten: list[str] = []
    pinned: list[tuple[str, str | None]] = []
    announced: list[tuple[str, Asked]] = []
    ready = [True]

    def pin(capability: str, provider: str | None) -> None:
        if capability != "chat":
            raise NotFound(f"There is no capability {capability!r}.")
        pinned.append((capability, provider))

    timers = Timers(database, clock, events)
    remembering = Remembering(database, clock, FakeChat(), trust.accounts, events, settings.memory)
    remembering.rows("routine", "routines")
    routines = Routines(database, clock, lambda: assistant.steps)
    skills = (timers_skill(timers), DOORS, routines_skill(routines))
    assistant = Assistant(FakeChat(), skills, remembering.conversations, clock)
    fixed = Fixed(settings.home / "data" / "voices" / "fixed", Voice())
    phrases = Phrases(settings.home / "data" / "voices" / "phrases")
    wakes = Wakes(database, settings.home / "data" / "wakes", clock, "hey jarvis")
    who = Who(Profiles(database, clock), FakeVoiceprint())
    remembering.household(timers, wakes, who.profiles, phrases)
    voices = VoiceDesk(VoiceTable(settings.voice.voice), fixed, phrases, [lambda: ("grandma",)])
    game = GameDesk(Log(database, clock), Library.standard(), SystemLuck())
    library = DocumentLibrary(settings.home / "data" / "search")
    parts = Parts(
        settings=settings,
        trust=trust,
        sockets=Sockets(trust.lives, settings.app.sockets),
        turns=turns,
        timers=TimerDesk(timers),
        deeds=Deeds(lambda: assistant.actions, assistant.act, assistant.confirm),
        speak=Voice(),
        clips=Clips(clock),
        turn_log=TurnLog(database, clock),
        wakes=wakes,
        status=lambda: Status(state="ok", version="1", servers=(), capabilities=(), notices=tuple(notices)),
        ready=lambda: ready[0],
        forget=lambda asked: forgotten.append(asked.conversation) or 0,
        remembering=remembering,
        announce=lambda text, asked: announced.append((text, asked)) or len(announced),
        rooms=Rooms(),
        pin_provider=pin,
        voices=voices,
        ui_settings=UiSettings(settings, {"voice.voice": Follower(voices.check, voices.choose)}, {}),
        who=who,
        game=game,
        rules=RulesSearch(settings.home),
        papers=papers_of(settings.home, settings.documents, library, database, SystemClock(), settled=0),
        routines=routines,
        page=settings.home / "page",
    )
    app = create_app(parts)
    GameNamespace(parts.sockets, game)
    return ScriptedApp(app, parts, database, turns, forgotten, pinned, ready)
