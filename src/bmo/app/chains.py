"""Which AI servers are asked for what, and who hears: what the app and `bmo wyoming` have in common."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bmo.assistant.persona import HELLO
from bmo.capabilities.breaker import Pace
from bmo.capabilities.chain import Attempt, Chain, Line
from bmo.capabilities.chat import Chat
from bmo.capabilities.provider import Patience
from bmo.capabilities.speak import Speak
from bmo.capabilities.transcribe import Transcribe
from bmo.catalogue.wake_words import WAKE_FOLDER, WakeChoice
from bmo.core.clock import SystemClock
from bmo.core.events import Events
from bmo.remote.chat import RemoteChat
from bmo.remote.probe import make_probes
from bmo.remote.server import Server
from bmo.remote.speak import RemoteSpeak
from bmo.remote.transcribe import RemoteTranscribe
from bmo.remote.voiceprint import RemoteVoiceprint
from bmo.remote.watch import Rhythm, Watch
from bmo.settings.app import AiSettings, AppSettings, VoiceSettings
from bmo.settings.load import load_ai_server
from bmo.voice.cast import Cast
from bmo.voice.phrases import Kept, Phrases
from bmo.voice.voices import NamedVoice, VoiceTable

log = logging.getLogger(__name__)

CHECK_SECONDS = 60.0
"""For a child to load a wake word."""
HERE = "here"
"""What people see for the AI server on this machine."""


@dataclass(frozen=True, slots=True)
class Voices:
    """The three chains of this app, best provider first."""

    chat: Chain[Chat]
    transcribe: Chain[Transcribe]
    speak: Chain[Speak]


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


def chains_of(
    servers: Sequence[Server],
    watch: Watch,
    ai: AiSettings,
    events: Events,
    table: VoiceTable | None = None,
    phrases: Phrases | None = None,
) -> Voices:
    """One chain a capability, over the same servers; every attempt is told on `events`.

    `table`: the voices by name, if not only the shipped ones. `phrases`: what was said before, if that is kept.
    """
    limits = ai.patience
    known = table or VoiceTable()

    def within(first: float) -> Patience:
        return Patience(limits.connect_wan, first, limits.between)

    def witness(attempt: Attempt) -> None:
        log.info("%s by %s: %s", attempt.capability, attempt.provider, attempt.failure or "answered")
        events.tell(attempt)

    def voice(server: Server) -> Speak:
        remote = RemoteSpeak(server)
        kept = remote if phrases is None else Kept(remote, phrases, lambda: watch.model(server, "speak"))
        return Cast(kept, known, SystemClock(), witness)

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
            [Line(voice(server), watch.gate(server, "speak")) for server in servers],
            within(limits.first_audio),
            witness,
        ),
    )


def voices_of(settings: VoiceSettings) -> VoiceTable:
    """The voices that can be chosen, with those of the settings."""
    more = {
        name: NamedVoice(one.speaker or "", one.base, one.cents, one.speed, one.mood)
        for name, one in settings.voices.items()
    }
    return VoiceTable(settings.voice, more)


def voiceprint_of(servers: Sequence[Server]) -> RemoteVoiceprint | None:
    """Whose voice it is is private: only the AI server of this machine is asked, whatever others there are."""
    return next((RemoteVoiceprint(server) for server in servers if server.name == HERE), None)


def ears_command(settings: AppSettings) -> list[str]:
    """The child that runs the wake word and voice activity models."""
    models = load_ai_server().settings.models_dir
    choice, _ = wake_choice(settings).usable()
    command = [sys.executable, "-m", "bmo.device.ears", "--models", str(models), "--wake-models", str(choice.folder)]
    command += ["--engine", choice.engine, "--word", choice.word]
    return command if settings.voice.wake else [*command, "--no-wake"]


def what_is_wrong(command: Sequence[str]) -> str:
    """What the child of `ears_command` has against its wake word, in a sentence; empty when it can be loaded."""
    try:
        child = subprocess.run([*command, "--check"], capture_output=True, timeout=CHECK_SECONDS)  # noqa: S603 - ours
    except (OSError, subprocess.TimeoutExpired) as fault:
        log.warning("the wake word cannot be checked: %s", fault)
        return ""
    crashed = "The model of the wake word makes its engine crash: put a good one in its place."
    return "" if child.returncode == 0 else child.stdout.decode(errors="replace") or crashed


def wake_choice(settings: AppSettings) -> WakeChoice:
    """The wake word of the settings."""
    return WakeChoice(settings.home / WAKE_FOLDER, settings.voice.wake_engine, settings.voice.wake_word)
