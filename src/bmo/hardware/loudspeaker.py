"""A loudspeaker of this machine. The device is held only while something plays."""

import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any

from bmo.capabilities.media import Pcm
from bmo.core.clock import Clock
from bmo.core.errors import Unavailable
from bmo.hardware.playlist import Playlist
from bmo.hardware.sound_devices import SoundDevices, sound_faults

log = logging.getLogger(__name__)

LATENCY = 0.08
"""Seconds of sound that the device may hold: what is dropped is silent that soon."""
IDLE_SECONDS = 3.0
"""The device is let go after so long without sound: opening it between two sentences could be heard."""


class DeviceLoudspeaker:
    """The loudspeaker with this in its name; "" for the system's own. It is looked up anew each time it is opened."""

    def __init__(self, wanted: str, devices: SoundDevices, played: Callable[[str], None], clock: Clock) -> None:
        """`played` is told each label that was heard to its end, in a thread of its own."""
        self._wanted = wanted
        self._devices = devices
        self._played = played
        self._clock = clock
        self._lock = threading.RLock()
        self._held = ExitStack()
        self._playlist: Playlist | None = None
        self._idle_since = 0.0
        self._over = threading.Event()
        threading.Thread(target=self._let_go_when_idle, name="loudspeaker", daemon=True).start()

    @property
    def name(self) -> str:
        return self._wanted or "the usual loudspeaker"

    def play(self, sound: Pcm, label: str = "", *, last: bool = False) -> None:
        """See `capabilities.sound.Loudspeaker`."""
        with self._lock:
            if self._playlist is None:
                self._playlist = self._opened()
            self._playlist.add(sound, label, last=last)

    def drop(self, label: str = "") -> None:
        """See `capabilities.sound.Loudspeaker`."""
        with self._lock:
            if self._playlist is not None:
                self._playlist.drop(label)

    def close(self) -> None:
        """See `capabilities.sound.Loudspeaker`."""
        self._over.set()
        self._let_go()

    def _opened(self) -> Playlist:
        device = self._devices.chosen("loudspeaker", self._wanted)
        playlist = Playlist(device.rate, self._played, self._clock)
        channels = min(2, device.channels)
        with ExitStack() as held, sound_faults("loudspeaker"):
            held.callback(playlist.close)
            held.enter_context(self._devices.in_use())
            stream = self._devices.library.RawOutputStream(
                samplerate=device.rate,
                device=device.index,
                channels=channels,
                dtype="int16",
                latency=LATENCY,
                callback=self._from(playlist, channels),
            )
            held.enter_context(stream)
            self._held = held.pop_all()
        self._idle_since = self._clock.monotonic()
        log.info("playing on %s at %d Hz", device.name, device.rate)
        return playlist

    def _from(self, playlist: Playlist, channels: int) -> Callable[..., None]:
        """PortAudio's thread: never wait here."""

        def wanted(into: Any, count: int, time: Any, _status: Any) -> None:
            if not playlist.empty:
                self._idle_since = self._clock.monotonic()
            delay = max(0.0, time.outputBufferDacTime - time.currentTime)
            samples = playlist.take(count, delay)
            into[:] = samples if channels == 1 else _doubled(samples)

        return wanted

    def _let_go_when_idle(self) -> None:
        while not self._over.wait(1.0):
            with self._lock:
                held = self._playlist is not None
            if held and self._clock.monotonic() - self._idle_since > IDLE_SECONDS:
                self._let_go()

    def _let_go(self) -> None:
        with self._lock:
            self._playlist = None
            with suppress(Unavailable), sound_faults("loudspeaker"):  # it was pulled out: nothing is left to close
                self._held.close()


def _doubled(samples: bytes) -> bytes:
    """Mono on two channels."""
    import numpy as np

    return bytes(np.repeat(np.frombuffer(samples, "<i2"), 2).tobytes())
