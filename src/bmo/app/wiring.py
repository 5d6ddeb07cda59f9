"""Who serves what in the app: the one place that chooses remotes, skills and stores, and joins them."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from bmo.app.alarms import Alarms
from bmo.app.clips import Clips
from bmo.app.factory import create_app
from bmo.app.parts import Parts
from bmo.app.sockets.server import Sockets
from bmo.app.sockets.voice import VoiceNamespace
from bmo.app.status import StatusBoard
from bmo.app.timer_desk import TimerDesk
from bmo.app.trust.satellites import SATELLITE_TABLE
from bmo.app.trust.tables import TRUST_TABLES
from bmo.app.trust.trust import Trust
from bmo.assistant.assistant import Assistant
from bmo.assistant.conversation import CONVERSATION_TABLES, Conversations
from bmo.assistant.persona import HELLO
from bmo.capabilities.breaker import Pace
from bmo.capabilities.chain import Attempt, Chain, Line
from bmo.capabilities.chat import ChainedChat, Chat
from bmo.capabilities.continuation import ContinuedChat
from bmo.capabilities.provider import Patience
from bmo.capabilities.speak import ChainedSpeak, Speak
from bmo.capabilities.transcribe import ChainedTranscribe, Transcribe
from bmo.core.clock import SystemClock
from bmo.core.events import Events
from bmo.remote.chat import RemoteChat
from bmo.remote.probe import make_probes
from bmo.remote.server import Server
from bmo.remote.speak import RemoteSpeak
from bmo.remote.transcribe import RemoteTranscribe
from bmo.remote.watch import Rhythm, Watch
from bmo.settings.app import AiSettings, AppSettings
from bmo.settings.load import load_ai_server
from bmo.skills.clock import clock_skill
from bmo.skills.timer import TimerRang, TimersChanged
from bmo.skills.timers import Timers
from bmo.skills.timers_skill import timers_skill
from bmo.skills.timers_store import TIMER_TABLE
from bmo.store.database import Database
from bmo.voice.ears import Ears
from bmo.voice.fixed import Fixed
from bmo.voice.recorder import Hearing
from bmo.voice.satellite import Rules
from bmo.voice.telling import Pauses
from bmo.voice.turn import Turns
from bmo.voice.turn_log import TURN_TABLE, TurnLog

log = logging.getLogger(__name__)

HERE = "here"
"""What people see for the AI server on this machine."""
NOBODY = "No AI server is set up, so I only know commands. Start BMO with `bmo run`, or name a server in config.yaml."


@dataclass(frozen=True, slots=True)
class Voices:
    """The three chains of this app, best provider first."""

    chat: Chain[Chat]
    transcribe: Chain[Transcribe]
    speak: Chain[Speak]


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

    def start(self) -> None:
        """Begin to watch servers, ring timers and render the fixed sentences."""
        self.watch.start()
        self.timers.start()
        self.fixed.start()

    def close(self) -> None:
        """End it all: who talks first, what is kept last."""
        self.parts.sockets.close()
        self.voice.close()
        self.ears.close()
        self.fixed.stop()
        self.timers.close()
        self.watch.stop()
        self.database.close()


def build(settings: AppSettings, notices: Sequence[str]) -> Joined:
    """Everything the app is made of. Raises `Broken` with a sentence when this machine does not let it."""
    clock = SystemClock()
    events = Events()
    missing = "" if settings.ai.servers or settings.ai.local.url else NOBODY
    tables = (TIMER_TABLE, TRUST_TABLES, SATELLITE_TABLE, CONVERSATION_TABLES, TURN_TABLE)
    database = Database(settings.home / "data" / "bmo.db", tables)
    trust = Trust(database, settings.home, clock, settings.app)
    sockets = Sockets(trust.lives, settings.app.sockets)

    servers = servers_of(settings.ai)
    watch = watch_over(servers, settings.ai, settings.voice.voice, lambda: sockets.broadcast("status", board.status()))
    chains = chains_of(servers, watch, settings.ai, events)
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
    )

    timers = Timers(database, clock, events)
    skills = (timers_skill(timers), clock_skill(clock, settings.app.zone or local_zone()))
    conversations = Conversations(database)
    assistant = Assistant(chat, skills, conversations, clock, without_model=missing)
    fixed = Fixed(settings.home / "data" / "voices" / "fixed", speak, settings.voice.voice)
    pauses = Pauses(thinking=settings.ai.patience.thinking_after)
    turn_log = TurnLog(database, clock)
    turns = Turns(transcribe, assistant, speak, clock, events, fixed, settings.voice.voice, pauses, keep=turn_log.keep)

    desk = TimerDesk(timers)
    clips = Clips(clock)
    alarms = Alarms(sockets, speak, fixed, clips, settings.voice.voice)
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
        status=board.status,
        ready=board.ready,
        forget=assistant.clear,
        pin_provider=board.pin,
    )
    app = create_app(parts)
    ears = Ears(ears_command(settings), clock, wake=settings.voice.wake)
    hearing = Hearing(silence=settings.voice.silence)
    rules = Rules(threshold=settings.voice.wake_threshold, hearing=hearing, adaptive=settings.voice.adaptive)
    voice = VoiceNamespace(sockets, turns, ears, clock, rules, settings.app.room)
    return Joined(app, parts, database, watch, timers, fixed, voice, ears)


def servers_of(ai: AiSettings) -> list[Server]:
    """The AI servers in the order they are asked: those of the settings, then the one on this machine."""
    key = os.environ.get("AI_SERVER_KEY", "")
    patience = ai.patience
    servers = [
        Server(
            one.name,
            one.url,
            one.key.get_secret_value() or key,
            patience.connect_wan if one.wan else patience.connect_lan,
        )
        for one in ai.servers
    ]
    if ai.local.url or not servers:
        url = ai.local.url or "http://127.0.0.1:8000"
        local = ai.local.key.get_secret_value() or key or "none"
        servers.append(Server(HERE, url, local, patience.connect_lan, supervised=bool(ai.local.url)))
    return servers


def watch_over(servers: Sequence[Server], ai: AiSettings, voice: str, changed: Callable[[], None]) -> Watch:
    """Watches the servers in the background and tells when one of them changes."""
    return Watch(
        servers,
        probes=make_probes(voice=voice, hello=HELLO),
        pace=Pace(first=ai.health.retry_first, longest=ai.health.retry_most),
        rhythm=Rhythm(health=ai.health.every, timeout=ai.health.timeout),
        on_change=lambda _: changed(),
    )


def chains_of(servers: Sequence[Server], watch: Watch, ai: AiSettings, events: Events) -> Voices:
    """One chain a capability, over the same servers; every attempt is told on `events`."""
    limits = ai.patience

    def within(first: float) -> Patience:
        return Patience(limits.connect_wan, first, limits.between)

    def witness(attempt: Attempt) -> None:
        log.info("%s by %s: %s", attempt.capability, attempt.provider, attempt.failure or "answered")
        events.tell(attempt)

    return Voices(
        chat=Chain(
            "chat",
            [Line(RemoteChat(server), watch.gate(server, "chat")) for server in servers],
            within(limits.first_token),
            witness,
        ),
        transcribe=Chain(
            "transcribe",
            [Line(RemoteTranscribe(server), watch.gate(server, "transcribe")) for server in servers],
            within(limits.transcribe_extra),
            witness,
        ),
        speak=Chain(
            "speak",
            [Line(RemoteSpeak(server), watch.gate(server, "speak")) for server in servers],
            within(limits.first_audio),
            witness,
        ),
    )


def ears_command(settings: AppSettings) -> list[str]:
    """The child that runs the wake word and voice activity models."""
    models = load_ai_server().settings.models_dir
    command = [sys.executable, "-m", "bmo.device.ears", "--models", str(models)]
    return command if settings.voice.wake else [*command, "--no-wake"]


def local_zone() -> tzinfo:
    """The time zone of this machine, with its rules for summer time."""
    try:
        with Path("/etc/localtime").open("rb") as rules:
            return ZoneInfo.from_file(rules)
    except (OSError, ValueError):
        return datetime.now().astimezone().tzinfo or UTC
