"""The whole AI server put together: its keys, its desks and its limits."""

from flask import Flask

import bmo
from bmo.ai_server import family
from bmo.ai_server.desks import chat, embed, search, speech, vision, voiceprint
from bmo.ai_server.desks.objects import objects
from bmo.ai_server.draining import Draining
from bmo.ai_server.engine_room import EngineRoom
from bmo.ai_server.factory import create
from bmo.ai_server.holders import Role
from bmo.ai_server.key_file import KeyFile
from bmo.ai_server.key_watch import WatchedKeys
from bmo.ai_server.keys import Keys
from bmo.ai_server.limits import Limits
from bmo.ai_server.spot import SpotWatch
from bmo.ai_server.turnstile import KeyLimit, Turnstile
from bmo.bridges.ec2 import InstanceMetadata, on_ec2
from bmo.catalogue.models import MODELS
from bmo.core.lease import Shelf
from bmo.settings.ai_keys import AppLimit
from bmo.settings.ai_machine import SpotSettings
from bmo.settings.ai_server import AiServerSettings


def build(settings: AiServerSettings, draining: Draining | None = None) -> Flask:
    """The app of these settings, its engines not yet loading. Raises `Broken` without a key.

    `draining` is shared with the workers that follow this one.
    """
    speakers = speech.speakers(settings, objects(settings))
    vectors = embed.embed(settings)
    room = EngineRoom(
        chat=chat.chat(settings),
        transcribe=speech.transcribe(settings),
        speak=speech.speak(settings, speakers.reference),
        detect=vision.detect(settings),
        describe=vision.describe(settings),
        embed=vectors,
        search=search.search(settings, vectors),
        voiceprint=voiceprint.voiceprint(settings),
        version=bmo.__version__,
        shelf=Shelf(settings.memory_mb, measure=family.resident_mb),
        draining=draining,
    )
    for desk in room.desks:
        desk.weigh(_memory_mb(desk.model))
    limits = Limits(
        settings.streams,
        settings.max_body,
        settings.body_seconds,
        settings.max_audio_seconds,
        settings.drain_seconds,
    )
    return create(
        room,
        keys_of(settings),
        limits,
        _turnstile(settings),
        spot=_spot(settings.spot),
        apis=chat.apis(settings),
        speakers=speakers,
        proxies=frozenset(map(str, settings.trusted_proxies)),
    )


def keys_of(settings: AiServerSettings) -> Keys:
    """The keys of the settings and those of the file beside them, as it is now. Raises `Broken` without any."""
    return Keys(settings.all_keys(), watched=WatchedKeys(KeyFile(settings.keys_file)))


def _turnstile(settings: AiServerSettings) -> Turnstile:
    of = settings.key_limits
    by_role: dict[Role, AppLimit] = {"app": of.app, "vtt": of.vtt, "admin": of.admin}
    return Turnstile({role: KeyLimit(limit.per_minute, limit.at_once) for role, limit in by_role.items()})


def _memory_mb(model: str) -> int:
    """What the catalogue says the model takes; 0 when it does not know it."""
    return next((entry.memory_mb for entry in MODELS if entry.name == model), 0)


def _spot(spot: SpotSettings) -> SpotWatch:
    if spot.watch == "never":
        return SpotWatch(why="ai_server.spot.watch says never.")
    watched = spot.watch == "always" or on_ec2()
    return SpotWatch(InstanceMetadata(spot.url) if watched else None, every=spot.every)
