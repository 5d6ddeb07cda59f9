"""`bmo voice`: this machine's microphone and loudspeaker, as a satellite of the app here or elsewhere."""

import logging
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from bmo.app.client import base_url, script_token
from bmo.catalogue.wake_words import WAKE_FOLDER, WakeChoice
from bmo.core.clock import SystemClock
from bmo.core.errors import BmoError, Broken, Unreachable
from bmo.core.trace import log_to_stderr
from bmo.device import pairing
from bmo.device.clips import Clips
from bmo.device.line import Line
from bmo.device.pairing import Kept, Knock
from bmo.device.voice import Satellite
from bmo.device.wiring import detectors, lights, sound
from bmo.hardware.sound_devices import SoundDevices
from bmo.settings.app import AppSettings
from bmo.settings.load import load_ai_server, load_app

log = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
"""Between two looks whether the app is up."""


@click.group(invoke_without_command=True)
@click.option("--microphone", help="A part of its name, or file:say.wav.")
@click.option("--speaker", help="A part of its name, or file:heard.wav.")
@click.pass_context
def voice(context: click.Context, microphone: str | None, speaker: str | None) -> None:
    """Listen for the wake word and talk, until Ctrl-C. Without a key it shows a code to type on BMO's page first."""
    given = {"device.microphone": microphone, "device.speaker": speaker}
    settings = load_app(command_line={key: value for key, value in given.items() if value is not None}).settings
    if context.invoked_subcommand is None:
        log_to_stderr(program="voice")
        stop = _stopped_by_signals()
        key = pairing.kept(settings.home) or _paired_when_up(settings, stop)
        if key is not None:
            _run(settings, key, stop)


@voice.command()
@click.option(
    "--app", "url", default="", help="Address of the app, such as https://bmo.example.org; else the one here."
)
@click.option("--name", default="", help="What the page calls this satellite.")
@click.option("--room", default="", help="Where it stands, such as kitchen.")
def pair(url: str, name: str, room: str) -> None:
    """Get a key for this satellite: shows a code that somebody types on BMO's page (More, Devices)."""
    settings = load_app().settings
    if _paired(settings, url, name, room, _stopped_by_signals()) is not None:
        click.echo("Paired. `bmo voice` listens and talks from now on.", err=True)


def _paired_when_up(settings: AppSettings, stop: threading.Event) -> Kept | None:
    """`bmo run` starts this beside the app, which may need a moment."""
    while not stop.is_set():
        try:
            return _paired(settings, "", "", "", stop)
        except Unreachable as failure:
            log.info("%s", failure.sentence)
            stop.wait(LOOK_SECONDS)
    return None


def _paired(settings: AppSettings, url: str, name: str, room: str, stop: threading.Event) -> Kept | None:
    """A new key, also kept in this home. Who can read the script token of the app here needs no code."""
    name = name or settings.device.name or socket.gethostname()[:64] or "satellite"
    room = room or settings.app.room
    knock = Knock(url or base_url(settings))
    token = "" if url else _token(settings.home)
    answer = knock.pair_as_owner(name, room, token) if token else knock.pair(name, room, _show, stop)
    if answer is None:
        return None
    key = Kept(answer.key, url)
    pairing.keep(settings.home, key)
    return key


def _token(home: Path) -> str:
    try:
        return script_token(home)
    except Broken:
        return ""


def _show(code: str) -> None:
    click.echo(f"\n  Type this code on BMO's page, under More, Devices:  {code[:3]} {code[3:]}\n", err=True)


def _run(settings: AppSettings, key: Kept, stop: threading.Event) -> None:
    """Until `stop`. Raises `Denied` when the app does not know the key any more, `Broken` when a part is missing."""
    clock = SystemClock()
    models = load_ai_server().settings.models_dir
    choice, notice = WakeChoice(
        settings.home / WAKE_FOLDER, settings.voice.wake_engine, settings.voice.wake_word
    ).usable()
    if notice:
        log.warning("%s", notice)
    wake, activity = detectors(models, wake=True, choice=choice)
    if wake is None:
        raise Broken("`bmo voice` needs the wake word.")
    microphone, make_loudspeaker = sound(settings.device.microphone, settings.device.speaker, clock, SoundDevices())

    def url() -> str:
        return key.app or base_url(settings)  # the app here may come back on another port

    line: Line
    clips = Clips(url, key.key)
    satellite = Satellite(
        microphone,
        make_loudspeaker,
        (wake, activity),
        lambda: line,
        clips.fetch,
        clock,
        lights(settings.device.leds),
    )
    line = Line(url, key.key, satellite.events(), satellite.joined, satellite.lost)
    with closing(satellite):
        _both(lambda: line.run(stop, clock), lambda: satellite.listen(stop), stop)


def _both(line: Callable[[], None], listen: Callable[[], None], stop: threading.Event) -> None:
    """Run the line in a thread of its own and the microphone here; when one ends, both do."""
    failures: list[BmoError] = []

    def run_line() -> None:
        try:
            line()
        except BmoError as failure:
            failures.append(failure)
        finally:
            stop.set()

    thread = threading.Thread(target=run_line, name="line", daemon=True)
    thread.start()
    try:
        listen()
    finally:
        stop.set()
        thread.join(timeout=3.0)
    if failures:
        raise failures[0]


def _stopped_by_signals() -> threading.Event:
    stop = threading.Event()

    def end(*_: Any) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return stop
