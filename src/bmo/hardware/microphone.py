"""A microphone of this machine: recorded at the rate it likes, handed on as frames of 80 ms at 16 kHz."""

import logging
import threading
from collections.abc import Callable
from queue import Empty, Full, Queue
from typing import Any

from bmo.capabilities.provider import Stream
from bmo.core.errors import Unavailable
from bmo.hardware.rates import ToFrames
from bmo.hardware.sound_devices import Device, SoundDevices, sound_faults

log = logging.getLogger(__name__)

BLOCK_SECONDS = 0.08
"""One call of PortAudio a frame: fewer cost less."""
ROOM = 50
"""Blocks that may wait for their reader: 4 s; the oldest make room."""
SILENT_SECONDS = 4.0
"""A microphone that gives nothing at all for so long is gone: some are unplugged without a word. A sound
server may take 3 s to begin."""


class DeviceMicrophone:
    """The microphone with this in its name; "" for the system's own. It is looked up anew at each `listen`."""

    def __init__(self, wanted: str, devices: SoundDevices) -> None:
        self._wanted = wanted
        self._devices = devices
        self.lost = 0
        """Blocks that nobody read in time."""

    @property
    def name(self) -> str:
        return self._wanted or "the usual microphone"

    def listen(self, stop: threading.Event) -> Stream[bytes]:
        """See `capabilities.sound.Microphone`."""
        self._devices.renew()
        device = self._devices.chosen("microphone", self._wanted)
        blocks: Queue[bytes] = Queue(ROOM)
        with self._devices.in_use(), sound_faults("microphone"):
            stream, channels = _opened(self._devices.library, device, self._into(blocks))
            frames = ToFrames(device.rate, channels)
            with stream:
                log.info("listening to %s at %d Hz", device.name, device.rate)
                while not stop.is_set():
                    yield from frames.feed(_next(blocks, device))

    def _into(self, blocks: "Queue[bytes]") -> Callable[..., None]:
        """PortAudio's thread: never wait here."""

        def heard(samples: Any, _count: int, _time: Any, _status: Any) -> None:
            try:
                blocks.put_nowait(bytes(samples))
            except Full:
                self.lost += 1
                blocks.get_nowait()
                blocks.put_nowait(bytes(samples))

        return heard


def _next(blocks: "Queue[bytes]", device: Device) -> bytes:
    try:
        return blocks.get(timeout=SILENT_SECONDS)
    except Empty:
        raise Unavailable(f"The microphone {device.name} gives no sound any more.", code="device_gone") from None


def _opened(library: Any, device: Device, heard: Callable[..., None]) -> tuple[Any, int]:
    """The stream and its channels: some devices only record in stereo."""
    wanted = {
        "samplerate": device.rate,
        "blocksize": round(device.rate * BLOCK_SECONDS),
        "device": device.index,
        "dtype": "int16",
        "callback": heard,
    }
    try:
        return library.RawInputStream(channels=1, **wanted), 1
    except library.PortAudioError:
        if device.channels < 2:
            raise
        return library.RawInputStream(channels=2, **wanted), 2
