"""The whole AI server put together: its keys, its desks and its limits."""

from flask import Flask

import bmo
from bmo.ai_server.desks import chat, speech
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.holders import Role
from bmo.ai_server.key_file import KeyFile
from bmo.ai_server.key_watch import WatchedKeys
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import Limits
from bmo.ai_server.turnstile import KeyLimit, Turnstile
from bmo.settings.ai_keys import AppLimit
from bmo.settings.ai_server import AiServerSettings


def build(settings: AiServerSettings) -> Flask:
    """The app of these settings, its engines not yet loading. Raises `Broken` without a key."""
    room = EngineRoom(
        chat=chat.chat(settings),
        transcribe=speech.transcribe(settings),
        speak=speech.speak(settings),
        version=bmo.__version__,
    )
    limits = Limits(settings.streams, settings.max_body, settings.body_seconds, settings.max_audio_seconds)
    return create(room, keys_of(settings), limits, _turnstile(settings))


def keys_of(settings: AiServerSettings) -> Keys:
    """The keys of the settings and those of the file beside them, as it is now. Raises `Broken` without any."""
    return Keys(settings.all_keys(), watched=WatchedKeys(KeyFile(settings.keys_file)))


def _turnstile(settings: AiServerSettings) -> Turnstile:
    of = settings.key_limits
    by_role: dict[Role, AppLimit] = {"app": of.app, "vtt": of.vtt, "admin": of.admin}
    return Turnstile({role: KeyLimit(limit.per_minute, limit.at_once) for role, limit in by_role.items()})
