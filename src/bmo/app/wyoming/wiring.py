"""Who serves what in `bmo wyoming`: the app's own chains of AI servers, and the app's own ears."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from bmo.app.chains import chains_of, ears_command, servers_of, voices_of, watch_over
from bmo.app.wyoming.offer import Offer
from bmo.app.wyoming.server import is_near
from bmo.capabilities.speak import ChainedSpeak
from bmo.capabilities.transcribe import ChainedTranscribe
from bmo.core.clock import SystemClock
from bmo.core.errors import Refused
from bmo.core.events import Events
from bmo.core.listening import listen
from bmo.settings.app import AppSettings
from bmo.voice.ears import Ears
from bmo.voice.voices import BASE

EVERYWHERE = ("0.0.0.0", "::")


@contextmanager
def offered(settings: AppSettings) -> Iterator[Offer]:
    """What is offered, with its servers watched for as long as this lasts."""
    servers = servers_of(settings.ai)
    watch = watch_over(servers, settings.ai, BASE, lambda: None)
    chains = chains_of(servers, watch, settings.ai, Events(), voices_of(settings.voice))
    ears = Ears(ears_command(settings), SystemClock()) if settings.voice.wake else None
    watch.start()
    try:
        yield Offer(
            ChainedTranscribe(chains.transcribe, settings.ai.patience.transcribe_factor),
            ChainedSpeak(chains.speak),
            ears,
            settings.wyoming.voices,
            settings.wyoming.languages,
            settings.voice.wake_word,
            settings.voice.wake_threshold,
            settings.wyoming.longest,
        )
    finally:
        watch.stop()
        if ears is not None:
            ears.close()


def listener(host: str, port: int) -> socket.socket:
    """A socket on the own network. Raises `Refused` for a public address, `Broken` when the port cannot be had."""
    made = listen(host, port, "BMO_WYOMING__PORT")
    bound = str(made.getsockname()[0])
    if bound not in EVERYWHERE and not is_near(bound):
        made.close()
        raise Refused(
            f"{host} is a public address. Wyoming has no keys, so BMO speaks it on your own network only: "
            "name a private address, or 0.0.0.0 behind your router.",
            code="public_address",
        )
    return made
