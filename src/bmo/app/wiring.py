"""Who serves what in the app: the one place that chooses remotes, skills and stores, and joins them."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask

from bmo.app.alarms import Alarms
from bmo.app.announcements import Announcements
from bmo.app.chains import chains_of, ears_command, servers_of, voiceprint_of, voices_of, watch_over
from bmo.app.clips import Clips
from bmo.app.deeds import Deeds
from bmo.app.factory import create_app
from bmo.app.mcp_servers import McpServers
from bmo.app.papers import library_of, papers_of
from bmo.app.parts import Parts
from bmo.app.permissions import Permissions
from bmo.app.remembering import MEMORY_TABLES, Remembering
from bmo.app.rooms import Rooms
from bmo.app.skills import Household, skills_of
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
from bmo.assistant.assistant import Assistant
from bmo.assistant.dice import Cup
from bmo.capabilities.chat import ChainedChat
from bmo.capabilities.continuation import ContinuedChat
from bmo.capabilities.people import PersonRenamed
from bmo.capabilities.speak import ChainedSpeak
from bmo.capabilities.transcribe import ChainedTranscribe
from bmo.core.clock import SystemClock
from bmo.core.errors import Broken
from bmo.core.events import Events
from bmo.remote.speakers import ask_speakers
from bmo.remote.watch import Watch
from bmo.settings.app import AppSettings, WyomingSatelliteSettings
from bmo.skills.documents.papers import Papers
from bmo.skills.documents.store import DOCUMENT_TABLES
from bmo.skills.timers.store import TIMER_TABLE
from bmo.skills.timers.timer import TimerRang, TimersChanged
from bmo.skills.timers.timers import Timers
from bmo.store.database import Database
from bmo.voice.arbitration import Arbitration
from bmo.voice.ears import Ears
from bmo.voice.fixed import Fixed
from bmo.voice.lessons import Lessons, Taught
from bmo.voice.phrases import Phrases
from bmo.voice.profiles import SPEAKER_TABLE, Profiles
from bmo.voice.recorder import Hearing
from bmo.voice.rules import Rules
from bmo.voice.tag_desk import TagDesk
from bmo.voice.telling import Pauses
from bmo.voice.turn import Turns
from bmo.voice.turn_log import TURN_TABLE, TurnLog
from bmo.voice.voices import BASE, OWN
from bmo.voice.wakes import WAKE_TABLE
from bmo.voice.who import Who

if TYPE_CHECKING:
    from bmo.app.wyoming.satellites import Satellites

log = logging.getLogger(__name__)

SPEAKERS_SECONDS = 2.0
"""How long somebody who looks at the voices waits for an AI server to say whom it knows."""
NOBODY = "No AI server is set up, so I only know commands. Start BMO with `bmo run`, or name a server in config.yaml."


@dataclass(frozen=True, slots=True)
class Joined:
    """The app, and what runs beside its routes."""

    app: Flask
    parts: Parts
    database: Database
    watch: Watch
    timers: Timers
    fixed: Fixed
    voice: VoiceNamespace
    ears: Ears
    waking: Waking
    remembering: Remembering
    papers: Papers
    mcp: McpServers
    satellites: "Satellites | None"

    def start(self) -> None:
        """Begin to watch servers, ring timers and render the fixed sentences."""
        self.watch.start()
        self.timers.start()
        self.fixed.start()
        self.waking.start()
        self.remembering.start()
        self.papers.documents.start()
        self.mcp.start()
        if self.satellites is not None:
            self.satellites.start()

    def close(self) -> None:
        """End it all: who talks first, what is kept last."""
        self.parts.sockets.close()
        if self.satellites is not None:
            self.satellites.close()
        self.voice.close()
        self.mcp.close()
        self.papers.documents.close()
        self.waking.close()
        self.ears.close()
        self.fixed.stop()
        self.remembering.close()
        self.timers.close()
        self.watch.stop()
        self.database.close()


def build(settings: AppSettings, notices: Sequence[str]) -> Joined:
    """Everything the app is made of. Raises `Broken` with a sentence when this machine does not let it."""
    clock = SystemClock()
    events = Events()
    missing = "" if settings.ai.servers or settings.ai.local.url else NOBODY
    tables = (
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
    )
    database = Database(settings.home / "data" / "bmo.db", tables)
    trust = Trust(database, settings.home, clock, settings.app, events)
    sockets = Sockets(trust.lives, settings.app.sockets)

    servers = servers_of(settings.ai)
    table = voices_of(settings.voice)
    phrases = Phrases(settings.home / "data" / "voices" / "phrases", disk=settings.voice.phrases_mb << 20)
    phrases.tidy()
    watch = watch_over(servers, settings.ai, BASE, lambda: sockets.broadcast("status", board.status()))
    chains = chains_of(servers, watch, settings.ai, events, table, phrases)
    chat = ContinuedChat(ChainedChat(chains.chat))
    transcribe = ChainedTranscribe(chains.transcribe, settings.ai.patience.transcribe_factor)
    speak = ChainedSpeak(chains.speak)
    board = StatusBoard(
        watch,
        {"chat": chains.chat, "transcribe": chains.transcribe, "speak": chains.speak},
        (*notices, *([missing] if missing else [])),
        wake=settings.voice.wake,
        pin_set=trust.accounts.pin_set,
        voice_refused=lambda: fixed.refusal,
        wake_trouble=lambda: waking.trouble,
        away=lambda: (
            *(satellites.away() if satellites is not None else ()),
            *mcp.troubles(),
            *permissions.notices,
            *([assistant.notice] if assistant.notice else []),
        ),
    )

    ears = Ears(ears_command(settings), clock, wake=settings.voice.wake)
    waking = Waking(settings, database, clock, speak, ears, lambda: sockets.broadcast("status", board.status()))
    timers = Timers(database, clock, events)
    rooms = Rooms()
    clips = Clips(clock)
    announcements = Announcements(rooms, speak, clips, OWN)
    remembering = Remembering(database, clock, chat, trust.accounts, events, settings.memory)
    zone = settings.app.zone or local_zone()
    mcp = McpServers(settings.mcp.servers, lambda: assistant.offer(mcp.actions()))
    papers = papers_of(settings.home, settings.documents, library_of(settings.documents, servers), database, clock)
    who = Who(Profiles(database, clock), voiceprint_of(servers), trust.accounts.role_of)
    lessons = Lessons(who, clock)
    remembering.forgetting.add(papers.documents.of_person, papers.documents.forget_person)
    events.on(PersonRenamed, lambda told: papers.documents.rename_person(told.old, told.new))
    household = Household(
        clock,
        zone,
        timers,
        announcements.say,
        lessons.begin,
        actions=lambda: permissions.actions,
        papers=papers,
        remembering=remembering,
    )
    permissions = Permissions(skills_of(household), settings.people.may)
    assistant = Assistant(
        chat,
        permissions.skills,
        remembering.conversations,
        clock,
        without_model=missing,
        summaries=remembering.summaries,
        recall=remembering.memory.for_prompt,
        zone=zone,
    )
    fixed = Fixed(settings.home / "data" / "voices" / "fixed", speak, settings.voice.voice)
    pauses = Pauses(thinking=settings.ai.patience.thinking_after)
    turn_log = TurnLog(database, clock)
    trust.sessions.on_end(remembering.session_over)
    remembering.household(timers, waking.wakes, who.profiles, phrases)
    tags = TagDesk({"roll": Cup(SystemRandom()).roll}, lambda name: name in table.names)
    brain = Taught(assistant, lessons, assistant.interrupts)
    turns = Turns(transcribe, brain, speak, clock, events, fixed, OWN, pauses, keep=turn_log.keep, who=who, tags=tags)

    voices = VoiceDesk(table, fixed, phrases, [partial(ask_speakers, server, SPEAKERS_SECONDS) for server in servers])
    desk = TimerDesk(timers)
    alarms = Alarms(rooms, speak, fixed, clips, OWN)
    events.on(TimersChanged, lambda _: desk.broadcast(sockets))
    events.on(TimerRang, alarms.ring)

    parts = Parts(
        settings,
        trust,
        sockets,
        turns,
        desk,
        speak,
        clips,
        turn_log,
        waking.wakes,
        status=board.status,
        ready=board.ready,
        forget=assistant.clear,
        remembering=remembering,
        deeds=Deeds(lambda: assistant.actions, assistant.act, assistant.confirm),
        announce=announcements.say,
        rooms=rooms,
        pin_provider=board.pin,
        voices=voices,
        ui_settings=UiSettings(settings, {"voice.voice": Follower(voices.check, voices.choose)}),
        who=who,
        permissions=permissions,
        papers=papers,
    )
    app = create_app(parts)
    hearing = Hearing(silence=settings.voice.silence)
    rules = Rules(
        threshold=settings.voice.wake_threshold,
        thresholds=settings.voice.wake_thresholds,
        wake_words=waking.choice.telling_words,
        hearing=hearing,
        adaptive=settings.voice.adaptive,
        follow_up=settings.voice.follow_up,
        follow_up_seconds=settings.voice.follow_up_seconds,
    )
    wakes = Arbitration(clock)
    voice = VoiceNamespace(
        sockets,
        turns,
        ears,
        clock,
        rules,
        settings.app.room,
        rooms=rooms,
        wakes=wakes,
        stops=assistant.interrupts,
        keep_wake=waking.wakes.keep,
    )
    satellites = satellites_of(settings.voice.wyoming_satellites, voice, rooms, clips)
    return Joined(app, parts, database, watch, timers, fixed, voice, ears, waking, remembering, papers, mcp, satellites)


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


def local_zone() -> tzinfo:
    """The time zone of this machine, with its rules for summer time."""
    try:
        with Path("/etc/localtime").open("rb") as rules:
            return ZoneInfo.from_file(rules)
    except (OSError, ValueError):
        return datetime.now().astimezone().tzinfo or UTC
