"""Who serves what in the app: the one place that joins its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING

from flask import Flask

from bmo.app.alarms import Alarms
from bmo.app.announcements import Announcements
from bmo.app.asked_servers import asked_servers
from bmo.app.chains import ears_command
from bmo.app.clips import Clips
from bmo.app.deeds import Deeds
from bmo.app.factory import create_app
from bmo.app.game.desk import GameDesk
from bmo.app.mind import Mind, mind_of
from bmo.app.parts import Parts
from bmo.app.remembering import MEMORY_TABLES
from bmo.app.rooms import Rooms
from bmo.app.rules_search import RulesSearch
from bmo.app.sockets.dnd import GameNamespace
from bmo.app.sockets.server import Sockets
from bmo.app.sockets.voice import VoiceNamespace
from bmo.app.status import StatusBoard
from bmo.app.timer_desk import TimerDesk
from bmo.app.trust.keys import KEY_TABLE
from bmo.app.trust.satellites import SATELLITE_TABLE
from bmo.app.trust.tables import PEOPLE_TABLES, TRUST_TABLES
from bmo.app.trust.trust import Trust
from bmo.app.ui_settings import Follower, UiSettings
from bmo.app.voice_desk import VoiceDesk
from bmo.app.wake import Waking
from bmo.assistant.dice import Cup
from bmo.core.clock import SystemClock
from bmo.core.errors import Broken
from bmo.core.events import Events
from bmo.dnd.content.library import Library
from bmo.dnd.dice import SystemLuck
from bmo.dnd.table.log import LOG_TABLES, Log
from bmo.remote.speakers import ask_speakers
from bmo.settings.app import AppSettings, VoiceSettings, WyomingSatelliteSettings
from bmo.skills.documents.store import DOCUMENT_TABLES
from bmo.skills.routines.store import ROUTINE_TABLE
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timer import TimerRang, TimersChanged
from bmo.store.database import Database
from bmo.voice.arbitration import Arbitration
from bmo.voice.ears import Ears
from bmo.voice.fixed import Fixed
from bmo.voice.profiles import SPEAKER_TABLE
from bmo.voice.recorder import Hearing
from bmo.voice.rules import Rules
from bmo.voice.tag_desk import TagDesk
from bmo.voice.telling import Pauses
from bmo.voice.turn import Turns
from bmo.voice.turn_log import TURN_TABLE, TurnLog
from bmo.voice.voices import OWN
from bmo.voice.wakes import WAKE_TABLE

if TYPE_CHECKING:
    from bmo.app.wyoming.satellites import Satellites

TABLES = (
    TIMER_TABLE,
    TRUST_TABLES,
    PEOPLE_TABLES,
    KEY_TABLE,
    SATELLITE_TABLE,
    *MEMORY_TABLES,
    TURN_TABLE,
    SPEAKER_TABLE,
    WAKE_TABLE,
    DOCUMENT_TABLES,
    ROUTINE_TABLE,
    LOG_TABLES,
)
SPEAKERS_SECONDS = 2.0
"""How long somebody who looks at the voices waits for an AI server to say whom it knows."""


WRITTEN = {
    "de": "I read and write German. My voice and my ears know English only: type in German, or speak English to me."
}
"""What the status says about the language of the house, where it is only written."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Service:
    """Something that runs beside the routes."""

    start: Callable[[], None] = _nothing
    close: Callable[[], None] = _nothing


@dataclass(frozen=True, slots=True)
class Joined:
    """The app, and what runs beside its routes."""

    app: Flask
    parts: Parts
    mind: Mind
    database: Database
    services: tuple[Service, ...]
    """In the order in which they start; they end the other way round."""

    def start(self) -> None:
        """Begin to watch servers, ring timers, render the fixed sentences, ..."""
        for service in self.services:
            service.start()

    def close(self) -> None:
        """End it all: who talks first, what is kept last."""
        for service in reversed(self.services):
            service.close()


