"""Whom the app asks to think, hear and speak: the AI servers of the settings, watched, behind one face each."""

from collections.abc import Callable
from dataclasses import dataclass

from bmo.app.chains import Voices, chains_of, servers_of, voices_of, watch_over
from bmo.capabilities.chat import ChainedChat, Chat
from bmo.capabilities.continuation import ContinuedChat
from bmo.capabilities.speak import ChainedSpeak, Speak
from bmo.capabilities.transcribe import ChainedTranscribe, Transcribe
from bmo.core.events import Events
from bmo.remote.server import Server
from bmo.remote.watch import Watch
from bmo.settings.app import AppSettings
from bmo.voice.phrases import Phrases
from bmo.voice.voices import BASE, VoiceTable

NOBODY = "No AI server is set up, so I only know commands. Start BMO with `bmo run`, or name a server in config.yaml."


@dataclass(frozen=True, slots=True)
class AskedServers:
    """The servers, and the chains over them."""

    servers: list[Server]
    watch: Watch
    chains: Voices
    voices: VoiceTable
    """The voices that have a name."""
    phrases: Phrases
    """What was spoken before."""
    chat: Chat
    transcribe: Transcribe
    speak: Speak
    missing: str
    """Why nobody can be asked; empty when somebody can."""


def asked_servers(settings: AppSettings, events: Events, changed: Callable[[], None]) -> AskedServers:
    """`changed` is called when what a server can do has changed."""
    servers = servers_of(settings.ai)
    voices = voices_of(settings.voice)
    phrases = Phrases(settings.home / "data" / "voices" / "phrases", disk=settings.voice.phrases_mb << 20)
    phrases.tidy()
    watch = watch_over(servers, settings.ai, BASE, changed)
    chains = chains_of(servers, watch, settings.ai, events, voices, phrases)
    return AskedServers(
        servers,
        watch,
        chains,
        voices,
        phrases,
        ContinuedChat(ChainedChat(chains.chat)),
        ChainedTranscribe(chains.transcribe, settings.ai.patience.transcribe_factor),
        ChainedSpeak(chains.speak),
        "" if settings.ai.servers or settings.ai.local.url else NOBODY,
    )
