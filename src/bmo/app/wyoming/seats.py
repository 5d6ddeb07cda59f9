"""A Wyoming satellite's place in the house: the same voice turns, ears, rooms and rules as for a page."""

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePosixPath

from bmo.app.clips import Clips
from bmo.app.rooms import Rooms, Send
from bmo.app.sockets.talk import Talk
from bmo.app.wyoming.satellites import FIRST_PAUSE, Satellites
from bmo.capabilities.action import Asked
from bmo.core.clock import Clock
from bmo.settings.app import WyomingSatelliteSettings
from bmo.voice.arbitration import Arbitration
from bmo.voice.ears import Ears
from bmo.voice.satellite import Rules, Satellite
from bmo.voice.turn import Turns


def satellites_of(
    chosen: Sequence[WyomingSatelliteSettings],
    turns: Turns,
    ears: Ears,
    clock: Clock,
    clips: Clips,
    rooms: Rooms,
    wakes: Arbitration,
    rules: Rules,
    *,
    stops: Callable[[str], bool] = lambda _: False,
    noisy: Callable[[], bool] = lambda: False,
    pause: float = FIRST_PAUSE,
) -> Satellites:
    """The satellites of the settings, not yet connected. `pause`: seconds before one that is away is tried again; the
    rest as for `app.sockets.voice.VoiceNamespace`."""

    def open_talk(name: str, asked: Asked, send: Send) -> Talk:
        claim = partial(wakes.claim, f"wyoming {name}")
        satellite = Satellite(clock, partial(secrets.token_hex, 6), rules, claim=claim, noisy=noisy, stops=stops)
        return Talk(satellite, turns, ears, clock, asked, send)

    return Satellites(chosen, open_talk, rooms, lambda address: clips.get(PurePosixPath(address).stem), pause)
