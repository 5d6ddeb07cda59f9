"""`bmo wyoming`."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from types import FrameType
from typing import TYPE_CHECKING

import click

from bmo.core.errors import Broken
from bmo.core.trace import log_to_stderr
from bmo.settings.app import AppSettings
from bmo.settings.load import load_app

if TYPE_CHECKING:
    from bmo.app.wyoming.server import WyomingServer

OPEN = "Wyoming has no keys and no encryption: whoever reaches {where} may use BMO's ears and voice."


@click.command()
@click.option("--host", help="Address to listen on; 0.0.0.0 for the whole network that this machine is on.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option("--announce/--no-announce", default=None, help="Let Home Assistant find it by itself (zeroconf).")
def wyoming(host: str | None, port: int | None, announce: bool | None) -> None:
    """Offer BMO's speech-to-text, voice and wake word to Home Assistant until Ctrl-C.

    The Wyoming protocol has no authentication. Nothing listens beyond this machine unless you name a --host, and only
    addresses of your own network are served.
    """
    log_to_stderr(program="wyoming")
    given = {"wyoming.host": host, "wyoming.port": port, "wyoming.announce": announce}
    loaded = load_app(command_line={key: value for key, value in given.items() if value is not None})
    for notice in loaded.notices:
        click.echo(notice, err=True)
    try:
        serve(loaded.settings)
    except ModuleNotFoundError as fault:
        if fault.name != "wyoming":
            raise
        raise Broken("This needs the package wyoming: pip install 'bmo[wyoming]'.", code="no_wyoming") from fault


def serve(settings: AppSettings) -> None:
    """Until SIGTERM or Ctrl-C. Raises `Broken` and `Refused` when it cannot start."""
    from bmo.app.wyoming.announcing import announced
    from bmo.app.wyoming.server import WyomingServer
    from bmo.app.wyoming.wiring import listener, offered

    chosen = settings.wyoming
    with offered(settings) as offer:
        server = WyomingServer(listener(chosen.host, chosen.port), offer, chosen.connections)
        where = f"tcp://{chosen.host}:{server.port}"
        click.echo(f"BMO speaks Wyoming at {where}.\n{OPEN.format(where=where)}", err=True)
        with announced(chosen.host, server.port) if chosen.announce else nullcontext(), _until_told(server):
            server.serve()


@contextmanager
def _until_told(server: "WyomingServer") -> Iterator[None]:
    def told(_number: int, _frame: FrameType | None) -> None:
        server.close()

    before = {number: signal.signal(number, told) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        server.close()