def build(settings: AppSettings, notices: Sequence[str]) -> Joined:
    """Everything the app is made of. Raises `Broken` with a sentence when this machine does not let it."""
    clock, events = SystemClock(), Events()
    database = Database(settings.home / "data" / "bmo.db", TABLES)
    trust = Trust(database, settings.home, clock, settings.app, events)
    sockets = Sockets(trust.lives, settings.app.sockets)

    def tell_status() -> None:
        sockets.broadcast("status", board.status())

    asked = asked_servers(settings, events, tell_status)
    ears = Ears(ears_command(settings), clock, wake=settings.voice.wake)
    waking = Waking(settings, database, clock, asked.speak, ears, tell_status)
    rooms, clips = Rooms(), Clips(clock)
    announcements = Announcements(rooms, asked.speak, clips, OWN)
    mind = mind_of(settings, database, clock, events, trust, asked, waking.wakes, announcements.say)
    assistant = mind.assistant

    fixed = Fixed(settings.home / "data" / "voices" / "fixed", asked.speak, settings.voice.voice)
    turn_log = TurnLog(database, clock)
    turns = Turns(
        asked.transcribe,
        mind.brain,
        asked.speak,
        clock,
        events,
        fixed,
        OWN,
        Pauses(thinking=settings.ai.patience.thinking_after),
        keep=turn_log.keep,
        who=mind.who,
        tags=TagDesk({"roll": Cup(SystemRandom()).roll}, lambda name: name in asked.voices.names),
    )
    board = StatusBoard(
        asked.watch,
        {"chat": asked.chains.chat, "transcribe": asked.chains.transcribe, "speak": asked.chains.speak},
        (*notices, *in_writing_only(settings), *([asked.missing] if asked.missing else [])),
        wake=settings.voice.wake,
        pin_set=trust.accounts.pin_set,
        voice_refused=lambda: fixed.refusal,
        troubles=lambda: (
            *waking.trouble,
            *(satellites.away() if satellites is not None else ()),
            *mind.mcp.troubles(),
            *([assistant.notice] if assistant.notice else []),
        ),
    )
    desk = TimerDesk(mind.timers)
    alarms = Alarms(rooms, asked.speak, fixed, clips, OWN)
    events.on(TimersChanged, lambda _: desk.broadcast(sockets))
    events.on(TimerRang, alarms.ring)
    voices = VoiceDesk(
        asked.voices,
        fixed,
        asked.phrases,
        [partial(ask_speakers, server, SPEAKERS_SECONDS) for server in asked.servers],
    )
    content = Library.standard(imported=settings.home / "data" / "dnd" / "content")
    game = GameDesk(Log(database, clock), content, SystemLuck(), settings.home / "data" / "dnd_sessions")
    parts = Parts(
        settings,
        trust,
        sockets,
        turns,
        desk,
        asked.speak,
        clips,
        turn_log,
        waking.wakes,
        status=board.status,
        ready=board.ready,
        forget=assistant.clear,
        remembering=mind.remembering,
        deeds=Deeds(lambda: assistant.actions, assistant.act, assistant.confirm),
        announce=announcements.say,
        rooms=rooms,
        pin_provider=board.pin,
        voices=voices,
        ui_settings=UiSettings(settings, {"voice.voice": Follower(voices.check, voices.choose)}),
        who=mind.who,
        permissions=mind.permissions,
        papers=mind.papers,
        game=game,
        rules=RulesSearch(settings.home),
        routines=mind.routines,
    )
    app = create_app(parts)
    GameNamespace(sockets, game)
    voice = VoiceNamespace(
        sockets,
        turns,
        ears,
        clock,
        rules_of(settings.voice, waking.choice.telling_words),
        settings.app.room,
        rooms=rooms,
        wakes=Arbitration(clock),
        stops=assistant.interrupts,
        keep_wake=waking.wakes.keep,
    )
    satellites = satellites_of(settings.voice.wyoming_satellites, voice, rooms, clips)
    services = (
        Service(close=database.close),
        Service(asked.watch.start, asked.watch.stop),
        Service(mind.timers.start, mind.timers.close),
        Service(fixed.start, fixed.stop),
        Service(close=ears.close),
        Service(waking.start, waking.close),
        Service(mind.remembering.start, mind.remembering.close),
        Service(mind.papers.documents.start, mind.papers.documents.close),
        Service(mind.mcp.start, mind.mcp.close),
        Service(close=voice.close),
        *([Service(satellites.start, satellites.close)] if satellites is not None else []),
        Service(close=sockets.close),
    )
    return Joined(app, parts, mind, database, services)


def in_writing_only(settings: AppSettings) -> tuple[str, ...]:
    """What has to be said about a language that BMO's own voices and ears do not know."""
    return (WRITTEN[settings.assistant.language],) if settings.assistant.language in WRITTEN else ()


def rules_of(voice: VoiceSettings, wake_words: tuple[str, ...]) -> Rules:
    """How satellites listen."""
    return Rules(
        threshold=voice.wake_threshold,
        thresholds=voice.wake_thresholds,
        wake_words=wake_words,
        hearing=Hearing(silence=voice.silence),
        adaptive=voice.adaptive,
        follow_up=voice.follow_up,
        follow_up_seconds=voice.follow_up_seconds,
    )


def satellites_of(
    chosen: Sequence[WyomingSatelliteSettings], voice: VoiceNamespace, rooms: Rooms, clips: Clips
) -> "Satellites | None":
    """The Wyoming satellites that BMO connects to; None where there are none. Raises `Broken` without the package."""
    if not chosen:
        return None
    try:
        from bmo.app.wyoming.satellites import Satellites
    except ModuleNotFoundError as fault:
        raise Broken("voice.wyoming_satellites needs the package wyoming: pip install 'bmo[wyoming]'.") from fault
    return Satellites(chosen, voice.open_talk, rooms, clips.get)
