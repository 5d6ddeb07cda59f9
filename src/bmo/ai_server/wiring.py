"""The whole AI server put together: its keys, its desks and its limits."""

from flask import Flask

import bmo
from bmo.ai_server.desks import chat, speech
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import Limits
from bmo.settings.ai_server import AiServerSettings


def build(settings: AiServerSettings) -> Flask:
    """The app of these settings, its engines not yet loading. Raises `Broken` without a key."""
    keys = Keys(settings.all_keys())
    room = EngineRoom(
        chat=chat.chat(settings),
        transcribe=speech.transcribe(settings),
        speak=speech.speak(settings),
        version=bmo.__version__,
    )
    limits = Limits(settings.streams, settings.max_body, settings.body_seconds, settings.max_audio_seconds)
    return create(room, keys, limits)
