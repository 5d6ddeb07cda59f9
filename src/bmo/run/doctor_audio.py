"""`bmo doctor audio`: plays, records, measures, says what to change, and keeps the devices that were chosen."""

import json
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict

import click

from bmo.capabilities.media import SPEECH_RATE
from bmo.capabilities.sound import FRAME_SAMPLES, Loudspeaker, Microphone
from bmo.core.clock import SystemClock
from bmo.core.errors import BmoError, Unavailable
from bmo.device.advice import Check, advice
from bmo.device.measuring import CHIRP_SECONDS, chirp, echo, measured
from bmo.device.wiring import sound
from bmo.hardware.sound_devices import Device, Kind, SoundDevices
from bmo.settings.load import load_app, write_ui

QUIET_SECONDS = 2.0
AFTER_SECONDS = 1.5
"""How long is listened after the tone was handed over: the longest delay that is found."""
WARM_UP_SECONDS = 0.5
"""The first moments of a microphone are often noise."""


@click.command()
@click.option("--microphone", help="A part of its name; else the one of the settings.")
@click.option("--speaker", help="A part of its name; else the one of the settings.")
@click.option("--list", "only_list", is_flag=True, help="Only list the devices.")
@click.option("--dry-run", is_flag=True, help="Do not keep the chosen devices in the settings.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def audio(microphone: str | None, speaker: str | None, only_list: bool, dry_run: bool, as_json: bool) -> None:
    """Check microphone and loudspeaker, and keep those that were chosen. Exits with 1 when something should change."""
    settings = load_app().settings.device
    wanted = (
        settings.microphone if microphone is None else microphone,
        settings.speaker if speaker is None else speaker,
    )
    devices = SoundDevices()
    listed = _listed(devices)
    if not as_json:
        _print_devices(listed)
    if only_list:
        if as_json:
            click.echo(json.dumps(listed))
        return
    check = checked(*wanted, devices)
    told = advice(check)
    _tell(listed, check, told, as_json)
    if (microphone is not None or speaker is not None) and not dry_run:
        write_ui({"device.microphone": wanted[0] or None, "device.speaker": wanted[1] or None})
        if not as_json:
            click.echo("  The devices are kept in config.d/ui.yaml.")
    if told:
        raise click.exceptions.Exit(1)


def checked(microphone: str, speaker: str, devices: SoundDevices) -> Check:
    """Listen to the room, then to a tone that is played. Raises `Unavailable` and `Broken` with what to do."""
    ears, make = sound(microphone, speaker, SystemClock(), devices)
    mouth = make(lambda _: None)
    with closing(mouth):
        quiet, playing, at = _recorded(ears, mouth)
    found = echo(playing, chirp())
    delay, gain = (found[0] - at, found[1]) if found is not None else (None, None)
    return Check(measured(quiet), measured(playing), None if delay is None else max(0.0, delay), gain)


def _recorded(ears: Microphone, mouth: Loudspeaker) -> tuple[bytes, bytes, float]:
    """The quiet room, the room with the tone, and when in the latter it was handed over, in seconds."""
    stop = threading.Event()
    quiet, playing = bytearray(), bytearray()
    warm_up, before = _frames(WARM_UP_SECONDS), _frames(WARM_UP_SECONDS + QUIET_SECONDS)
    last = before + _frames(CHIRP_SECONDS + AFTER_SECONDS)
    handed_over = 0.0
    with closing(ears.listen(stop)) as frames:
        for number, frame in enumerate(frames):
            if warm_up <= number < before:
                quiet += frame
            elif number >= before:
                if number == before:
                    arrived = time.monotonic()
                    mouth.play(chirp(), last=True)
                    # The frame at hand began one frame before it arrived.
                    handed_over = FRAME_SAMPLES / SPEECH_RATE + time.monotonic() - arrived
                playing += frame
            if number >= last:
                stop.set()
    if not quiet or len(playing) < 2 * SPEECH_RATE:
        raise Unavailable("The microphone stopped in the middle. Is its plug loose?")
    return bytes(quiet), bytes(playing), handed_over


def _frames(seconds: float) -> int:
    return round(seconds * SPEECH_RATE / FRAME_SAMPLES)


def _listed(devices: SoundDevices) -> dict[str, list[dict[str, object]]]:
    """Both kinds; a machine without the library has none, and its simulators work all the same."""
    return {kind: [asdict(one) for one in _of(devices, kind)] for kind in ("microphone", "loudspeaker")}


def _of(devices: SoundDevices, kind: Kind) -> Sequence[Device]:
    try:
        return devices.listed(kind)
    except BmoError as failure:
        click.echo(f"  {failure.sentence}", err=True)
        return ()


def _print_devices(listed: dict[str, list[dict[str, object]]]) -> None:
    for kind, devices in listed.items():
        click.echo(f"\n{kind.capitalize()}s" + ("" if devices else ": none"))
        for one in devices:
            usual = "  (the system's own)" if one["default"] else ""
            click.echo(f"  {one['name']}, {one['rate']} Hz{usual}")


def _tell(listed: object, check: Check, told: Sequence[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"devices": listed, "check": asdict(check), "advice": list(told)}))
        return
    click.echo("\nSound check")
    click.echo(f"  room          {check.quiet.quiet:.0f} to {check.quiet.loud:.0f} dB (0 is as loud as it gets)")
    click.echo(f"  tone          {check.playing.loud:.0f} dB, {100 * check.playing.clipped:.2f} % cut off")
    if check.delay is not None and check.gain is not None:
        click.echo(f"  echo          after {1_000 * check.delay:.0f} ms, {check.gain:.0f} dB of what was played")
    click.echo("\nTo do" if told else "\nAll is well.")
    for sentence in told:
        click.echo(f"  {sentence}")
